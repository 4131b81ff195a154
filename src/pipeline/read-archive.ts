import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CodedError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { decryptContent, readEnvelope } from './cms/envelope.ts';
import { findContentKey, readPrivateKey } from './cms/private-key.ts';
import { damaged } from './damaged.ts';
import { isEntryName, MANIFEST_NAME } from './entry-name.ts';
import { countLines } from './entry-source.ts';
import { checkManifest, parseManifest, type UnpackedEntry } from './manifest.ts';
import { OutputFolder } from './output-folder.ts';
import { readZip, type ZipEntry } from './zip/read-zip.ts';

export interface DecryptRequest {
  /** Path of the encrypted file. */
  readonly file: string;
  /** RSA private key of one recipient, PEM. */
  readonly key: string;
  readonly passphrase?: string | undefined;
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

/** What was unpacked; it exists only if every check passed. */
export interface DecryptReport {
  /** In the order of the file, `manifest.json` not among them. */
  readonly entries: readonly UnpackedEntry[];
  readonly manifest: Record<string, unknown>;
}

const READ_BYTES = 256 * 1024;
const MAX_MANIFEST = 16 * 1024 * 1024;

/**
 * Decrypts, checks and unpacks one file in a single pass and constant memory at any size (docs/formats/artifact.md).
 * Either all entries appear in `outDir`, or nothing does. Throws `file.*`, `disk.full`, or the reason of the signal.
 */
export async function decryptFile(request: DecryptRequest): Promise<DecryptReport> {
  request.signal?.throwIfAborted();
  const key = readPrivateKey(request.key, request.passphrase);
  const file = fileBytes(request);
  const plain = decrypted(file, key);
  try {
    // Before the folder is touched: a file that cannot be opened leaves no trace at all.
    const zip = new ByteReader(plain, 'zip');
    await zip.peek(1);
    return await unpackInto(await OutputFolder.open(request.outDir), zip, request.signal);
  } catch (error) {
    throw request.signal?.aborted === true ? request.signal.reason : error;
  } finally {
    await plain.return(undefined);
    await file.return(undefined);
  }
}

async function unpackInto(folder: OutputFolder, zip: ByteReader, signal: AbortSignal | undefined): Promise<DecryptReport> {
  try {
    const { entries, manifest } = await unpack(zip, folder);
    const report = { entries: checkManifest(manifest, entries), manifest };
    signal?.throwIfAborted();
    await folder.publish();
    return report;
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

async function* fileBytes(request: DecryptRequest): AsyncGenerator<Buffer> {
  try {
    const totalBytes = (await stat(request.file)).size;
    let read = 0;
    for await (const chunk of createReadStream(request.file, { highWaterMark: READ_BYTES })) {
      request.signal?.throwIfAborted();
      yield chunk as Buffer;
      read += (chunk as Buffer).length;
      request.onProgress?.({ fileBytes: read, totalBytes });
    }
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) throw new CodedError('file.unreadable', { value: request.file, cause });
    throw cause;
  }
}

async function* decrypted(file: AsyncIterable<Buffer>, privateKey: KeyObject): AsyncGenerator<Buffer> {
  const envelope = await readEnvelope(new ByteReader(file, 'file'));
  const first = await envelope.content.next();
  if (first.done === true) throw damaged('file has no content');
  const key = findContentKey(envelope.encryptedKeys, privateKey, envelope.iv, first.value);
  if (key === null) throw new CodedError('file.not_recipient');
  try {
    yield* decryptContent(startingWith(first.value, envelope.content), key, envelope.iv);
  } finally {
    key.fill(0);
  }
}

async function* startingWith(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function unpack(zip: ByteReader, folder: OutputFolder): Promise<DecryptReport> {
  const entries: UnpackedEntry[] = [];
  const names = new Set<string>();
  let manifest: Record<string, unknown> | null = null;
  for await (const entry of readZip(zip)) {
    if (manifest !== null) throw damaged(`an entry after ${MANIFEST_NAME}`);
    // Names from a damaged file are not repeated in the error: they may hold anything.
    if (!isEntryName(entry.name)) throw damaged('entry name that is not allowed');
    if (names.has(entry.name.toLowerCase())) throw damaged(`${entry.name} stands there twice`);
    names.add(entry.name.toLowerCase());
    if (entry.name === MANIFEST_NAME) manifest = await unpackManifest(entry, folder);
    else entries.push(await unpackEntry(entry, folder, () => undefined));
  }
  if (manifest === null) throw damaged(`${MANIFEST_NAME} is missing`);
  return { entries, manifest };
}

async function unpackManifest(entry: ZipEntry, folder: OutputFolder): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  let length = 0;
  await unpackEntry(entry, folder, (chunk) => {
    length += chunk.length;
    if (length > MAX_MANIFEST) throw damaged(`${MANIFEST_NAME} is too long`);
    parts.push(chunk);
  });
  return parseManifest(Buffer.concat(parts).toString('utf8'));
}

async function unpackEntry(entry: ZipEntry, folder: OutputFolder, see: (chunk: Buffer) => void): Promise<UnpackedEntry> {
  const output = await folder.create(entry.name);
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;
  try {
    for await (const chunk of entry.data) {
      see(chunk);
      hash.update(chunk);
      bytes += chunk.length;
      rows += countLines(chunk);
      await output.write(chunk);
    }
  } finally {
    await output.close();
  }
  return { name: entry.name, rows, bytes, sha256: hash.digest('hex') };
}
