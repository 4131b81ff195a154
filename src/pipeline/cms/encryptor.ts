import { type CipherGCM, createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Recipient } from '../archive.ts';
import { freeMemory } from '../free-memory.ts';
import type { ContentCipher } from '../primitives.ts';
import { derHeader, END_OF_CONTENTS, OCTET_STRING, openHeader, SEQUENCE } from './ber.ts';
import { OID_AUTH_ENVELOPED_DATA, OID_DATA, OID_ENVELOPED_DATA } from './envelope.ts';
import { contentCipherOf, encodeContentAlgorithm, encodeRecipients } from './recipients.ts';
import { BLOCK_BYTES, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './structures.ts';

const CONSTRUCTED_0 = 0xa0;
const VERSION_0 = Buffer.from([2, 1, 0]);
/** Not worth memory that is used again. */
const SMALL_BYTES = 64 * 1024;

/**
 * Writes one CMS enveloped-data or auth-enveloped-data file piece by piece (layout: docs/formats/artifact.md).
 * The content key is made here and never leaves the object.
 */
export class Encryptor {
  readonly #key = randomBytes(KEY_BYTES);
  readonly #kind: ContentCipher;
  readonly #iv: Buffer;
  readonly #recipientInfos: Buffer;
  readonly #cipher: ReturnType<typeof openCipher>;
  #unsent: Buffer;
  #forgotten = false;
  #frame = Buffer.alloc(0);

  /** Throws `recipients.required` and `certificate.*`. */
  constructor(recipients: readonly Recipient[]) {
    this.#recipientInfos = encodeRecipients(recipients, this.#key);
    this.#kind = contentCipherOf(recipients);
    this.#iv = randomBytes(this.#kind === 'aes-256-gcm' ? NONCE_BYTES : BLOCK_BYTES);
    this.#cipher = openCipher(this.#kind, this.#key, this.#iv);
    this.#unsent = Buffer.concat([
      openHeader(SEQUENCE),
      this.#kind === 'aes-256-gcm' ? OID_AUTH_ENVELOPED_DATA : OID_ENVELOPED_DATA,
      openHeader(CONSTRUCTED_0),
      openHeader(SEQUENCE),
      VERSION_0,
      this.#recipientInfos,
      openHeader(SEQUENCE),
      OID_DATA,
      encodeContentAlgorithm(this.#kind, this.#iv),
      openHeader(CONSTRUCTED_0),
    ]);
    this.headBytes = this.#unsent.length;
  }

  /** Length of what stands before the content. */
  readonly headBytes: number;

  /** SHA-256 of the RecipientInfos SET, lower-case hex. */
  get recipientInfosSha256(): string {
    return createHash('sha256').update(this.#recipientInfos).digest('hex');
  }

  /** Bytes of the file for these plain bytes, good until the next call; one OCTET STRING per call, so give large batches. */
  update(plain: Uint8Array): Buffer {
    return this.#framed(this.#cipher.update(plain));
  }

  /** The last bytes of the file: the rest of the content, the tag of GCM, and the end of every element. */
  final(): Buffer {
    const last = this.#framed(this.#cipher.final());
    const tag = this.#cipher.tag();
    const mac = tag === null ? [] : [derHeader(OCTET_STRING, TAG_BYTES), tag];
    // [0] content and EncryptedContentInfo end before the tag; EnvelopedData, [0] explicit and ContentInfo behind it.
    return Buffer.concat([last, END_OF_CONTENTS, END_OF_CONTENTS, ...mac, END_OF_CONTENTS, END_OF_CONTENTS, END_OF_CONTENTS]);
  }

  get cipher(): ContentCipher {
    return this.#kind;
  }

  /**
   * Decrypts the end of the content as it was read back: whole blocks from block number `first` on, which block `before` precedes (null at the
   * beginning). With GCM without its tag, which says nothing about a part. Throws once the key is forgotten, and when the padding is wrong.
   */
  openEnd(encrypted: Uint8Array, first: number, before: Uint8Array | null): Uint8Array {
    if (this.#forgotten) throw new Error('the content key is forgotten');
    if (this.#kind === 'aes-256-cbc') {
      const decipher = createDecipheriv('aes-256-cbc', this.#key, before ?? this.#iv);
      return Buffer.concat([decipher.update(encrypted), decipher.final()]);
    }
    // GCM counts its blocks from 2 (NIST SP 800-38D section 7.1).
    const counter = Buffer.concat([this.#iv, Buffer.alloc(4)]);
    counter.writeUInt32BE((first + 2) % 2 ** 32, NONCE_BYTES);
    return createDecipheriv('aes-256-ctr', this.#key, counter).update(encrypted);
  }

  get hasKey(): boolean {
    return !this.#forgotten;
  }

  /** Overwrites the content key; afterwards nothing of UDM can open the file. */
  forget(): void {
    this.#forgotten = true;
    this.#key.fill(0);
  }

  #framed(encrypted: Buffer): Buffer {
    const before = this.#unsent;
    this.#unsent = Buffer.alloc(0);
    if (encrypted.length === 0) return before;
    const header = derHeader(OCTET_STRING, encrypted.length);
    if (encrypted.length < SMALL_BYTES) return Buffer.concat([before, header, encrypted]);
    const length = before.length + header.length + encrypted.length;
    if (this.#frame.length < length) this.#frame = Buffer.allocUnsafeSlow(length);
    this.#frame.set(before);
    this.#frame.set(header, before.length);
    this.#frame.set(encrypted, before.length + header.length);
    freeMemory(encrypted);
    return this.#frame.subarray(0, length);
  }
}

function openCipher(kind: ContentCipher, key: Buffer, iv: Buffer) {
  const gcm: CipherGCM | null = kind === 'aes-256-gcm' ? createCipheriv(kind, key, iv) : null;
  const cipher = gcm ?? createCipheriv('aes-256-cbc', key, iv);
  return { update: (plain: Uint8Array) => cipher.update(plain), final: () => cipher.final(), tag: () => gcm?.getAuthTag() ?? null };
}
