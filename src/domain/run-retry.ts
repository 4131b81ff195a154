import { ERRORS, type ErrorCode } from '../errors.ts';

/** How a run whose attempt ended with a temporary cause is tried again by itself. */
export interface RetryRule {
  /** Tries after the first, 0 for none. */
  readonly most: number;
  /** Before the first of them; each later one waits four times as long, an hour at most. */
  readonly firstSeconds: number;
}

const FACTOR = 4;
const LONGEST_SECONDS = 3_600;

/** Temporary, yet no try of the same run helps: another worker or the next run has it, or UDM begins it anew without counting. */
const NOT_BY_ITSELF: ReadonlySet<ErrorCode> = new Set(['run.lost_lease', 'run.interrupted', 'window.not_settled']);

/** Waiting can mend the cause. */
export function isTemporary(code: ErrorCode): boolean {
  return !ERRORS[code].permanent && !NOT_BY_ITSELF.has(code);
}

/**
 * Seconds until the next try, or null when a person has to look at it. `failures` counts the attempts that failed since a person last
 * decided, this one included. The wait varies by a quarter either way with `random` (0 to 1), so runs that failed together do not come
 * back together.
 */
export function secondsToRetry(code: ErrorCode, failures: number, { most, firstSeconds }: RetryRule, random: number): number | null {
  if (!isTemporary(code) || failures > most) return null;
  return Math.max(1, Math.round(Math.min(LONGEST_SECONDS, firstSeconds * FACTOR ** (failures - 1)) * (0.75 + random / 2)));
}
