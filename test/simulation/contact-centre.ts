/**
 * The sources of the simulation: rows in memory, with the time each is about, when the source stored it, and when others see it.
 * They keep the source's side of decision 0010: their clocks only go forward, and a row is seen at most the settle lag after it was stored.
 */

export const SOURCES = {
  UCSX: { catalog: 'ucsx', type: 'Interaction', entityTypes: ['EmailIn', 'Chat', 'PhoneCall'], tellsArrivals: true },
  IWD: { catalog: 'iwd', type: 'Event', entityTypes: ['WorkItem', 'WorkItemEvent'], tellsArrivals: false },
} as const;
export type SourceName = keyof typeof SOURCES;
export const SOURCE_NAMES = Object.keys(SOURCES) as SourceName[];

/** Epoch milliseconds of the source's own clock. */
export interface SimulatedRow {
  readonly id: number;
  readonly source: SourceName;
  readonly entityType: string;
  readonly time: number;
  readonly storedAt: number;
  readonly visibleAt: number;
}

/** What a run asks for, in epoch milliseconds. */
export interface Request {
  readonly source: SourceName;
  readonly entityTypes: readonly string[] | null;
  readonly from: number | null;
  readonly to: number | null;
  /** Of a chain: rows stored before `after` were published. */
  readonly arrival: { readonly after: number | null; readonly settleSeconds: number; readonly dataFrom: number | null } | null;
}

export interface Reading {
  readonly now: number;
  readonly arrivalTo: number | null;
  readonly rows: readonly SimulatedRow[];
  readonly lateRows: readonly SimulatedRow[];
}

/** A row to come: its time lies `age` milliseconds before the source's clock; it is seen after `delay` (0 to 1) of the settle lag. */
export interface NewRow {
  readonly source: SourceName;
  readonly entityType: string;
  readonly age: number;
  readonly delay: number;
  /** Chooses (0 to 1) among the ends of windows that have passed: the row is of that very instant. Null: by age. */
  readonly atEnd: number | null;
}

export class ContactCentre {
  readonly rows: SimulatedRow[] = [];
  /** Seeded bug: the end of a window belongs to it. */
  readonly #closedEnd: boolean;
  readonly #skew: Readonly<Record<SourceName, number>>;
  #trueTime = 0;
  readonly #settleSeconds: Record<SourceName, number> = { UCSX: 300, IWD: 300 };

  constructor(skew: Readonly<Record<SourceName, number>>, closedEnd: boolean) {
    this.#skew = skew;
    this.#closedEnd = closedEnd;
  }

  setTrueTime(at: number): void {
    this.#trueTime = at;
  }

  clockOf(source: SourceName): number {
    return this.#trueTime + this.#skew[source];
  }

  settleSecondsOf(source: SourceName): number {
    return this.#settleSeconds[source];
  }

  /** The owner of the source promises another lag; rows on their way keep the promise. */
  setSettleSeconds(source: SourceName, seconds: number): void {
    this.#settleSeconds[source] = seconds;
    for (const [index, row] of this.rows.entries()) {
      if (row.source === source) this.rows[index] = { ...row, visibleAt: Math.min(row.visibleAt, row.storedAt + seconds * 1_000) };
    }
  }

  /** @param ends ends of windows */
  add({ source, entityType, age, delay, atEnd }: NewRow, ends: readonly number[]): void {
    const now = this.clockOf(source);
    const passed = ends.filter((end) => end <= now);
    const end = atEnd === null ? undefined : passed[Math.floor(atEnd * passed.length)];
    const visibleAt = now + Math.floor(delay * this.#settleSeconds[source] * 1_000);
    this.rows.push({ id: this.rows.length, source, entityType, time: end ?? now - age, storedAt: now, visibleAt });
  }

  /** Reads one consistent state, as src/sources/source.ts promises it. */
  read(request: Request): Reading {
    const now = this.clockOf(request.source);
    const { arrival, from, to } = request;
    const told = arrival && SOURCES[request.source].tellsArrivals ? arrival : null;
    const arrivalTo = told && Math.max(now - told.settleSeconds * 1_000, told.after ?? -Infinity);
    const seen = this.rows.filter((row) => row.source === request.source && row.visibleAt <= now && (request.entityTypes?.includes(row.entityType) ?? true));
    const arrived = seen.filter((row) => arrivalTo === null || row.storedAt < arrivalTo);
    const rows = arrived.filter((row) => (from === null || row.time >= from) && this.#isBefore(row.time, to));
    const { after = null, dataFrom = null } = told ?? {};
    if (after === null || from === null) return { now, arrivalTo, rows, lateRows: [] };
    const lateRows = arrived.filter((row) => row.time < from && row.time >= (dataFrom ?? -Infinity) && row.storedAt >= after);
    return { now, arrivalTo, rows, lateRows };
  }

  #isBefore(time: number, end: number | null): boolean {
    return end === null || time < end || (this.#closedEnd && time === end);
  }
}
