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

/** Where the bytes of a connection can be taken before pg sees them. */
export interface Tap {
  sinkInto(sink: Sink | null): void;
  /** Gives bytes to pg that the sink was given too many of. */
  giveBack(bytes: Buffer): void;
  pause(): unknown;
  resume(): unknown;
  destroy(): unknown;
}

/** The tap of the socket that pg has: the buffer of a plain one; under TLS, which owns its buffers, the chunks as they come. */
export function tapOf(socket: Socket): Tap {
  if (!(socket instanceof WireSocket)) return new ChunkTap(socket);
  return {
    sinkInto: (sink) => socket.sinkInto(sink),
    giveBack: (bytes) => void socket.push(bytes),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    destroy: () => socket.destroy(),
  };
}

class ChunkTap implements Tap {
  readonly #socket: Socket;
  #listeners: ((bytes: Buffer) => void)[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  sinkInto(sink: Sink | null): void {
    if (sink) {
      this.#listeners = this.#socket.listeners('data') as ((bytes: Buffer) => void)[];
      this.#socket.removeAllListeners('data');
      this.#socket.on('data', sink);
      return;
    }
    this.#socket.removeAllListeners('data');
    for (const listener of this.#listeners) this.#socket.on('data', listener);
  }

  /** Ahead of what is waiting in the socket. */
  giveBack(bytes: Buffer): void {
    this.#socket.unshift(bytes);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
