import { chunksOf, lengthOf } from './encrypted-file.ts';
import { OutputFolder } from './output-folder.ts';
import { NODE_PRIMITIVES, readPrivateKey } from './primitives-node.ts';
import { type DecryptReport, readArchive } from './read-archive.ts';

/** How one file, or all files of a run, are opened. */
export interface Opening {
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

export interface DecryptRequest extends Opening {
  /** Path of the encrypted file. */
  readonly file: string;
}

/** Encrypted bytes. */
export interface DecryptProgress {
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/**
 * Decrypts, checks and unpacks one file into a folder. Either all entries appear in `outDir`, or nothing does, and a file
 * that cannot be opened leaves no trace at all. Throws `file.*`, `disk.full`, or the reason of the signal.
 */
export function decryptFile(request: DecryptRequest): Promise<DecryptReport> {
  const { file, trustedKeys } = request;
  return intoFolder(request, [file], async ({ openFolder, bytesOf }) => {
    const key = readPrivateKey(request.key, request.passphrase);
    return await readArchive({ file: bytesOf(file), key, primitives: NODE_PRIMITIVES, openSink: openFolder, trustedKeys });
  });
}

/** What an opening works with. */
export interface Unpacking {
  /** The folder; it appears when it is asked for the first time. */
  openFolder(): Promise<OutputFolder>;
  /** The bytes of one of the files; they count as progress. */
  bytesOf(file: string): AsyncGenerator<Uint8Array>;
}

/** Publishes what `work` put into the folder when it ends well; else nothing of it stays. `files`: each as often as it will be read. */
export async function intoFolder<T>({ outDir, signal, onProgress }: Opening, files: readonly string[], work: (unpacking: Unpacking) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  let folder: OutputFolder | undefined;
  let fileBytes = 0;
  let totalBytes = 0;
  try {
    for (const file of files) totalBytes += await lengthOf(file);
    const result = await work({
      openFolder: async () => (folder ??= await OutputFolder.open(outDir)),
      async *bytesOf(file) {
        for await (const chunk of chunksOf(file)) {
          signal?.throwIfAborted();
          yield chunk;
          fileBytes += chunk.length;
          onProgress?.({ fileBytes, totalBytes });
        }
      },
    });
    signal?.throwIfAborted();
    await folder?.publish();
    // Whoever was told that it is removed must not find it.
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    await folder?.discard();
    throw signal?.aborted === true ? signal.reason : error;
  }
}
