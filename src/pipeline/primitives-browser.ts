import { cbc, ctr, ecb } from '@noble/ciphers/aes.js';
import { ghash } from '@noble/ciphers/_polyval.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as pako from 'pako';
import { BATCH_BYTES } from './batches.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { damaged } from './damaged.ts';
import type { Decipher, Primitives } from './primitives.ts';
import { isSignatureOf } from './signature-browser.ts';

const BLOCK = 16;
const NONE = new Uint8Array(0);
const RAW_DEFLATE = -15;

/**
 * The primitives from kept libraries, for a browser: WebCrypto has no streaming cipher, no PKCS#1 v1.5 and, without https, nothing at all,
 * and DecompressionStream does not tell where the deflate stream ended.
 */
export const BROWSER_PRIMITIVES: Primitives = {
  sha256: () => {
    const hash = sha256.create();
    return { update: (bytes) => hash.update(bytes), hex: () => bytesToHex(hash.digest()) };
  },
  crc32,
  decipher: (cipher, key, iv, aad) => (cipher === 'aes-256-gcm' ? new GcmDecipher(key, iv, aad) : new CbcDecipher(key, iv)),
  peekPlain: (cipher, key, iv, block) =>
    cipher === 'aes-256-gcm' ? ctr(key, counterBlock(iv, 2)).decrypt(block) : cbc(key, iv, { disablePadding: true }).decrypt(block),
  inflate,
  isSignatureOf: async (bytes, signature, by) => isSignatureOf(bytes, signature, by),
};

/** Gives whole blocks on and keeps the rest. */
class Blocks {
  #rest: Uint8Array = NONE;

  /** The whole blocks that are there, except the last `keep`. */
  take(bytes: Uint8Array, keep: number): Uint8Array {
    const all = this.#rest.length === 0 ? bytes : concat([this.#rest, bytes]);
    const whole = Math.max(0, Math.floor(all.length / BLOCK) - keep) * BLOCK;
    this.#rest = Uint8Array.from(all.subarray(whole));
    return all.subarray(0, whole);
  }

  rest(): Uint8Array {
    return this.#rest;
  }
}

class CbcDecipher implements Decipher {
  readonly #key: Uint8Array;
  readonly #blocks = new Blocks();
  #iv: Uint8Array;

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#key = Uint8Array.from(key);
    this.#iv = iv;
  }

  update(bytes: Uint8Array): Uint8Array {
    // Of whole blocks one more is kept than needed when the bytes end with a block: it may be the padding.
    return this.#decrypt(this.#blocks.take(bytes, 1));
  }

  final(): Uint8Array {
    const rest = this.#blocks.rest();
    if (rest.length === 0 || rest.length % BLOCK !== 0) throw new RangeError('length of the content');
    const last = this.#decrypt(rest);
    const padding = last[last.length - 1] ?? 0;
    const right = padding >= 1 && padding <= BLOCK && last.subarray(last.length - padding).every((byte) => byte === padding);
    if (!right) throw new RangeError('padding');
    return last.subarray(0, last.length - padding);
  }

  #decrypt(whole: Uint8Array): Uint8Array {
    if (whole.length === 0) return NONE;
    const plain = cbc(this.#key, this.#iv, { disablePadding: true }).decrypt(whole);
    this.#iv = Uint8Array.from(whole.subarray(whole.length - BLOCK));
    return plain;
  }
}

/** AES-GCM (NIST SP 800-38D) piece by piece: counter mode and GHASH of the library, put together here. */
class GcmDecipher implements Decipher {
  readonly #key: Uint8Array;
  readonly #nonce: Uint8Array;
  readonly #aad: number;
  readonly #hash: ReturnType<typeof ghash.create>;
  readonly #blocks = new Blocks();
  #bytes = 0;

  constructor(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) {
    this.#key = Uint8Array.from(key);
    this.#nonce = nonce;
    this.#aad = aad.length;
    this.#hash = ghash.create(ecb(this.#key, { disablePadding: true }).encrypt(new Uint8Array(BLOCK)));
    if (aad.length > 0) this.#hash.update(aad);
  }

  update(bytes: Uint8Array): Uint8Array {
    return this.#decrypt(this.#blocks.take(bytes, 0));
  }

  final(tag: Uint8Array | null): Uint8Array {
    const last = this.#decrypt(this.#blocks.rest());
    const lengths = new DataView(new ArrayBuffer(BLOCK));
    lengths.setBigUint64(0, BigInt(this.#aad) * 8n);
    lengths.setBigUint64(8, BigInt(this.#bytes) * 8n);
    const sum = this.#hash.update(new Uint8Array(lengths.buffer)).digest();
    const right = ctr(this.#key, counterBlock(this.#nonce, 1)).encrypt(sum);
    if (tag?.length !== BLOCK || right.reduce((difference, byte, index) => difference | (byte ^ (tag[index] ?? 0)), 0) !== 0) throw new RangeError('tag');
    return last;
  }

  #decrypt(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return NONE;
    this.#hash.update(bytes);
    const plain = ctr(this.#key, counterBlock(this.#nonce, 2 + this.#bytes / BLOCK)).decrypt(bytes);
    this.#bytes += bytes.length;
    return plain;
  }
}

function counterBlock(nonce: Uint8Array, count: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(nonce);
  new DataView(block.buffer).setUint32(BLOCK - 4, count);
  return block;
}

async function* inflate(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const stream = new pako.ZStream();
  pako.zlibInflateInit2(stream, RAW_DEFLATE);
  for (;;) {
    const piece = await reader.takeUpTo(BATCH_BYTES);
    stream.input = piece;
    stream.next_in = 0;
    stream.avail_in = piece.length;
    do {
      stream.output = new Uint8Array(BATCH_BYTES);
      stream.next_out = 0;
      stream.avail_out = BATCH_BYTES;
      const status = pako.zlibInflate(stream, pako.Z_NO_FLUSH);
      const over = status === pako.Z_STREAM_END;
      if (!over && status !== pako.Z_OK && status !== pako.Z_BUF_ERROR) throw damaged('compressed data');
      // Given back before the plain bytes are handed on: whoever takes them may stop here.
      if (over) reader.unread(piece, stream.avail_in);
      if (stream.next_out > 0) yield stream.output.subarray(0, stream.next_out);
      if (over) return;
    } while (stream.avail_out === 0 || stream.avail_in > 0);
  }
}
