import { createHash } from 'node:crypto';
import { CodedError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { concat } from './bytes.ts';
import type { Encryptor } from './cms/encryptor.ts';
import { readEnvelope } from './cms/envelope.ts';
import { BLOCK_BYTES } from './cms/structures.ts';
import { damaged } from './damaged.ts';
import { freeMemory } from './free-memory.ts';
import { readDirectory } from './zip/central-directory.ts';

/** What stands so near to the beginning or the end of a file may be kept to be looked at later; between, there is content alone. */
const LASTING_BYTES = 2 ** 20;
/** Of content so much may wait to be joined with what follows; it is 32 KiB at most. */
const WAITING_BYTES = 2 ** 18;

/** What must be found in storage. */
export interface Written {
  readonly fileBytes: number;
  readonly fileSha256: string;
  readonly signal: AbortSignal;
  /** Left out: only the bytes are compared. */
  readonly envelope?: WrittenEnvelope;
}

export interface WrittenEnvelope {
  readonly encryptor: Pick<Encryptor, 'recipientInfosSha256' | 'cipher' | 'openEnd' | 'hasKey'>;
  readonly zipBytes: number;
  /** Bytes at the end of the zip that are its directory. */
  readonly directoryBytes: number;
  /** What the directory must list, in this order. */
  readonly names: readonly string[];
}

/**
 * Reads a stored file to its end: length and SHA-256 must be those of the bytes that were written; it must be a whole CMS envelope to all recipients;
 * and its end must decrypt to the directory of the zip. The memory of the chunks is given back. Throws `storage.read_back`; the cause says what differed. An aborted signal ends it with the
 * signal's reason instead.
 */
export async function verifyStored(stored: AsyncIterable<Uint8Array>, { fileBytes, fileSha256, signal, envelope }: Written): Promise<void> {
  const hash = createHash('sha256');
  let length = 0;
  let reader: ByteReader | null = null;
  async function* seen(): AsyncGenerator<Uint8Array> {
    const passed: Passed[] = [];
    for await (const chunk of stored) {
      signal.throwIfAborted();
      hash.update(chunk);
      if (length >= LASTING_BYTES && length + chunk.length <= fileBytes - LASTING_BYTES) passed.push({ chunk, end: length + chunk.length });
      length += chunk.length;
      yield chunk;
      freePassed(passed, reader?.position ?? length);
    }
  }
  try {
    reader = new ByteReader(seen(), 'file');
    if (envelope) await checkEnvelope(reader, envelope);
    else while (await reader.has(1)) await reader.takeUpTo(fileBytes);
    signal.throwIfAborted();
    if (length !== fileBytes) throw damaged('length');
    if (hash.digest('hex') !== fileSha256) throw damaged('SHA-256');
  } catch (cause) {
    signal.throwIfAborted();
    throw new CodedError('storage.read_back', { cause });
  }
}

interface Passed {
  readonly chunk: Uint8Array;
  /** Where it ends in the file. */
  readonly end: number;
}

/** Of chunks that were read through and are not looked at again. */
function freePassed(passed: Passed[], position: number): void {
  for (let first = passed[0]; first && first.end + WAITING_BYTES <= position; first = passed[0]) {
    freeMemory(first.chunk);
    passed.shift();
  }
}

async function checkEnvelope(reader: ByteReader, { encryptor, zipBytes, directoryBytes, names }: WrittenEnvelope): Promise<void> {
  try {
    const { recipientInfos, algorithm, content } = await readEnvelope(reader);
    if (createHash('sha256').update(recipientInfos).digest('hex') !== encryptor.recipientInfosSha256) throw damaged('CMS recipients');
    if (algorithm.cipher !== encryptor.cipher) throw damaged('CMS cipher');
    // One block more than the directory and its padding: what comes before it is needed to decrypt it.
    const end = await endOf(content, (Math.ceil(directoryBytes / BLOCK_BYTES) + 3) * BLOCK_BYTES);
    if (!encryptor.hasKey) return;
    const plain = encryptor.openEnd(end.bytes, end.firstBlock, end.before);
    const listed = readDirectory(plain.subarray(-directoryBytes), zipBytes).records.map((record) => record.name);
    if (listed.join('/') !== names.join('/')) throw damaged('zip directory');
  } finally {
    await reader.close();
  }
}

interface End {
  /** Whole blocks, the last one aside with GCM. */
  readonly bytes: Uint8Array;
  /** Number of the first of them, from the beginning of the content. */
  readonly firstBlock: number;
  readonly before: Uint8Array | null;
}

/** Reads the content through and keeps its end: about `most` bytes from the beginning of a block on. */
async function endOf(content: AsyncIterable<Uint8Array>, most: number): Promise<End> {
  let kept: Uint8Array = new Uint8Array(0);
  let total = 0;
  for await (const batch of content) {
    total += batch.length;
    // Copied: the memory of a batch is used again.
    kept = concat(
      [kept, batch].map((piece) => piece.subarray(-most)),
      Math.min(kept.length, most) + Math.min(batch.length, most),
    ).slice(-most);
  }
  const begin = total - kept.length;
  const skipped = (BLOCK_BYTES - (begin % BLOCK_BYTES)) % BLOCK_BYTES;
  if (begin === 0) return { bytes: kept, firstBlock: 0, before: null };
  const at = skipped + BLOCK_BYTES;
  return { bytes: kept.subarray(at), firstBlock: (begin + at) / BLOCK_BYTES, before: kept.subarray(skipped, at) };
}
