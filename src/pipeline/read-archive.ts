import { CodedError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { concat, countLines, utf8 } from './bytes.ts';
import { findContentKey } from './cms/content-key.ts';
import { decryptContent, type Envelope, readEnvelope } from './cms/envelope.ts';
import { damaged } from './damaged.ts';
import { isEntryName, MANIFEST_NAME, SIGNATURE_NAME } from './entry-name.ts';
import { checkManifest, parseManifest, signedByOf, type UnpackedEntry } from './manifest.ts';
import type { PrivateKey, Primitives } from './primitives.ts';
import { readZip, type ZipEntry } from './zip/read-zip.ts';

/** Takes the plain bytes of one entry after the other. They are proved right only when `readArchive` has ended. */
export interface EntrySink {
  create(name: string): Promise<EntryOutput>;
}

export interface EntryOutput {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Reads without keeping anything. */
export const NOWHERE: EntrySink = { create: async () => ({ write: async () => {}, close: async () => {} }) };

export interface ArchiveReading {
  /** The encrypted file. */
  readonly file: AsyncIterable<Uint8Array>;
  readonly key: PrivateKey;
  readonly primitives: Primitives;
  /** Ids of the signing keys the reader trusts; left out, the signature must fit the key that the file itself names. */
  readonly trustedKeys?: ReadonlySet<string> | undefined;
  /** Asked for when it is certain that the key opens the file. */
  readonly openSink: () => Promise<EntrySink>;
}

/** What was unpacked; it exists only if every check passed. */
export interface DecryptReport {
  /** In the order of the file, the manifest and its signature not among them. */
  readonly entries: readonly UnpackedEntry[];
  readonly manifest: Record<string, unknown>;
  /** Id of the key whose signature fits; null for a file of the format that has none. */
  readonly signedBy: string | null;
  /** False when what the file says of its recipients is not what the manifest tells: it was encrypted anew, or changed. Null when the manifest does not tell. */
  readonly isEncryptedAsMade: boolean | null;
}

const MAX_MANIFEST = 16 * 1024 * 1024;
const MAX_SIGNATURE = 1024;

/**
 * Decrypts, checks and unpacks one file in a single pass and constant memory at any size (docs/formats/artifact.md); the same
 * code in Node and in a browser. Throws `file.*`, or the very error of `file` or the sink.
 */
export async function readArchive({ file, key, primitives, openSink, trustedKeys }: ArchiveReading): Promise<DecryptReport> {
  const reader = new ByteReader(file, 'file');
  let recipientInfos: Uint8Array = new Uint8Array(0);
  const plain = decrypted(reader, key, primitives, (envelope) => {
    ({ recipientInfos } = envelope);
  });
  try {
    const zip = new ByteReader(plain, 'zip');
    await zip.peek(1);
    const { entries, manifest, signedBy } = await unpack(zip, await openSink(), primitives);
    if (trustedKeys !== undefined && !trustedKeys.has(signedBy ?? '')) throw new CodedError('file.signer', { value: signedBy ?? 'not signed' });
    return { entries: checkManifest(manifest, entries), manifest, signedBy, isEncryptedAsMade: isAsMade(manifest, recipientInfos, primitives) };
  } finally {
    await plain.return(undefined);
    // However it ended: the file must not stay open.
    await reader.close();
  }
}

function isAsMade(manifest: Record<string, unknown>, recipientInfos: Uint8Array, { sha256 }: Primitives): boolean | null {
  const expected = manifest['recipientInfosSha256'];
  if (expected === undefined) return null;
  const hash = sha256();
  hash.update(recipientInfos);
  return hash.hex() === expected;
}

async function* decrypted(reader: ByteReader, privateKey: PrivateKey, primitives: Primitives, see: (envelope: Envelope) => void): AsyncGenerator<Uint8Array> {
  const envelope = await readEnvelope(reader);
  see(envelope);
  const first = await envelope.content.next();
  if (first.done === true) throw damaged('file has no content');
  const key = await findContentKey(envelope, privateKey, first.value, primitives);
  if (key === null) throw new CodedError('file.not_recipient');
  try {
    yield* decryptContent(startingWith(first.value, envelope.content), key, envelope, primitives);
  } finally {
    key.fill(0);
  }
}

async function* startingWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

interface Signed {
  readonly bytes: Uint8Array;
  readonly manifest: Record<string, unknown>;
}

async function unpack(zip: ByteReader, sink: EntrySink, primitives: Primitives): Promise<Omit<DecryptReport, 'isEncryptedAsMade'>> {
  const entries: UnpackedEntry[] = [];
  const names = new Set<string>();
  let signed: Signed | null = null;
  let signature: Uint8Array | null = null;
  for await (const entry of readZip(zip, primitives)) {
    if (signed !== null && (signature !== null || entry.name !== SIGNATURE_NAME)) throw damaged(`an entry after ${MANIFEST_NAME}`);
    // Names from a damaged file are not repeated in the error: they may hold anything.
    if (!isEntryName(entry.name)) throw damaged('entry name that is not allowed');
    if (names.has(entry.name.toLowerCase())) throw damaged(`${entry.name} stands there twice`);
    names.add(entry.name.toLowerCase());
    if (signed !== null) signature = await unpackWhole(entry, sink, primitives, MAX_SIGNATURE);
    else if (entry.name === MANIFEST_NAME) signed = await unpackManifest(entry, sink, primitives);
    else entries.push(await unpackEntry(entry, sink, primitives, () => undefined));
  }
  if (signed === null) throw damaged(`${MANIFEST_NAME} is missing`);
  return { entries, manifest: signed.manifest, signedBy: await signerOf(signed, signature, primitives) };
}

/** Whose signature fits the manifest. A file of the format without one has none. */
async function signerOf({ bytes, manifest }: Signed, signature: Uint8Array | null, primitives: Primitives): Promise<string | null> {
  const by = signedByOf(manifest);
  if (by === null && signature === null) return null;
  if (by === null) throw damaged(`an entry after ${MANIFEST_NAME}`);
  if (signature === null) throw damaged(`${SIGNATURE_NAME} is missing`);
  if (!(await primitives.isSignatureOf(bytes, signature, by))) throw new CodedError('file.signature', { value: MANIFEST_NAME });
  return by.keyId;
}

async function unpackManifest(entry: ZipEntry, sink: EntrySink, primitives: Primitives): Promise<Signed> {
  const bytes = await unpackWhole(entry, sink, primitives, MAX_MANIFEST);
  return { bytes, manifest: parseManifest(utf8(bytes)) };
}

async function unpackWhole(entry: ZipEntry, sink: EntrySink, primitives: Primitives, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  await unpackEntry(entry, sink, primitives, (chunk) => {
    length += chunk.length;
    if (length > most) throw damaged(`${entry.name} is too long`);
    parts.push(chunk);
  });
  return concat(parts);
}

async function unpackEntry(entry: ZipEntry, sink: EntrySink, { sha256 }: Primitives, see: (chunk: Uint8Array) => void): Promise<UnpackedEntry> {
  const output = await sink.create(entry.name);
  const hash = sha256();
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
  } catch (error) {
    // What went wrong first is what is told.
    await output.close().catch(() => undefined);
    throw error;
  }
  await output.close();
  return { name: entry.name, rows, bytes, sha256: hash.hex() };
}
