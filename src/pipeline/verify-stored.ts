import { createHash } from 'node:crypto';
import { CodedError } from '../errors.ts';
import type { Encryptor } from './cms/encryptor.ts';
import { damaged } from './damaged.ts';
import { directoryBytes, readDirectory } from './zip/central-directory.ts';

/** What must be found in storage. */
export interface Written {
  readonly fileBytes: number;
  readonly fileSha256: string;
  /** Entry names in their order. */
  readonly names: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Reads a stored file to its end and checks length, SHA-256, CMS structure, recipients, padding, and the zip's
 * central directory. Throws `storage.read_back`; the cause says what differed. An aborted
 * signal ends it with the signal's reason instead. The content key is forgotten in any case.
 */
export async function verifyStored(stored: AsyncIterable<Uint8Array>, encryptor: Encryptor, written: Written): Promise<void> {
  const file = new Meter(stored, written.signal);
  try {
    const zip = await keepTail(encryptor.decryptStored(file.bytes()), directoryBytes(written.names));
    if (file.length !== written.fileBytes || file.sha256() !== written.fileSha256) throw damaged('length or SHA-256');
    const names = readDirectory(zip.tail, zip.length).records.map((record) => record.name);
    if (names.length !== written.names.length || names.some((name, index) => name !== written.names[index])) throw damaged('zip directory');
  } catch (cause) {
    written.signal.throwIfAborted();
    throw new CodedError('storage.read_back', { cause });
  } finally {
    encryptor.forget();
  }
}

class Meter {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #hash = createHash('sha256');
  length = 0;

  constructor(source: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      this.#signal.throwIfAborted();
      this.#hash.update(chunk);
      this.length += chunk.length;
      yield chunk;
    }
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }
}

async function keepTail(plain: AsyncIterable<Uint8Array>, most: number): Promise<{ tail: Buffer; length: number }> {
  let tail = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of plain) {
    length += chunk.length;
    tail = chunk.length >= most ? Buffer.from(chunk.subarray(-most)) : Buffer.concat([tail, chunk]).subarray(-most);
  }
  return { tail, length };
}
