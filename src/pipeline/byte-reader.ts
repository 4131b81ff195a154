import { concat } from './bytes.ts';
import { damaged } from './damaged.ts';

const NOTHING = new Uint8Array(0);

/** Reads a stream of bytes piece by piece in constant memory; `place` names the stream in errors. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #place: string;
  #ahead: Uint8Array = NOTHING;
  #position = 0;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(source: AsyncIterable<Uint8Array>, place: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#place = place;
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#position;
  }

  /** Says whether at least `count` more bytes follow. A stream that failed says so whenever what it gave before is not enough. */
  async has(count: number): Promise<boolean> {
    const parts = [this.#ahead];
    let length = this.#ahead.length;
    while (length < count && !this.#ended && this.#failure === null) {
      const step = await this.#next();
      if (step === null) break;
      parts.push(step);
      length += step.length;
    }
    if (parts.length > 1)
      this.#ahead = concat(
        parts.filter((part) => part.length > 0),
        length,
      );
    if (length < count && this.#failure !== null) throw this.#failure.error;
    return length >= count;
  }

  /** The next `count` bytes without taking them. Throws `file.damaged` if the stream ends before. */
  async peek(count: number): Promise<Uint8Array> {
    if (!(await this.has(count))) throw damaged(`${this.#place} ends too early`);
    return this.#ahead.subarray(0, count);
  }

  /** Takes `count` bytes. Throws `file.damaged` if the stream ends before. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = await this.peek(count);
    this.#advance(count);
    return bytes;
  }

  /** Takes between 1 and `most` bytes, whatever is there. Throws `file.damaged` at the end of the stream. */
  async takeUpTo(most: number): Promise<Uint8Array> {
    await this.peek(1);
    const bytes = this.#ahead.subarray(0, most);
    this.#advance(bytes.length);
    return bytes;
  }

  /** Gives back the last `count` bytes of the piece taken last. */
  unread(piece: Uint8Array, count: number): void {
    if (count === 0) return;
    const rest = piece.subarray(piece.length - count);
    this.#ahead = this.#ahead.length === 0 ? rest : concat([rest, this.#ahead]);
    this.#position -= count;
  }

  /** Tells the stream that no more is wanted. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#source.return?.();
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const step = await this.#source.next();
      if (step.done !== true) return step.value;
      this.#ended = true;
    } catch (error) {
      this.#failure = { error };
    }
    return null;
  }

  #advance(count: number): void {
    this.#ahead = this.#ahead.subarray(count);
    this.#position += count;
  }
}
