import type { ErrorCode } from '../errors.ts';

/** One thing that is not as it should be. */
export interface CheckFinding {
  readonly code: ErrorCode;
  /** Artifact, run, job or object: what it is about. */
  readonly about: string;
  readonly tenantId: string | null;
  readonly detail?: unknown;
}
