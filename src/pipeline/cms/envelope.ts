import { CodedError } from '../../errors.ts';
import { BATCH_BYTES, inBatches } from '../batches.ts';
import type { ByteReader } from '../byte-reader.ts';
import { isEqual } from '../bytes.ts';
import { damaged } from '../damaged.ts';
import type { Primitives } from '../primitives.ts';
import { type Element, enter, isAtEndOfContents, leave, OCTET_STRING, readHeader, SEQUENCE, takeElement, takeEndOfContents } from './ber.ts';
import { AUTH_ENVELOPED_DATA, DATA, ENVELOPED_DATA, objectIdentifier } from './identifiers.ts';
import { areNamedBySerial, type ContentAlgorithm, decodeContentAlgorithm, decodeRecipients, type EncryptedKey, SET, TAG_BYTES } from './structures.ts';

/** An opened CMS file whose content has not been read yet. */
export interface Envelope {
  /** The RecipientInfos SET as it stands in the file, with definite length. */
  readonly recipientInfos: Uint8Array;
  readonly encryptedKeys: readonly EncryptedKey[];
  readonly algorithm: ContentAlgorithm;
  /** Encrypted content in batches; ends only after everything behind it was checked, too. */
  readonly content: AsyncGenerator<Uint8Array>;
  /** What stands behind the content and is needed to check it; known when the content has ended. */
  readonly trailer: Trailer;
}

interface Trailer {
  tag: Uint8Array | null;
}

interface Opened {
  readonly elements: Element[];
  readonly authenticated: boolean;
}

const CONSTRUCTED_0 = 0xa0;
const CONSTRUCTED_1 = 0xa1;
const CONSTRUCTED_2 = 0xa2;
const PRIMITIVE_0 = 0x80;
const VERSION_TAG = 0x02;
/** Of files whose recipients are not all named by issuer and serial number (RFC 5652 section 6.1). */
const HIGHER_VERSIONS = [2, 3, 4];
/** Pieces this big are decrypted as they are; smaller ones, which openssl makes, are joined first. */
const LEAST_BATCH = 32 * 1024;
const MAX_HEADER = 4 * 1024 * 1024;
export const OID_ENVELOPED_DATA = objectIdentifier(ENVELOPED_DATA);
export const OID_AUTH_ENVELOPED_DATA = objectIdentifier(AUTH_ENVELOPED_DATA);
export const OID_DATA = objectIdentifier(DATA);
const NO_AAD = new Uint8Array(0);

/**
 * Reads a CMS enveloped-data (RFC 5652 section 6.1) or auth-enveloped-data file (RFC 5083) in BER or DER up to its content.
 * Throws `file.not_encrypted` if it is something else and `file.damaged` if it is broken.
 */
export async function readEnvelope(reader: ByteReader): Promise<Envelope> {
  const open = await enterEnvelopedData(reader);
  const version = await takeElement(reader, 16);
  let recipientInfos = await takeElement(reader, MAX_HEADER);
  // originatorInfo is optional and says nothing that is needed to decrypt.
  const hasOriginator = recipientInfos[0] === CONSTRUCTED_0;
  if (hasOriginator) recipientInfos = await takeElement(reader, MAX_HEADER);
  if (recipientInfos[0] !== SET) throw damaged('CMS recipients');
  const isPlain = open.authenticated || (!hasOriginator && areNamedBySerial(recipientInfos));
  if (!(isPlain ? [0] : HIGHER_VERSIONS).some((number) => isEqual(version, Uint8Array.of(VERSION_TAG, 1, number)))) throw damaged('CMS version');
  const info = await enter(reader, SEQUENCE);
  if (!isEqual(await takeElement(reader, MAX_HEADER), OID_DATA)) throw damaged('CMS content type');
  const algorithm = decodeContentAlgorithm(await takeElement(reader, MAX_HEADER));
  if ((algorithm.cipher === 'aes-256-gcm') !== open.authenticated) throw damaged('CMS cipher');
  const trailer: Trailer = { tag: null };
  const content = inBatches(readContent(reader, info, open, trailer), LEAST_BATCH);
  return { recipientInfos, encryptedKeys: decodeRecipients(recipientInfos), algorithm, content, trailer };
}

async function enterEnvelopedData(reader: ByteReader): Promise<Opened> {
  try {
    const outer = await enter(reader, SEQUENCE);
    const type = await takeElement(reader, 64);
    const authenticated = isEqual(type, OID_AUTH_ENVELOPED_DATA);
    if (!authenticated && !isEqual(type, OID_ENVELOPED_DATA)) throw damaged('CMS content type');
    return { elements: [outer, await enter(reader, CONSTRUCTED_0), await enter(reader, SEQUENCE)], authenticated };
  } catch (cause) {
    // Whatever does not begin like enveloped-data is not broken but something else: PEM, a plain zip, signed data.
    if (cause instanceof CodedError && cause.code === 'file.damaged') throw new CodedError('file.not_encrypted', { cause });
    throw cause;
  }
}

async function* readContent(reader: ByteReader, info: Element, open: Opened, trailer: Trailer): AsyncGenerator<Uint8Array> {
  const content = await readHeader(reader);
  if (content.tag === PRIMITIVE_0 && content.end !== null) yield* takeUntil(reader, content.end);
  else if (content.tag === CONSTRUCTED_0) yield* readPieces(reader, content);
  else throw damaged('CMS content');
  await leave(reader, info);
  if (open.authenticated) trailer.tag = await readTag(reader);
  for (const element of [...open.elements].reverse()) await leave(reader, element);
  if (await reader.has(1)) throw damaged('bytes after the end of the file');
}

/** The message authentication code behind the content. Attributes, which UDM does not write, are refused: they would have to be checked. */
async function readTag(reader: ByteReader): Promise<Uint8Array> {
  const [first] = await reader.peek(1);
  if (first === CONSTRUCTED_1) throw damaged('CMS attributes');
  const { length } = await enter(reader, OCTET_STRING);
  if (length !== TAG_BYTES) throw damaged('CMS tag');
  // Copied: what the reader gives is a view that the next read may share.
  const mac = Uint8Array.from(await reader.take(TAG_BYTES));
  if ((await reader.has(1)) && (await reader.peek(1))[0] === CONSTRUCTED_2) throw damaged('CMS attributes');
  return mac;
}

async function* readPieces(reader: ByteReader, content: Element): AsyncGenerator<Uint8Array> {
  while (content.end === null ? !(await isAtEndOfContents(reader)) : reader.position < content.end) {
    const piece = await enter(reader, OCTET_STRING);
    if (piece.end === null) throw damaged('CMS content');
    yield* takeUntil(reader, piece.end);
  }
  if (content.end === null) await takeEndOfContents(reader);
  else await leave(reader, content);
}

async function* takeUntil(reader: ByteReader, end: number): AsyncGenerator<Uint8Array> {
  while (reader.position < end) yield await reader.takeUpTo(Math.min(BATCH_BYTES, end - reader.position));
}

/** Decrypts the content. The last plain bytes come only after the padding, or the tag, proved right; else `file.damaged`. */
export async function* decryptContent(
  batches: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  { algorithm, trailer }: Pick<Envelope, 'algorithm' | 'trailer'>,
  primitives: Pick<Primitives, 'decipher'>,
): AsyncGenerator<Uint8Array> {
  const decipher = primitives.decipher(algorithm.cipher, key, algorithm.iv, NO_AAD);
  for await (const batch of batches) {
    const plain = decipher.update(batch);
    if (plain.length > 0) yield plain;
  }
  yield lastOf(() => decipher.final(trailer.tag));
}

function lastOf(final: () => Uint8Array): Uint8Array {
  try {
    return final();
  } catch (cause) {
    throw damaged('end of the encrypted content', cause);
  }
}
