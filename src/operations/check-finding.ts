import type { ErrorCode } from '../errors.ts';

/** One thing that is not as it should be. */
export interface CheckFinding {
  readonly code: ErrorCode;
  /** Artifact, run, job or object: what it is about. */
  readonly about: string;
  readonly tenantId: string | null;
  readonly detail?: unknown;
}

/** What UDM clears away by itself, or may leave as it is. */
const NOTES: ReadonlySet<ErrorCode> = new Set(['check.orphan', 'check.temporary', 'check.foreign_file']);

/** Whether something is wrong, as against merely told. */
export function isFault({ code }: CheckFinding): boolean {
  return !NOTES.has(code);
}
