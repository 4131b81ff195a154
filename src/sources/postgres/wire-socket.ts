import { Socket } from 'node:net';

/** As much as a busy reader finds waiting. */
const BUFFER_BYTES = 256 * 1024;

/** The bytes are good until it returns. */
export type Sink = (bytes: Uint8Array) => void;

/**
 * A socket that reads into one buffer for its whole life. While there is a sink, it gets the bytes as they are read, and no memory is made for
 * them; otherwise they come as from any socket. Not for TLS, which reads the socket by itself.
 */
export class WireSocket extends Socket {
  readonly #state: { sink: Sink | null };

  constructor() {
    const state: { sink: Sink | null } = { sink: null };
    const onBytes = (bytes: Uint8Array): boolean => {
      if (!state.sink) return this.push(Buffer.from(bytes));
      state.sink(bytes);
      return true;
    };
    super({ onread: { buffer: new Uint8Array(BUFFER_BYTES), callback: (size, buffer) => onBytes(buffer.subarray(0, size)) } });
    this.#state = state;
  }

  /** Null: no sink from now on. */
  sinkInto(sink: Sink | null): void {
    this.#state.sink = sink;
  }
}
