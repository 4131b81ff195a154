import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CodedError } from '../errors.ts';
import { OutputFolder } from './output-folder.ts';
import { NODE_PRIMITIVES, readPrivateKey } from './primitives-node.ts';
import { type DecryptReport, readArchive } from './read-archive.ts';

export interface DecryptRequest {
  /** Path of the encrypted file. */
  readonly file: string;
  /** RSA private key of one recipient, PEM. */
  readonly key: string;
  readonly passphrase?: string | undefined;
  /** Ids of the signing keys the reader trusts; left out, the signature must fit the key that the file itself names. */
  readonly trustedKeys?: ReadonlySet<string> | undefined;
  /** Made where needed; nothing in it is overwritten. */
  readonly outDir: string;
  readonly onProgress?: ((progress: DecryptProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Encrypted bytes. */
export interface DecryptProgress {
  readonly fileBytes: number;
  readonly totalBytes: number;
}

const READ_BYTES = 256 * 1024;

/**
 * Decrypts, checks and unpacks one file into a folder. Either all entries appear in `outDir`, or nothing does, and a file
 * that cannot be opened leaves no trace at all. Throws `file.*`, `disk.full`, or the reason of the signal.
 */
export async function decryptFile(request: DecryptRequest): Promise<DecryptReport> {
  request.signal?.throwIfAborted();
  const key = readPrivateKey(request.key, request.passphrase);
  const file = fileBytes(request);
  let folder: OutputFolder | undefined;
  const openSink = async () => {
    folder = await OutputFolder.open(request.outDir);
    return folder;
  };
  try {
    const report = await readArchive({ file, key, primitives: NODE_PRIMITIVES, openSink, trustedKeys: request.trustedKeys });
    request.signal?.throwIfAborted();
    await folder?.publish();
    return report;
  } catch (error) {
    await folder?.discard();
    throw request.signal?.aborted === true ? request.signal.reason : error;
  } finally {
    await file.return(undefined);
  }
}

async function* fileBytes(request: DecryptRequest): AsyncGenerator<Uint8Array> {
  try {
    const totalBytes = (await stat(request.file)).size;
    let read = 0;
    for await (const chunk of createReadStream(request.file, { highWaterMark: READ_BYTES })) {
      request.signal?.throwIfAborted();
      yield chunk as Uint8Array;
      read += (chunk as Uint8Array).length;
      request.onProgress?.({ fileBytes: read, totalBytes });
    }
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) throw new CodedError('file.unreadable', { value: request.file, cause });
    throw cause;
  }
}
