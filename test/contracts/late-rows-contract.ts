/**
 * What a connector promises to a chain of runs where its catalog names an arrival column: every row is given exactly once.
 * Nothing shifts a clock here: rows say when they were stored, relative to the source's clock, and the lag of a run says
 * how far back from that clock its A lies.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadRequest, Source, SourceSnapshot } from '../../src/sources/source.ts';
import { type ContractFile, LETTER, MEMO, note, type StoredNote } from './contract-data.ts';
import { readFiles } from './source-contract.ts';

export interface PreparedLateSource {
  readonly source: Source;
  /** Adds notes with the time they were stored at, and their files. */
  add(notes: readonly StoredNote[], files: readonly ContractFile[]): Promise<void>;
  /** Removes all notes and files. */
  clear(): Promise<void>;
  /** The source's clock. ISO 8601. */
  now(): Promise<string>;
  stop(): Promise<void>;
}

type Micros = bigint;
const MINUTE: Micros = 60_000_000n;
const BEGIN = micros('2026-01-01T00:00:00.000000Z');
const NEVER = new AbortController().signal;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** Runs the contract against one connector. `prepare` makes a fresh database without notes. */
export function describeLateRows(connector: string, prepare: () => Promise<PreparedLateSource>): void {
  describe(`late rows: ${connector}`, () => {
    let prepared: PreparedLateSource;
    beforeAll(async () => {
      prepared = await prepare();
    }, 60_000);
    afterAll(() => prepared?.stop());
    describeClock(() => prepared);
    describeLateness(() => prepared);
    test(
      'whatever is stored when, and whichever runs fail: each row is given exactly once, with its attachment, in the run the model says',
      () =>
        fc.assert(
          fc.asyncProperty(story, async (told) => {
            await prepared.clear();
            const { observed, expected } = await play(prepared, told);
            expect(observed).toEqual(expected);
          }),
          { numRuns: 60 },
        ),
      180_000,
    );
  });
}

function describeClock(prepared: () => PreparedLateSource): void {
  test('tells its clock; A is that less the lag, and never before what was published', async () => {
    const before = micros(await prepared().now());
    const plain = await opened(prepared().source, {});
    const lagging = await opened(prepared().source, { arrival: { after: null, settleSeconds: 90 } });
    const ahead = text(micros(await prepared().now()) + 60n * MINUTE);
    const clamped = await opened(prepared().source, { arrival: { after: ahead, settleSeconds: 90 } });
    const after = micros(await prepared().now());
    for (const { now } of [plain, lagging, clamped]) {
      expect(now).toMatch(INSTANT);
      expect(micros(now) >= before && micros(now) <= after).toBe(true);
    }
    expect(plain.arrivalTo).toBe(null);
    expect(lagging.arrivalTo).toBe(text(micros(lagging.now) - 90_000_000n));
    expect(clamped.arrivalTo).toBe(ahead);
  });
}

function describeLateness(prepared: () => PreparedLateSource): void {
  const dayOne = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const dayTwo = { from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' };
  const read = async (given: Partial<ReadRequest>): Promise<{ files: Record<string, unknown[]>; arrivalTo: string | null }> => {
    const snapshot = await prepared().source.open({ type: 'Note', entityTypes: ['Letter'], window: dayOne, ...given }, NEVER);
    const files = await readFiles(snapshot);
    await snapshot.close();
    return { files: Object.fromEntries(files.map((one) => [one.file.name, one.rows.map((row) => row['noteId'])])), arrivalTo: snapshot.arrivalTo };
  };

  test('a row stored within the lag waits, and comes late with its attachments in the next run', async () => {
    await prepared().clear();
    const justNow = await prepared().now();
    const notes: StoredNote[] = [
      { ...note('old', LETTER, '2026-01-01T12:00:00Z'), storedAt: '2026-01-01T12:00:01Z' },
      { ...note('new', LETTER, '2026-01-01T12:00:00Z'), storedAt: justNow },
      { ...note('mute', LETTER, '2026-01-01T12:00:00Z'), storedAt: null },
      { ...note('two', LETTER, '2026-01-02T12:00:00Z'), storedAt: justNow },
    ];
    await prepared().add(notes, [file('old'), file('new')]);
    const first = await read({ arrival: { after: null, settleSeconds: 300 }, dataFrom: dayOne.from });
    expect(first.files).toEqual({ 'Letter.jsonl': ['mute', 'old'], 'Letter-Attachment.jsonl': ['old'] });
    const second = await read({ window: dayTwo, arrival: { after: first.arrivalTo, settleSeconds: 0 }, dataFrom: dayOne.from });
    expect(second.files).toEqual({ 'Letter.jsonl': ['two'], 'Letter-Late.jsonl': ['new'], 'Letter-Late-Attachment.jsonl': ['new'] });
    const again = await read({ window: { from: dayTwo.to, to: null }, arrival: { after: second.arrivalTo, settleSeconds: 0 }, dataFrom: dayOne.from });
    expect(again.files).toEqual({ 'Letter.jsonl': [] });
  });

  test('who does not ask by arrival reads everything of the window; the first run of a chain has no late rows', async () => {
    await prepared().clear();
    const ahead = text(micros(await prepared().now()) + 60n * MINUTE);
    await prepared().add(
      [
        { ...note('past', LETTER, '2026-01-01T12:00:00Z'), storedAt: '2026-01-01T12:00:01Z' },
        { ...note('here', LETTER, '2026-01-02T12:00:00Z'), storedAt: ahead },
      ],
      [],
    );
    expect((await read({ window: dayTwo, dataFrom: null })).files).toEqual({ 'Letter.jsonl': ['here'] });
    expect((await read({ window: dayTwo, arrival: { after: null, settleSeconds: 0 } })).files).toEqual({ 'Letter.jsonl': [] });
    expect((await read({ window: dayTwo, arrival: { after: '2026-01-01T00:00:00Z', settleSeconds: 0 } })).files['Letter-Late.jsonl']).toEqual(['past']);
    const bounded = { arrival: { after: '2026-01-01T00:00:00Z', settleSeconds: 0 }, dataFrom: '2026-01-01T12:00:00.000001Z' };
    expect((await read({ window: dayTwo, ...bounded })).files).toEqual({ 'Letter.jsonl': [] });
  });
}

async function opened(source: Source, given: Partial<ReadRequest>): Promise<SourceSnapshot> {
  const snapshot = await source.open({ type: 'Note', entityTypes: null, window: { from: null, to: null }, ...given }, NEVER);
  await snapshot.close();
  return snapshot;
}

// The property: a story of runs and rows, what the source gives, and what the model says.

/** A row is stored in the whole minute `minutes` before the story, or at the very A of run `edge` (plus 0 or 1 µs), or does not say. */
type Stored = { readonly minutes: number } | { readonly edge: number; readonly plus: 0 | 1 } | null;
interface ToldRow {
  readonly kind: number;
  /** Minutes after BEGIN, plus microseconds; null: no time. */
  readonly time: { readonly minute: number; readonly plus: -1 | 0 | 1 } | null;
  readonly stored: Stored;
  /** Before which run it becomes visible, at the latest when the lag says so. */
  readonly before: number;
}
interface ToldRun {
  /** A lies half a minute before the whole minute `lag` before the story. */
  readonly lag: number;
  readonly fails: boolean;
}
interface Story {
  /** Minutes after BEGIN, rising: the end of run n's window is edges[n + 1]. */
  readonly edges: readonly number[];
  readonly openPast: boolean;
  readonly runs: readonly ToldRun[];
  readonly rows: readonly ToldRow[];
}

const RUNS = 5;
const LAGS = 6;
const stored: fc.Arbitrary<Stored> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ minutes: fc.integer({ min: 1, max: LAGS + 1 }) }) },
  { weight: 3, arbitrary: fc.record({ edge: fc.nat(RUNS - 2), plus: fc.constantFrom<0 | 1>(0, 1) }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const row: fc.Arbitrary<ToldRow> = fc.record({
  kind: fc.constantFrom(LETTER, MEMO),
  time: fc.option(fc.record({ minute: fc.nat(12), plus: fc.constantFrom<-1 | 0 | 1>(-1, 0, 1) }), { freq: 12 }),
  stored,
  before: fc.nat(RUNS - 1),
});
const story: fc.Arbitrary<Story> = fc.record({
  edges: fc.uniqueArray(fc.nat(12), { minLength: RUNS + 1, maxLength: RUNS + 1 }).map((all) => all.sort((a, b) => a - b)),
  openPast: fc.boolean(),
  // The last run is a success whose A is past whatever was stored.
  runs: fc
    .array(fc.record({ lag: fc.nat(LAGS), fails: fc.boolean() }), { minLength: RUNS - 1, maxLength: RUNS - 1 })
    .map((all) => [...all, { lag: 0, fails: false }]),
  rows: fc.array(row, { minLength: 10, maxLength: 40 }),
});

interface PlacedRow {
  readonly id: string;
  readonly kind: number;
  readonly time: Micros | null;
  readonly stored: Micros | null;
}
interface PublishedRun {
  readonly from: Micros | null;
  readonly to: Micros;
  readonly arrivalTo: Micros;
}
type Places = Record<string, readonly string[]>;

/** Plays the story: before each run the rows whose turn it is are added, then it reads; a run that fails moves nothing. */
async function play(prepared: PreparedLateSource, { edges, openPast, runs, rows }: Story): Promise<{ observed: Places; expected: Places }> {
  const begin = micros(await prepared.now());
  const minute = (number: number): Micros => BEGIN + BigInt(number) * MINUTE;
  const dataFrom = openPast ? null : minute(edges[0] as number);
  const added: PlacedRow[] = [];
  const published: PublishedRun[] = [];
  const arrivals: Micros[] = [];
  const observed: Record<string, string[]> = {};
  for (const [number, { lag, fails }] of runs.entries()) {
    const due = rows.flatMap((told, index) => (turnOf(told, edges, runs, openPast) === number ? [{ told, index }] : []));
    const now = due.map(({ told, index }) => placed(told, index, begin, arrivals));
    await prepared.add(
      now.map(asNote),
      now.map(({ id }) => file(id)),
    );
    added.push(...now);
    const last = published.at(-1);
    const window = { from: last ? last.to : dataFrom, to: minute(edges[number + 1] as number) };
    const snapshot = await prepared.source.open(
      {
        type: 'Note',
        entityTypes: null,
        window: { from: window.from === null ? null : text(window.from), to: text(window.to) },
        arrival: { after: last ? text(last.arrivalTo) : null, settleSeconds: lag * 60 + 30 },
        dataFrom: dataFrom === null ? null : text(dataFrom),
      },
      NEVER,
    );
    const files = await readFiles(snapshot);
    await snapshot.close();
    const arrivalTo = micros(snapshot.arrivalTo as string);
    arrivals.push(arrivalTo);
    if (fails) continue;
    for (const one of files) {
      for (const found of one.rows) {
        const id = String(found['noteId']);
        observed[id] = [...(observed[id] ?? []), `${published.length} ${one.file.entityType} ${one.file.content}`];
      }
    }
    published.push({ ...window, arrivalTo });
  }
  const places = added.map((one) => [one.id, expectedPlaces(one, published)] as const).filter(([, where]) => where.length > 0);
  return { observed: sorted(observed), expected: sorted(Object.fromEntries(places)) };
}

/** A row is given by the first published run by whose A it has arrived and whose window, or an earlier one, holds its time. */
function expectedPlaces({ kind, time, stored: at }: PlacedRow, published: readonly PublishedRun[]): string[] {
  const own = published.findIndex(({ from, to }) => (time === null ? from === null : (from === null || time >= from) && time < to));
  const arrived = at === null ? 0 : published.findIndex(({ arrivalTo }) => at < arrivalTo);
  if (own < 0 || arrived < 0) return [];
  const entity = kind === LETTER ? 'Letter' : 'Memo';
  return arrived <= own
    ? [`${own} ${entity} attachments`, `${own} ${entity} rows`]
    : [`${arrived} ${entity} late_attachments`, `${arrived} ${entity} late_rows`];
}

/** Before which run a row becomes visible: when the story says so, but not after the first run by whose A it was stored. */
function turnOf(told: ToldRow, edges: readonly number[], runs: readonly ToldRun[], openPast: boolean): number {
  const { stored: at, time } = told;
  if (at === null) {
    // Without an arrival the row is there when the first run reads that may be the one of its window.
    const own = time === null ? 0 : edges.findIndex((edge, index) => index > 0 && BigInt(time.minute) * MINUTE + BigInt(time.plus) < BigInt(edge) * MINUTE) - 1;
    return time === null && openPast ? 0 : own < 0 ? told.before : Math.min(told.before, own);
  }
  if ('edge' in at) return at.edge + 1;
  // What was stored in the minute `minutes` before the story is before the A of a run with a smaller lag.
  const first = runs.findIndex(({ lag }) => at.minutes > lag);
  return Math.min(told.before, first);
}

function placed(told: ToldRow, index: number, begin: Micros, arrivals: readonly Micros[]): PlacedRow {
  const { kind, time, stored: at } = told;
  return {
    id: `n${String(index).padStart(2, '0')}`,
    kind,
    time: time === null ? null : BEGIN + BigInt(time.minute) * MINUTE + BigInt(time.plus),
    stored: at === null ? null : 'edge' in at ? (arrivals[at.edge] as Micros) + BigInt(at.plus) : begin - BigInt(at.minutes) * MINUTE,
  };
}

function asNote({ id, kind, time, stored: at }: PlacedRow): StoredNote {
  return { ...note(id, kind, time === null ? null : text(time)), storedAt: at === null ? null : text(at) };
}

function file(noteId: string): ContractFile {
  return { id: `f-${noteId}`, noteId, content: Buffer.from(noteId) };
}

function sorted(places: Places): Places {
  return Object.fromEntries(
    Object.entries(places)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([id, where]) => [id, [...where].sort()]),
  );
}

/** Microseconds since 1970 of an instant in UTC. */
function micros(iso: string): Micros {
  const fraction = /\.(\d+)Z$/.exec(iso)?.[1] ?? '';
  return BigInt(Date.parse(`${iso.slice(0, 19)}Z`)) * 1_000n + BigInt(fraction.padEnd(6, '0'));
}

/** The opposite, with all six digits. */
function text(instant: Micros): string {
  return `${new Date(Number(instant / 1_000_000n) * 1_000).toISOString().slice(0, 19)}.${String(instant % 1_000_000n).padStart(6, '0')}Z`;
}
