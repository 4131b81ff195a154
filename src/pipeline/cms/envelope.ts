import { createDecipheriv } from 'node:crypto';
import { CodedError } from '../../errors.ts';
import { BATCH_BYTES, inBatches } from '../batches.ts';
import type { ByteReader } from '../byte-reader.ts';
import { damaged } from '../damaged.ts';
import { type Element, END_OF_CONTENTS, enter, leave, OCTET_STRING, readHeader, SEQUENCE, takeElement } from './ber.ts';
import { CONTENT_CIPHER, decodeContentAlgorithm, decodeRecipients, OID_DATA, OID_ENVELOPED_DATA, SET } from './structures.ts';

/** An opened CMS file whose content has not been read yet. */
export interface Envelope {
  /** The RecipientInfos SET as it stands in the file, with definite length. */
  readonly recipientInfos: Buffer;
  readonly encryptedKeys: readonly Buffer[];
  readonly iv: Buffer;
  /** Encrypted content in batches; ends only after everything behind it was checked, too. */
  readonly content: AsyncGenerator<Buffer>;
}

const CONSTRUCTED_0 = 0xa0;
const PRIMITIVE_0 = 0x80;
const VERSION_TAG = 0x02;
const MAX_HEADER = 4 * 1024 * 1024;

/**
 * Reads a CMS enveloped-data file (RFC 5652 section 6.1) in BER or DER up to its content.
 * Throws `file.not_encrypted` if it is something else and `file.damaged` if it is broken.
 */
export async function readEnvelope(reader: ByteReader): Promise<Envelope> {
  const open = await enterEnvelopedData(reader);
  const version = await takeElement(reader, 16);
  if (version[0] !== VERSION_TAG) throw damaged('CMS version');
  let recipientInfos = await takeElement(reader, MAX_HEADER);
  // originatorInfo is optional and says nothing that is needed to decrypt.
  if (recipientInfos[0] === CONSTRUCTED_0) recipientInfos = await takeElement(reader, MAX_HEADER);
  if (recipientInfos[0] !== SET) throw damaged('CMS recipients');
  open.push(await enter(reader, SEQUENCE));
  if (!(await takeElement(reader, MAX_HEADER)).equals(OID_DATA)) throw damaged('CMS content type');
  const iv = decodeContentAlgorithm(await takeElement(reader, MAX_HEADER));
  return { recipientInfos, encryptedKeys: decodeRecipients(recipientInfos), iv, content: inBatches(readContent(reader, open)) };
}

async function enterEnvelopedData(reader: ByteReader): Promise<Element[]> {
  try {
    const open = [await enter(reader, SEQUENCE)];
    if (!(await takeElement(reader, 64)).equals(OID_ENVELOPED_DATA)) throw damaged('CMS content type');
    open.push(await enter(reader, CONSTRUCTED_0), await enter(reader, SEQUENCE));
    return open;
  } catch (cause) {
    // Whatever does not begin like enveloped-data is not broken but something else: PEM, a plain zip, signed data.
    if (cause instanceof CodedError && cause.code === 'file.damaged') throw new CodedError('file.not_encrypted', { cause });
    throw cause;
  }
}

async function* readContent(reader: ByteReader, open: readonly Element[]): AsyncGenerator<Buffer> {
  const content = await readHeader(reader);
  if (content.tag === PRIMITIVE_0 && content.end !== null) yield* takeUntil(reader, content.end);
  else if (content.tag === CONSTRUCTED_0) yield* readPieces(reader, content);
  else throw damaged('CMS content');
  for (const element of [...open].reverse()) await leave(reader, element);
  if (await reader.has(1)) throw damaged('bytes after the end of the file');
}

async function* readPieces(reader: ByteReader, content: Element): AsyncGenerator<Buffer> {
  while (content.end === null ? !(await reader.peek(2)).equals(END_OF_CONTENTS) : reader.position < content.end) {
    const piece = await enter(reader, OCTET_STRING);
    if (piece.end === null) throw damaged('CMS content');
    yield* takeUntil(reader, piece.end);
  }
  await leave(reader, content);
}

async function* takeUntil(reader: ByteReader, end: number): AsyncGenerator<Buffer> {
  while (reader.position < end) yield await reader.takeUpTo(Math.min(BATCH_BYTES, end - reader.position));
}

/** Decrypts batches of content. The last plain bytes come only after the padding proved right; else `file.damaged`. */
export async function* decryptContent(batches: AsyncIterable<Buffer>, key: Buffer, iv: Buffer): AsyncGenerator<Buffer> {
  const decipher = createDecipheriv(CONTENT_CIPHER, key, iv);
  for await (const batch of batches) yield decipher.update(batch);
  try {
    yield decipher.final();
  } catch (cause) {
    throw damaged('end of the encrypted content', cause);
  }
}
