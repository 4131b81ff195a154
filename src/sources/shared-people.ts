import pLimit, { type LimitFunction } from 'p-limit';
import { keyOf, type NormalIdentifier } from '../domain/data-requests/identifiers.ts';
import { CodedError } from '../errors.ts';
import type { FoundRow, PeopleQuestion, PeopleVerbs, SharedVerbs } from './people.ts';

/** Identifiers looked for in one search; of more the source's conditions become long. */
const MOST_WANTED = 2_000;
/** Who asks when nothing goes on waits so long for others: steps that are taken together ask nearly at once. */
const GATHER_MS = 20;
/** A search that takes longer, or hangs, is not waited for by those who come after, unless as many go on as may. */
const LONGEST_WAIT_MS = 2_000;
const MOST_SEARCHES = 3;
/** Batches that are found and not yet taken; who does not take them holds up the search. */
const MOST_AHEAD = 4;
/** Connections to one source for reading rows, and for changing them, of all that goes on in this process. */
const MOST_READING = 4;
const MOST_CHANGING = 2;

/**
 * What many data requests ask of the same source at once. A search reads whole tables, whoever is looked for: those who ask while one
 * is going on are answered together by the next, which begins after all of them asked.
 */
export class SharedPeople implements SharedVerbs {
  readonly #places = new Map<string, Place>();

  of(place: string, people: PeopleVerbs): PeopleVerbs {
    const known = this.#places.get(place) ?? { reading: pLimit(MOST_READING), changing: pLimit(MOST_CHANGING), searches: new Map() };
    this.#places.set(place, known);
    return {
      ...people,
      find: (question, signal) => find(known, people, question, signal),
      read: (wanted, signal) => inTurn(known.reading, () => people.read(wanted, signal)),
      change: (wanted, decide, signal, guard) => known.changing(() => people.change(wanted, decide, signal, guard)),
    };
  }
}

interface Place {
  readonly reading: LimitFunction;
  readonly changing: LimitFunction;
  /** By what can be answered together; kept while somebody waits, as they hold the password of the source. */
  readonly searches: Map<string, Searches>;
}

async function* find({ searches }: Place, people: PeopleVerbs, question: PeopleQuestion, signal: AbortSignal): AsyncGenerator<readonly FoundRow[]> {
  signal.throwIfAborted();
  const { region, subjectsOnly = false } = question;
  const kind = JSON.stringify([region, subjectsOnly]);
  const findAll: FindAll = (wanted, until) => people.find({ wanted, region, subjectsOnly }, until);
  const same = searches.get(kind) ?? new Searches(findAll, () => searches.delete(kind));
  searches.set(kind, same);
  const asker = new Asker(question.wanted);
  const leave = () => asker.fail(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  same.ask(asker);
  try {
    yield* asker.answers;
  } finally {
    signal.removeEventListener('abort', leave);
    asker.leave();
  }
}

type FindAll = (wanted: readonly NormalIdentifier[], signal: AbortSignal) => AsyncIterable<readonly FoundRow[]>;

/** Searches of one kind in one source. */
class Searches {
  readonly #find: FindAll;
  readonly #onIdle: () => void;
  #waiting: Asker[] = [];
  #going = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(find: FindAll, onIdle: () => void) {
    this.#find = find;
    this.#onIdle = onIdle;
  }

  ask(asker: Asker): void {
    this.#waiting.push(asker);
    this.#timer ??= setTimeout(() => this.#begin(), this.#going === 0 ? GATHER_MS : LONGEST_WAIT_MS);
  }

  #begin(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    // Whoever ends begins the next.
    if (this.#going >= MOST_SEARCHES) return;
    const askers = this.#next();
    if (askers.length > 0) {
      this.#going += 1;
      void answerAll(this.#find, askers).then(() => {
        this.#going -= 1;
        this.#begin();
      });
    }
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#begin(), LONGEST_WAIT_MS);
    else if (this.#going === 0) this.#onIdle();
  }

  /** As many of those that wait as one search may look for; at least one. */
  #next(): Asker[] {
    this.#waiting = this.#waiting.filter((one) => !one.isGone);
    let wanted = 0;
    const last = this.#waiting.findIndex((one, index) => {
      wanted += one.wanted.length;
      return index > 0 && wanted > MOST_WANTED;
    });
    return this.#waiting.splice(0, last === -1 ? this.#waiting.length : last);
  }
}

/**
 * Never rejects. What is wrong with the source itself, or passes, fails for each; any other cause may be what one of them is called, so that each is searched for alone then,
 * and is given rows a second time.
 */
async function answerAll(find: FindAll, askers: readonly Asker[]): Promise<void> {
  const error = await answer(find, askers);
  const isLasting = error instanceof CodedError && error.definition.permanent;
  for (const one of error === null ? [] : askers) {
    if (one.isGone) continue;
    const own = askers.length > 1 && isLasting ? await answer(find, [one]) : error;
    if (own !== null) one.fail(own);
  }
}

/** One search for all of them; gives what failed. It ends early when all have gone. */
async function answer(find: FindAll, askers: readonly Asker[]): Promise<unknown> {
  const going = new AbortController();
  const byKey = new Map<string, Asker[]>();
  for (const asker of askers) {
    asker.onLeave = () => askers.every((one) => one.isGone) && going.abort();
    for (const key of asker.keys) byKey.set(key, [...(byKey.get(key) ?? []), asker]);
  }
  const wanted = new Map(askers.flatMap((asker) => asker.wanted.map((one) => [keyOf(one), one])));
  try {
    for await (const batch of find([...wanted.values()], going.signal)) await Promise.all([...sorted(batch, byKey)].map(([asker, rows]) => asker.give(rows)));
    for (const asker of askers) asker.end();
    return null;
  } catch (error) {
    return error;
  }
}

/** Whose rows these are. */
function sorted(batch: readonly FoundRow[], byKey: ReadonlyMap<string, readonly Asker[]>): Map<Asker, FoundRow[]> {
  const given = new Map<Asker, FoundRow[]>();
  for (const row of batch)
    for (const asker of new Set(row.identifiers.flatMap((one) => byKey.get(keyOf(one)) ?? []))) given.set(asker, [...(given.get(asker) ?? []), row]);
  return given;
}

/** Somebody who waits for rows, and takes them as fast as they like. */
class Asker {
  readonly wanted: readonly NormalIdentifier[];
  readonly keys: ReadonlySet<string>;
  readonly answers: ReadableStream<readonly FoundRow[]>;
  isGone = false;
  onLeave: () => void = () => undefined;
  readonly #writer: WritableStreamDefaultWriter<readonly FoundRow[]>;

  constructor(wanted: readonly NormalIdentifier[]) {
    this.wanted = wanted;
    this.keys = new Set(wanted.map(keyOf));
    const { readable, writable } = new TransformStream<readonly FoundRow[], readonly FoundRow[]>(undefined, { highWaterMark: MOST_AHEAD });
    this.answers = readable;
    this.#writer = writable.getWriter();
    // What failed is told to whoever reads.
    this.#writer.closed.catch(() => undefined);
    this.#writer.ready.catch(() => undefined);
  }

  /** Waits until there is room for more, or nobody wants it any more. */
  async give(rows: readonly FoundRow[]): Promise<void> {
    if (this.isGone) return;
    this.#writer.write(rows).catch(() => undefined);
    await this.#writer.ready.catch(() => undefined);
  }

  end(): void {
    if (!this.isGone) this.#writer.close().catch(() => undefined);
  }

  fail(reason: unknown): void {
    this.#writer.abort(reason).catch(() => undefined);
    this.leave();
  }

  leave(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.onLeave();
  }
}

async function* inTurn<T>(sessions: LimitFunction, iterate: () => AsyncIterable<T>): AsyncGenerator<T> {
  const end = await new Promise<() => void>((begun) => {
    void sessions(() => new Promise<void>((ended) => begun(ended)));
  });
  try {
    yield* iterate();
  } finally {
    end();
  }
}
