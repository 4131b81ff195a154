/**
 * Reads the rows of a COPY from the socket of a connection, without an object for each message. Connecting, errors and everything
 * before and after the rows are pg's; between them the bytes go from the socket to the transcoder.
 */

import type { Socket } from 'node:net';
import type pg from 'pg';
import type { Batch, Transcoder } from '../../kernel/transcoder.ts';
import { type Tap, tapOf } from './wire-socket.ts';

/**
 * The batches of `COPY … TO STDOUT`, each good until the next is asked for if the transcoder lends them. Reads on only when the consumer asks for more. A consumer that leaves early leaves the
 * connection reading into the void: cancel it then.
 */
export async function* readCopy(client: pg.Client, sql: string, transcoder: Transcoder): AsyncGenerator<Batch> {
  const copy = new CopyOut(sql, transcoder);
  client.query(copy as unknown as pg.Submittable);
  try {
    for (let batch = await copy.next(); batch; batch = await copy.next()) {
      yield batch;
      batch.release?.();
    }
  } finally {
    copy.leave();
  }
}

/** What pg calls a submittable: it gets the connection for itself until the server is ready for the next query. */
class CopyOut {
  readonly #sql: string;
  readonly #transcoder: Transcoder;
  #waiting: Batch[] = [];
  /** Null before the rows and behind them. */
  #socket: Tap | null = null;
  #left = false;
  #done = false;
  #finished = false;
  #failure: { readonly error: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(sql: string, transcoder: Transcoder) {
    this.#sql = sql;
    this.#transcoder = transcoder;
  }

  async next(): Promise<Batch | null> {
    for (;;) {
      const batch = this.#waiting.shift();
      if (batch) return batch;
      if (this.#failure) throw this.#failure.error;
      if (this.#finished) return null;
      if (this.#done) {
        this.#finished = true;
        return this.#transcoder.finish();
      }
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#socket?.resume();
      await woken;
    }
  }

  /** From now on what comes is thrown away. */
  leave(): void {
    this.#left = true;
    this.#waiting = [];
    this.#socket?.resume();
  }

  submit(connection: pg.Connection): void {
    const socket = tapOf(connection.stream as Socket);
    this.#socket = socket;
    socket.sinkInto(this.#onBytes);
    connection.query(this.#sql);
  }

  handleError(error: unknown): void {
    this.#fail(error);
  }

  handleReadyForQuery(): void {
    this.#done = true;
    this.#wake();
  }

  handleCommandComplete(): void {
    // ReadyForQuery follows.
  }

  readonly #onBytes = (bytes: Uint8Array): void => {
    const taken = this.#transcode(bytes);
    if (taken < bytes.length) this.#giveBack(bytes.subarray(taken));
    else if (this.#waiting.length > 0) this.#socket?.pause();
    if (this.#waiting.length > 0) this.#wake();
  };

  #transcode(chunk: Uint8Array): number {
    try {
      return this.#transcoder.push(chunk, (batch) => {
        if (!this.#left) this.#waiting.push(batch);
      });
    } catch (error) {
      // What the bytes are is no longer known, so nobody may read on.
      this.#fail(error);
      this.#socket?.destroy();
      return chunk.length;
    }
  }

  /** The rows are over: the rest is pg's again. */
  #giveBack(rest: Uint8Array): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.sinkInto(null);
    socket?.giveBack(Buffer.from(rest));
    socket?.resume();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }
}
