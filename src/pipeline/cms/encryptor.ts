import { type Cipheriv, createCipheriv, randomBytes } from 'node:crypto';
import { ByteReader } from '../byte-reader.ts';
import { damaged } from '../damaged.ts';
import { derHeader, END_OF_CONTENTS, OCTET_STRING, openHeader, SEQUENCE } from './ber.ts';
import { decryptContent, readEnvelope } from './envelope.ts';
import { BLOCK_BYTES, CONTENT_CIPHER, encodeContentAlgorithm, encodeRecipients, KEY_BYTES, OID_DATA, OID_ENVELOPED_DATA } from './structures.ts';

const CONSTRUCTED_0 = 0xa0;
const VERSION_0 = Buffer.from([2, 1, 0]);
/** Ends [0] content, EncryptedContentInfo, EnvelopedData, [0] explicit and ContentInfo. */
const TRAILER = Buffer.concat(Array.from({ length: 5 }, () => END_OF_CONTENTS));

/**
 * Writes one CMS enveloped-data file piece by piece (layout: docs/formats/artifact.md).
 * The content key is made here and never leaves the object.
 */
export class Encryptor {
  readonly #key = randomBytes(KEY_BYTES);
  readonly #iv = randomBytes(BLOCK_BYTES);
  readonly #recipientInfos: Buffer;
  readonly #cipher: Cipheriv;
  #unsent: Buffer;
  #forgotten = false;

  /** Takes the recipients' certificates as PEM. Throws `recipients.required` and `certificate.*`. */
  constructor(recipients: readonly string[]) {
    this.#recipientInfos = encodeRecipients(recipients, this.#key);
    this.#cipher = createCipheriv(CONTENT_CIPHER, this.#key, this.#iv);
    this.#unsent = Buffer.concat([
      openHeader(SEQUENCE),
      OID_ENVELOPED_DATA,
      openHeader(CONSTRUCTED_0),
      openHeader(SEQUENCE),
      VERSION_0,
      this.#recipientInfos,
      openHeader(SEQUENCE),
      OID_DATA,
      encodeContentAlgorithm(this.#iv),
      openHeader(CONSTRUCTED_0),
    ]);
  }

  /** Bytes of the file for these plain bytes; one OCTET STRING per call, so give large batches. */
  update(plain: Uint8Array): Buffer {
    return this.#framed(this.#cipher.update(plain));
  }

  /** The last bytes of the file. */
  final(): Buffer {
    return Buffer.concat([this.#framed(this.#cipher.final()), TRAILER]);
  }

  /** Decrypts the file read back from storage. Throws `file.damaged` if its structure, recipients or padding differ. */
  async *decryptStored(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    if (this.#forgotten) throw new Error('the content key is forgotten');
    const envelope = await readEnvelope(new ByteReader(stored, 'stored file'));
    if (!envelope.recipientInfos.equals(this.#recipientInfos)) throw damaged('CMS recipients');
    if (!envelope.iv.equals(this.#iv)) throw damaged('CMS cipher parameters');
    yield* decryptContent(envelope.content, this.#key, envelope.iv);
  }

  /** Overwrites the content key; afterwards nothing of UDM can open the file. */
  forget(): void {
    this.#key.fill(0);
    this.#forgotten = true;
  }

  #framed(encrypted: Buffer): Buffer {
    const before = this.#unsent;
    this.#unsent = Buffer.alloc(0);
    if (encrypted.length === 0) return before;
    return Buffer.concat([before, derHeader(OCTET_STRING, encrypted.length), encrypted]);
  }
}
