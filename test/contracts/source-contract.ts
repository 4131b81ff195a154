/**
 * What every connector promises, as tests. A connector's test file prepares a database with
 * `CONTRACT_NOTES` and `CONTRACT_FILES` behind `CONTRACT_CATALOG` and calls `describeSourceContract`.
 */
import type { RowEstimate } from '../../src/domain/row-estimate.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadRequest, Source, SourceSnapshot, SourceWindow } from '../../src/sources/source.ts';
import { CONTRACT_FILES, CONTRACT_NOTES, type ContractNote, LETTER, MEMO, NASTY, note } from './contract-data.ts';

export interface PreparedSource {
  readonly source: Source;
  /** Adds notes in a transaction of its own. */
  addNotes(notes: readonly ContractNote[]): Promise<void>;
  removeNotes(ids: readonly string[]): Promise<void>;
  /** Queries and open transactions UDM has in the source right now. */
  activity(): Promise<number>;
  stop(): Promise<void>;
}

const ALL: SourceWindow = { from: null, to: null };
const NEVER = new AbortController().signal;

/** Runs the contract against one connector. `prepare` makes a fresh database. */
export function describeSourceContract(connector: string, prepare: () => Promise<PreparedSource>): void {
  describe(`source contract: ${connector}`, () => {
    let prepared: PreparedSource;
    beforeAll(async () => {
      prepared = await prepare();
    }, 60_000);
    afterAll(() => prepared?.stop());
    describeContent(() => prepared);
    describeSample(() => prepared);
    describeSnapshots(() => prepared);
    describe('with more rows than fit in a batch', () => describeAbort(() => prepared));
  });
}

function describeContent(prepared: () => PreparedSource): void {
  const read = (request: Partial<ReadRequest>): Promise<ReadFile[]> => readAll(prepared().source, request);

  test('finds its tables and says what it offers', async () => {
    await prepared().source.check();
    expect(prepared().source.describe()).toEqual([{ type: 'Note', entityTypes: ['Letter', 'Memo'], hasTime: true, tellsLateRows: true }]);
  });

  test('gives one file per entity type, attachments in their own, none where there is none', async () => {
    const files = await read({});
    expect(files.map(({ file }) => [file.name, file.entityType, file.content, file.schemaName])).toEqual([
      ['Letter.jsonl', 'Letter', 'rows', 'Letter.schema.json'],
      ['Letter-Attachment.jsonl', 'Letter', 'attachments', 'Letter-Attachment.schema.json'],
      ['Memo.jsonl', 'Memo', 'rows', 'Memo.schema.json'],
    ]);
  });

  test('every value comes out as it is, in order of time and key, equal times included', async () => {
    const [letters, , memos] = await read({});
    expect(letters?.rows).toEqual(expected((one) => one.kind === LETTER));
    expect(memos?.rows).toEqual(expected((one) => one.kind === MEMO));
  });

  test('names come in the order of the catalog', async () => {
    const [letters] = await read({});
    expect(letters?.text.slice(0, 66)).toBe('{"noteId":"b1","kind":1,"writtenAt":"2026-01-01T00:00:00+00:00","b');
  });

  test('every line validates against the schema of its file', async () => {
    for (const { file, rows } of await read({})) {
      const ajv = addFormats.default(new Ajv({ strict: true, allErrors: true }));
      const validate = ajv.compile(file.schema);
      for (const row of rows) expect(validate(row), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  test.each([
    ['takes the start itself', { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00.000001Z' }, ['b1']],
    ['leaves out the end itself', { from: '2026-01-01T00:00:00.000001Z', to: '2026-01-02T03:04:05.678901Z' }, ['a2']],
    ['takes equal times together', { from: '2026-01-02T03:04:05.678901Z', to: '2026-01-02T03:04:05.678902Z' }, ['e1', 'e2', 'e3', 'e4', 'e5']],
    ['open to the future', { from: '2026-01-31T23:59:59.999999Z', to: null }, ['z9']],
    ['open to the past takes rows without a time', { from: null, to: '2026-01-01T00:00:00.000001Z' }, ['b1', 't0']],
    ['may be empty', { from: '2030-01-01T00:00:00Z', to: '2031-01-01T00:00:00Z' }, []],
  ])('a window %s', async (_, window, ids) => {
    const [letters] = await read({ entityTypes: ['Letter'], window });
    expect(letters?.rows.map((row) => row['noteId'])).toEqual(ids);
  });

  test('reads only the entity types asked for', async () => {
    expect((await read({ entityTypes: ['Memo'] })).map(({ file }) => file.name)).toEqual(['Memo.jsonl']);
  });

  test.each([
    [{ type: 'Nope' }, 'type.not_supported'],
    [{ entityTypes: ['Letter', 'Nope'] }, 'entity_types.unknown'],
  ])('refuses what it does not offer: %o', async (request, code) => {
    await expect(read(request)).rejects.toMatchObject({ code });
  });

  test('attachments follow their rows: same window, base64, joined by id', async () => {
    const [, attachments] = await read({ window: { from: '2026-01-01T00:00:00.000001Z', to: null } });
    const wanted = CONTRACT_FILES.filter((file) => file.noteId !== 'b1').map((file) => ({ ...file, content: file.content?.toString('base64') ?? null }));
    expect(attachments?.rows).toEqual(wanted);
  });

  test('estimates rows, attachments included', async () => {
    await withSnapshot(prepared().source, {}, async (snapshot) =>
      expect(sumOf(await snapshot.estimateRows())).toBe(CONTRACT_NOTES.length + CONTRACT_FILES.length),
    );
  });
}

const sumOf = ({ files }: RowEstimate) => files.reduce((sum, rows) => sum + rows, 0);

function describeSample(prepared: () => PreparedSource): void {
  const sample = (entityTypes: string[] | null, rows = 10) => prepared().source.sample({ type: 'Note', entityTypes, rows }, NEVER);

  test('tells its clock, and connects for that only', async () => {
    expect(await prepared().source.reach(NEVER)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    await expect(prepared().source.reach(AbortSignal.abort('no'))).rejects.toBe('no');
    await untilQuiet(prepared());
  });

  test('gives the newest rows of each entity type, texts as sizes only', async () => {
    const [letters, memos] = await sample(null, 2);
    const masked = { upTo: 10 };
    expect(letters?.rows).toEqual([
      { noteId: masked, kind: { value: LETTER }, writtenAt: { value: '2026-01-31T23:59:59.999999+00:00' }, body: null, pages: null, signed: null },
      expect.objectContaining({ kind: { value: LETTER }, writtenAt: { value: '2026-01-03T00:00:00+00:00' } }),
    ]);
    expect(memos?.rows).toEqual([expect.objectContaining({ noteId: masked, body: masked, kind: { value: MEMO } })]);
    expect((await sample(['Memo'])).map((one) => one.entityType)).toEqual(['Memo']);
    await untilQuiet(prepared());
  });

  test.each([
    [{ type: 'Nope', entityTypes: null, rows: 1 }, 'type.not_supported'],
    [{ type: 'Note', entityTypes: ['Nope'], rows: 1 }, 'entity_types.unknown'],
  ])('takes no sample of what it does not offer: %o', async (request, code) => {
    await expect((async () => prepared().source.sample(request, NEVER))()).rejects.toMatchObject({ code });
  });

  test('no text of a row is in the answer, whatever it holds', async () => {
    let made = 0;
    const text = fc.oneof(fc.constantFrom(...NASTY.slice(0, -1)), fc.string({ unit: 'grapheme', maxLength: 40 })).map((one) => one.replaceAll('\0', ''));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 10 }), async (texts) => {
        const notes = texts.map(([id, body]) => {
          made += 1;
          return note(`Ada${made}·${id}`, MEMO, '2029-01-01T00:00:00+00:00', { body: `${body}·Lovelace${made}` });
        });
        await prepared().addNotes(notes);
        const [memos] = await sample(['Memo']);
        await prepared().removeNotes(notes.map(({ id }) => id));
        expect(memos?.rows.filter((row) => row['writtenAt'] !== null && JSON.stringify(row).includes('2029-01-01'))).toHaveLength(notes.length);
        expect(JSON.stringify(memos)).not.toMatch(/Ada|Lovelace/);
        for (const row of memos?.rows ?? [])
          for (const name of ['noteId', 'body']) expect(row[name]).toEqual({ upTo: expect.toBeOneOf([10, 100, 1_000, null]) });
      }),
      { numRuns: 15 },
    );
  });
}

function describeSnapshots(prepared: () => PreparedSource): void {
  test('all of a run is one state of the source: what changes after open is not seen', async () => {
    const added = [note('s1', LETTER, '2026-01-01T12:00:00+00:00'), note('s2', MEMO, '2026-01-01T12:00:00+00:00')];
    await withSnapshot(prepared().source, {}, async (snapshot) => {
      await prepared().addNotes(added);
      const before = await readFiles(snapshot);
      expect(before.flatMap(({ rows }) => rows.map((row) => row['noteId']))).not.toContain('s1');
      expect(before.flatMap(({ rows }) => rows.map((row) => row['noteId']))).not.toContain('s2');
      expect(sumOf(await snapshot.estimateRows())).toBe(CONTRACT_NOTES.length + CONTRACT_FILES.length);
    });
    const [letters] = await readAll(prepared().source, {});
    expect(letters?.rows.map((row) => row['noteId'])).toContain('s1');
    await prepared().removeNotes(['s1', 's2']);
  });

  test('close may come twice and leaves nothing behind', async () => {
    const snapshot = await prepared().source.open(request({}), NEVER);
    await snapshot.close();
    await snapshot.close();
    await untilQuiet(prepared());
  });
}

function describeAbort(prepared: () => PreparedSource): void {
  const many = Array.from({ length: 30_000 }, (_, index) =>
    note(`q${String(index).padStart(6, '0')}`, MEMO, '2027-01-01T00:00:00+00:00', { body: 'y'.repeat(1_500) }),
  );
  beforeAll(() => prepared().addNotes(many));
  const window = { from: '2027-01-01T00:00:00Z', to: null };

  test('batches are whole lines of at least 64 KiB, save the last', async () => {
    await withSnapshot(prepared().source, { window, entityTypes: ['Memo'] }, async (snapshot) => {
      const sizes: number[] = [];
      for await (const batch of snapshot.lines(snapshot.files[0] as never)) {
        expect(batch.at(-1)).toBe(10);
        sizes.push(batch.length);
      }
      expect(sizes.length).toBeGreaterThan(100);
      expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(65_536);
    });
  });

  test('an abort while reading stops the source and comes out as its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const snapshot = await prepared().source.open(request({ window }), controller.signal);
    const reading = (async () => {
      for await (const _ of snapshot.lines(snapshot.files.at(-1) as never)) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await untilQuiet(prepared());
    await snapshot.close();
  });

  test('an abort between two reads does so too', async () => {
    const controller = new AbortController();
    const snapshot = await prepared().source.open(request({ window }), controller.signal);
    controller.abort();
    await untilQuiet(prepared());
    await expect(snapshot.estimateRows()).rejects.toBe(controller.signal.reason);
    await snapshot.close();
  });

  test('a signal aborted before opens nothing', async () => {
    await expect(prepared().source.open(request({}), AbortSignal.abort('no'))).rejects.toBe('no');
    await untilQuiet(prepared());
  });

  test('a reader that leaves early stops the source', async () => {
    const snapshot = await prepared().source.open(request({ window }), NEVER);
    for await (const _ of snapshot.lines(snapshot.files.at(-1) as never)) break;
    await untilQuiet(prepared());
    await snapshot.close();
  });

  test('a reader that pauses is not overrun', async () => {
    const snapshot = await prepared().source.open(request({ window }), NEVER);
    const lines = snapshot.lines(snapshot.files.at(-1) as never)[Symbol.asyncIterator]();
    await lines.next();
    const before = process.memoryUsage().arrayBuffers;
    await sleep(300);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
    await lines.return?.();
    await snapshot.close();
  });
}

interface ReadFile {
  readonly file: SourceSnapshot['files'][number];
  readonly text: string;
  readonly rows: readonly Record<string, unknown>[];
}

function request(given: Partial<ReadRequest>): ReadRequest {
  return { type: 'Note', entityTypes: null, window: ALL, ...given };
}

async function withSnapshot<T>(source: Source, given: Partial<ReadRequest>, use: (snapshot: SourceSnapshot) => Promise<T>): Promise<T> {
  const snapshot = await source.open(request(given), NEVER);
  try {
    return await use(snapshot);
  } finally {
    await snapshot.close();
  }
}

function readAll(source: Source, given: Partial<ReadRequest>): Promise<ReadFile[]> {
  return withSnapshot(source, given, readFiles);
}

/** Everything of a snapshot, file by file. */
export async function readFiles(snapshot: SourceSnapshot): Promise<ReadFile[]> {
  const files: ReadFile[] = [];
  for (const file of snapshot.files) {
    const batches: Uint8Array[] = [];
    for await (const batch of snapshot.lines(file)) batches.push(batch);
    const text = Buffer.concat(batches).toString('utf8');
    const rows = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    files.push({ file, text, rows });
  }
  return files;
}

function expected(chosen: (one: ContractNote) => boolean): unknown[] {
  return CONTRACT_NOTES.filter(chosen).map(({ id, ...rest }) => ({ noteId: id, ...rest }));
}

async function untilQuiet(prepared: PreparedSource): Promise<void> {
  await expect.poll(() => prepared.activity(), { timeout: 5_000, interval: 20 }).toBe(0);
}
