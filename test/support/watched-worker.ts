import pg from 'pg';

/** For a worker process of a campaign: it notices what it does, and tells its parent. */

export interface WatchedStatement {
  readonly text: string;
  /** That it is sent to. */
  readonly database: string | undefined;
  /** What the driver was given; may be changed. */
  readonly given: unknown[];
  /** Breaks the connection of the statement. */
  readonly cut: () => void;
}

/** Statements of all connections of this process go through `pass` while `isWatched`. */
export function watchStatements(isWatched: () => boolean, pass: (statement: WatchedStatement, run: () => Promise<unknown>) => unknown): void {
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function watched(this: pg.Client, ...given: unknown[]): unknown {
    const [statement] = given;
    // What reads a COPY by itself is not waited for: it is given back as it is.
    const isOwn = typeof (statement as { submit?: unknown })?.submit === 'function';
    const text = typeof statement === 'string' ? statement : isOwn ? null : (statement as { text?: unknown })?.text;
    const last = given.at(-1);
    if (typeof text !== 'string' || typeof last === 'function' || !isWatched()) return Reflect.apply(query, this, given);
    const socket = (this as unknown as { connection: { stream: { destroy(error?: Error): void } } }).connection.stream;
    const cut = () => void socket.destroy(Object.assign(new Error('Connection terminated by the campaign'), { code: 'ECONNRESET' }));
    return pass({ text, database: this.database, given, cut }, () => Reflect.apply(query, this, given) as Promise<unknown>);
  } as typeof query;
}

/** Resolves when the parent will get it, whatever becomes of this process. */
export function tellParent(report: object): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(report, undefined, undefined, () => resolve());
  });
}

/** The methods of an object, each bound to it. */
export function bound<T extends object>(object: T): T {
  const methods: Record<string, unknown> = {};
  for (let from: object | null = object; from && from !== Object.prototype; from = Object.getPrototypeOf(from)) {
    for (const name of Object.getOwnPropertyNames(from)) {
      const value = (object as Record<string, unknown>)[name];
      if (name !== 'constructor') methods[name] ??= typeof value === 'function' ? value.bind(object) : value;
    }
  }
  return methods as T;
}

/** When, seen from a thing that a worker does. during: it has begun, its answer has not come. */
export type When = 'before' | 'during' | 'after';

/** Does it, and strikes. */
export async function struckAt<T>(when: When, run: () => Promise<T>, strike: () => Promise<void>): Promise<T> {
  if (when === 'before') await strike();
  const going = run();
  // Whoever waits for it hears of its failure below.
  going.catch(() => undefined);
  if (when === 'during') await strike();
  const done = await going;
  if (when === 'after') await strike();
  return done;
}
