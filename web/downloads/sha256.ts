/* SHA-256 (FIPS 180-4) of bytes that come one piece after the other. The browser's own digest wants all of them at once, which a file of
   gigabytes rules out, and a compiled one is not allowed by UDM's content policy (decision 0011). */

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUNDS = Uint32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime)));
const BLOCK = 64;

export class Sha256 {
  readonly #state = Uint32Array.from(firstPrimes(8), (prime) => fraction(Math.sqrt(prime)));
  readonly #schedule = new Uint32Array(64);
  readonly #rest = new Uint8Array(BLOCK);
  #inRest = 0;
  #bytes = 0;

  update(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    let at = 0;
    if (this.#inRest > 0) {
      at = Math.min(BLOCK - this.#inRest, chunk.length);
      this.#rest.set(chunk.subarray(0, at), this.#inRest);
      this.#inRest += at;
      if (this.#inRest < BLOCK) return;
      this.#mix(this.#rest, 0);
      this.#inRest = 0;
    }
    for (; at + BLOCK <= chunk.length; at += BLOCK) this.#mix(chunk, at);
    this.#rest.set(chunk.subarray(at));
    this.#inRest = chunk.length - at;
  }

  /** As 64 lower-case hexadecimal digits; nothing can be added after it. */
  hex(): string {
    const end = new Uint8Array(this.#inRest < 56 ? 64 - this.#inRest : 128 - this.#inRest);
    end[0] = 0x80;
    const bits = new DataView(end.buffer);
    bits.setUint32(end.length - 8, Math.floor(this.#bytes / 2 ** 29));
    bits.setUint32(end.length - 4, (this.#bytes % 2 ** 29) * 8);
    this.update(end);
    return Array.from(this.#state, (word) => word.toString(16).padStart(8, '0')).join('');
  }

  #mix(bytes: Uint8Array, at: number): void {
    const w = this.#schedule;
    for (let i = 0; i < 16; i += 1) {
      const from = at + i * 4;
      w[i] = ((bytes[from] as number) << 24) | ((bytes[from + 1] as number) << 16) | ((bytes[from + 2] as number) << 8) | (bytes[from + 3] as number);
    }
    for (let i = 16; i < 64; i += 1) {
      const [near, far] = [w[i - 2] as number, w[i - 15] as number];
      const late = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
      const early = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
      w[i] = (late + (w[i - 7] as number) + early + (w[i - 16] as number)) | 0;
    }
    this.#compress(w);
  }

  #compress(w: Uint32Array): void {
    const state = this.#state;
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i += 1) {
      const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const first = (h + high + ((e & f) ^ (~e & g)) + (ROUNDS[i] as number) + (w[i] as number)) | 0;
      const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = ((state[i] as number) + word) | 0;
  }
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function fraction(root: number): number {
  return ((root % 1) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
