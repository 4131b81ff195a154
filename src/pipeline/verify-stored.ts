import { createHash } from 'node:crypto';
import { CodedError } from '../errors.ts';
import { damaged } from './damaged.ts';

/** What must be found in storage. */
export interface Written {
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly signal: AbortSignal;
}

/**
 * Reads a stored file to its end and checks length and SHA-256 against those of the bytes that were written. Throws `storage.read_back`; the cause
 * says what differed. An aborted signal ends it with the signal's reason instead.
 */
export async function verifyStored(stored: AsyncIterable<Uint8Array>, { fileBytes, fileSha256, signal }: Written): Promise<void> {
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of stored) {
      signal.throwIfAborted();
      hash.update(chunk);
      length += chunk.length;
    }
    signal.throwIfAborted();
    if (length !== fileBytes) throw damaged('length');
    if (hash.digest('hex') !== fileSha256) throw damaged('SHA-256');
  } catch (cause) {
    signal.throwIfAborted();
    throw new CodedError('storage.read_back', { cause });
  }
}
