/** Where the file of an artifact is, as against its row, which stays. */

/**
 * kept: in storage; to_delete: nobody can have it any more, and it is deleted soon; failed: deleting it failed, and is tried again;
 * gone: deleted; missing, damaged: it should be there, and is not, or has another length.
 */
export type FileState = 'kept' | 'to_delete' | 'failed' | 'gone' | 'missing' | 'damaged';

export interface FileFacts {
  readonly expiresAt: Date;
  readonly deletedAt: Date | null;
  readonly objectGoneAt: Date | null;
  readonly deletionTries: number;
  readonly damage: 'missing' | 'damaged' | null;
}

export function fileState({ expiresAt, deletedAt, objectGoneAt, deletionTries, damage }: FileFacts, now: Date): FileState {
  if (objectGoneAt !== null) return 'gone';
  if (deletedAt !== null || expiresAt <= now) return deletionTries > 0 ? 'failed' : 'to_delete';
  return damage ?? 'kept';
}

const FIRST_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 3_600;

/** How long to wait after so many failed deletions of a file: a minute, then twice as long each time, at most an hour. */
export function deletionWaitSeconds(tries: number): number {
  return Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** Math.min(Math.max(tries, 1) - 1, 10));
}
