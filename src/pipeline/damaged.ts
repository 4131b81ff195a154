import { CodedError } from '../errors.ts';

/** The error `file.damaged`; `place` says in plain words where, and carries no data. */
export function damaged(place: string, cause?: unknown): CodedError {
  return new CodedError('file.damaged', { value: place, cause });
}
