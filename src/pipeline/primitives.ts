import type { ByteReader } from './byte-reader.ts';

/** Ciphers of the content that a file may have (docs/formats/artifact.md, "Encryption"). */
export const CONTENT_CIPHERS = ['aes-256-cbc', 'aes-256-gcm'] as const;
export type ContentCipher = (typeof CONTENT_CIPHERS)[number];

export type OaepHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';
/** How the content key is wrapped for a recipient; MGF1 uses the same hash. */
export type KeyTransport = { readonly padding: 'pkcs1' } | { readonly padding: 'oaep'; readonly hash: OaepHash };

/** Decrypts piece by piece. */
export interface Decipher {
  update(bytes: Uint8Array): Uint8Array;
  /** The last plain bytes. Throws if the padding, or the tag, does not fit. */
  final(tag: Uint8Array | null): Uint8Array;
}

export interface Hash {
  update(bytes: Uint8Array): unknown;
  /** Lower-case hex. */
  hex(): string;
}

/** An RSA private key; what it holds stays inside. */
export interface PrivateKey {
  /** The content key, or null when this key cannot read it. A wrong answer is possible: RSA cannot tell. */
  unwrap(transport: KeyTransport, encrypted: Uint8Array): Promise<Uint8Array | null>;
}

/** What a signed text says about its key. */
export interface SignedBy {
  readonly algorithm: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), lower-case hex. */
  readonly keyId: string;
  /** The public key itself, SubjectPublicKeyInfo in DER, base64. */
  readonly publicKey: string;
}

/** What the format needs and every platform has in its own way: `primitives-node.ts`, `primitives-browser.ts`. */
export interface Primitives {
  readonly sha256: () => Hash;
  /** CRC-32 of the bytes after those whose CRC is `before`. */
  readonly crc32: (bytes: Uint8Array, before: number) => number;
  readonly decipher: (cipher: ContentCipher, key: Uint8Array, iv: Uint8Array, aad: Uint8Array) => Decipher;
  /** The first block in plain, unchecked. */
  readonly peekPlain: (cipher: ContentCipher, key: Uint8Array, iv: Uint8Array, block: Uint8Array) => Uint8Array;
  /**
   * Inflates from the reader's position until the deflate stream ends by itself, in constant memory, and leaves
   * the reader at the byte after it. Throws `file.damaged` if the data is broken or ends too early.
   */
  readonly inflate: (reader: ByteReader) => AsyncGenerator<Uint8Array>;
  /** Whether the signature is of these bytes, by the key they name, and by none that only claims its id. */
  readonly isSignatureOf: (bytes: Uint8Array, signature: Uint8Array, by: SignedBy) => Promise<boolean>;
}
