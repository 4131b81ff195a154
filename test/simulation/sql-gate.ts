import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Database } from '../../src/records/database.ts';
import type { Tables } from '../../src/records/tables.ts';

/** Holds a planner before each of its transactions, so that it can stall there, or die. */
export class Gate {
  #isOpen = false;
  #isDead = false;
  #waiting: { readonly pass: () => void; readonly die: (reason: Error) => void } | null = null;
  #onArrival: (() => void) | null = null;

  /** Resolves when the one inside stands at the gate. */
  arrival(): Promise<void> {
    if (this.#waiting) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onArrival = resolve;
    });
  }

  /** Lets it do one transaction. */
  letOne(): void {
    const { pass } = this.#take();
    pass();
  }

  /** Lets it do all the rest. */
  letAll(): void {
    this.#isOpen = true;
    this.#waiting?.pass();
    this.#waiting = null;
  }

  /** Nothing passes any more. */
  kill(): void {
    this.#isDead = true;
    this.#take().die(died());
  }

  #take() {
    const waiting = this.#waiting;
    if (!waiting) throw new Error('Nobody stands at the gate.');
    this.#waiting = null;
    return waiting;
  }

  #pass(): Promise<void> {
    if (this.#isDead) return Promise.reject(died());
    if (this.#isOpen) return Promise.resolve();
    return new Promise((pass, die) => {
      this.#waiting = { pass, die };
      this.#onArrival?.();
      this.#onArrival = null;
    });
  }

  /** The database behind this gate: every transaction waits here for its connection, and so does every statement outside of one. */
  before(pool: pg.Pool): Database {
    const connect = async () => {
      await this.#pass();
      return pool.connect();
    };
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: { connect, end: async () => {}, options: pool.options } }) });
  }
}

function died(): Error {
  return Object.assign(new Error('The process of the planner died.'), { code: 'ECONNRESET' });
}
