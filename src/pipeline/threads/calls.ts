import type { MessagePort, Worker } from 'node:worker_threads';
import { CodedError, type CodedErrorDetails, type ErrorCode } from '../../errors.ts';

/** What one thread offers to the other, by name. */
export type Offers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** An answer whose memory goes along. */
export class Moved {
  readonly value: unknown;
  readonly memory: readonly ArrayBuffer[];

  constructor(value: unknown, memory: readonly ArrayBuffer[]) {
    this.value = value;
    this.memory = memory;
  }
}

type Message =
  | { readonly call: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly error: Told };

/** An error on its way: one that the other side knows, by the number it gave it, or a new one. */
type Told =
  | { readonly yours: number }
  | { readonly mine: number; readonly code: ErrorCode | null; readonly details: CodedErrorDetails; readonly message: string; readonly stack: string };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Errors that may come back are few; older ones were dealt with. */
const MOST_KNOWN = 100;

/**
 * Calls between two threads: each answers what the other asks, in any order. An error goes to the other side as a likeness of it, and comes
 * back as the very error that was thrown here.
 */
export class Calls {
  readonly #port: MessagePort | Worker;
  readonly #offers: Offers;
  readonly #waiting = new Map<number, Waiting>();
  readonly #known = new Map<number, unknown>();
  readonly #likenesses = new WeakMap<object, number>();
  #last = 0;
  #end: { readonly cause: unknown } | null = null;

  constructor(port: MessagePort | Worker, offers: Offers) {
    this.#port = port;
    this.#offers = offers;
    port.on('message', (message: Message) => this.#receive(message));
  }

  /** How many answers are waited for. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The other side's answer; `memory` goes along. */
  call<T>(name: string, args: readonly unknown[], memory: readonly ArrayBuffer[] = []): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#end) return reject(this.#end.cause);
      this.#last += 1;
      this.#port.postMessage({ call: this.#last, name, args } satisfies Message, [...memory]);
      // Not if it throws: nobody would answer.
      this.#waiting.set(this.#last, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** The other side is gone: what waits, and what comes, is rejected with the cause. */
  end(cause: unknown): void {
    this.#end ??= { cause };
    for (const one of this.#waiting.values()) one.reject(cause);
    this.#waiting.clear();
  }

  #receive(message: Message): void {
    if ('call' in message) return void this.#answer(message.call, message.name, message.args);
    const one = this.#waiting.get(message.answer);
    this.#waiting.delete(message.answer);
    if ('error' in message) one?.reject(this.#errorOf(message.error));
    else one?.resolve(message.value);
  }

  async #answer(answer: number, name: string, args: readonly unknown[]): Promise<void> {
    try {
      const offer = this.#offers[name] as ((...all: readonly unknown[]) => unknown) | undefined;
      if (!offer) throw new Error(`nothing is offered as ${name}`);
      const given = await offer(...args);
      const { value, memory } = given instanceof Moved ? given : new Moved(given, []);
      this.#port.postMessage({ answer, value } satisfies Message, [...memory]);
    } catch (error) {
      this.#port.postMessage({ answer, error: this.#told(error) } satisfies Message);
    }
  }

  #told(error: unknown): Told {
    const yours = typeof error === 'object' && error !== null ? this.#likenesses.get(error) : undefined;
    if (yours !== undefined) return { yours };
    this.#last += 1;
    this.#known.set(this.#last, error);
    for (const old of this.#known.keys()) if (this.#known.size > MOST_KNOWN) this.#known.delete(old);
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const coded = error instanceof CodedError ? error : null;
    const details = coded ? { ...coded.details, ...(coded.details.cause !== undefined && { cause: plain(coded.details.cause) }) } : {};
    return { mine: this.#last, code: coded?.code ?? null, details, message, stack: stack ?? message };
  }

  #errorOf(told: Told): unknown {
    if ('yours' in told) return this.#known.get(told.yours);
    const error = told.code ? new CodedError(told.code, told.details) : new Error(told.message);
    error.stack = told.stack;
    this.#likenesses.set(error, told.mine);
    return error;
  }
}

/** A cause may hold what cannot leave its thread. */
function plain(cause: unknown): Error {
  return new Error(cause instanceof Error ? cause.message : String(cause));
}
