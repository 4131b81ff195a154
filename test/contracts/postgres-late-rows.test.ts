import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalog } from '../../src/sources/catalogs/catalog.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import type { Source, SourceSnapshot } from '../../src/sources/source.ts';
import { emptyTables } from '../support/empty-tables.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { CONTRACT_CATALOG, LETTER, note } from './contract-data.ts';
import { describeLateRows } from './late-rows-contract.ts';
import { addFiles, addNotes, CONTRACT_TABLES, run, runAgain } from './prepare-postgres.ts';
import { readFiles } from './source-contract.ts';

const NEVER = new AbortController().signal;
const EARLY = '2000-01-01T00:00:00Z';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
}, 60_000);
afterAll(() => server?.stop());

async function emptyDatabase(more = ''): Promise<TestConnection> {
  const connection = await server.newDatabase();
  await run(connection, `${CONTRACT_TABLES}; ${more}`);
  return connection;
}

describeLateRows('postgres', async () => {
  const connection = await emptyDatabase();
  return {
    source: openPostgresSource(connection, CONTRACT_CATALOG),
    async add(notes, files) {
      await addNotes(connection, notes, runAgain);
      await addFiles(connection, files, runAgain);
    },
    clear: async () => void (await runAgain(connection, emptyTables('contract.note, contract.file'))),
    now: async () =>
      (await runAgain<{ now: string }>(connection, `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`))[0]?.now ??
      '',
    stop: () => Promise.resolve(),
  };
});

/** One later run of a chain: [2026-01-02, …), late rows of whatever arrived since the year 2000. */
async function laterRun(source: Source, settleSeconds: number, type = 'Note'): Promise<{ ids: Record<string, unknown[]>; snapshot: SourceSnapshot }> {
  const window = { from: '2026-01-02T00:00:00Z', to: null };
  const snapshot = await source.open({ type, entityTypes: null, window, arrival: { after: EARLY, settleSeconds } }, NEVER);
  const files = await readFiles(snapshot);
  await snapshot.close();
  return { ids: Object.fromEntries(files.map((one) => [one.file.name, one.rows.map((row) => row['noteId'])])), snapshot };
}

describe('postgres: a database that does not tell when rows arrived', () => {
  const notes = [
    { ...note('past', LETTER, '2026-01-01T00:00:00Z'), storedAt: '2026-01-01T00:00:00Z' },
    { ...note('far', LETTER, '2026-01-02T00:00:00Z'), storedAt: '2999-01-01T00:00:00Z' },
  ];
  const asIfUntold = { 'Letter.jsonl': ['far'], 'Memo.jsonl': [] };

  test.each([
    ['no such column', 'ALTER TABLE contract.note DROP COLUMN stored_at'],
    ['a timestamp without a zone, which may be of any', 'ALTER TABLE contract.note ALTER COLUMN stored_at TYPE timestamp'],
    ['a text', 'ALTER TABLE contract.note ALTER COLUMN stored_at TYPE text'],
  ])('%s: checked, described and exported as if the catalog named none', async (_, change) => {
    const connection = await emptyDatabase();
    await addNotes(connection, notes);
    const source = openPostgresSource(connection, CONTRACT_CATALOG);
    expect((await laterRun(source, 0)).ids).toEqual({ 'Letter.jsonl': [], 'Letter-Late.jsonl': ['past'], 'Memo.jsonl': [] });
    await run(connection, change);
    await source.check();
    const { ids, snapshot } = await laterRun(source, 0);
    expect(ids).toEqual(asIfUntold);
    expect(snapshot.arrivalTo).toBe(null);
  });

  test('a column that the reader may not read', async () => {
    const connection = await emptyDatabase(
      `CREATE ROLE half LOGIN PASSWORD 'half'; GRANT USAGE ON SCHEMA contract TO half; GRANT SELECT ON contract.file TO half;
       GRANT SELECT (id, kind, written_at, "the ""body"" of it", pages, signed) ON contract.note TO half`,
    );
    await addNotes(connection, notes);
    const source = openPostgresSource({ ...connection, user: 'half', password: 'half' }, CONTRACT_CATALOG);
    await source.check();
    expect((await laterRun(source, 0)).ids).toEqual(asIfUntold);
  });

  test('one table that tells beside one that does not', async () => {
    const table = (name: string): string =>
      `{ schema: contract, table: ${name}, key: id, time: at, arrival: stored_at, fields: { noteId: { column: id, type: string } } }`;
    const catalog = loadCatalog(`{ name: two, version: 1, title: Two, tables: { told: ${table('told')}, mute: ${table('mute')} },
      types: [{ name: Note, entityTypes: [{ name: Told, table: told }, { name: Mute, table: mute }] }] }`);
    const connection = await server.newDatabase();
    await run(
      connection,
      `CREATE SCHEMA contract; CREATE TABLE contract.told (id text, at timestamptz NOT NULL, stored_at timestamptz NOT NULL);
       CREATE TABLE contract.mute AS SELECT id, at FROM contract.told;
       INSERT INTO contract.told VALUES ('past', '2026-01-01Z', '2026-01-01Z'), ('far', '2026-01-02Z', '2999-01-01Z');
       INSERT INTO contract.mute SELECT id, at FROM contract.told`,
    );
    const { ids, snapshot } = await laterRun(openPostgresSource(connection, catalog), 0);
    expect(ids).toEqual({ 'Told.jsonl': [], 'Told-Late.jsonl': ['past'], 'Mute.jsonl': ['far'] });
    expect(snapshot.arrivalTo).toBe(snapshot.now);
  });
});

test('a row that arrived at the very A of a run belongs to the next one, one microsecond earlier to this one', async () => {
  // In a view the arrival moves along with the transaction, so that it meets A exactly: pages are microseconds before it.
  const connection = await emptyDatabase(
    `ALTER TABLE contract.note RENAME TO kept;
     CREATE VIEW contract.note AS SELECT id, kind, written_at, "the ""body"" of it", pages, signed,
       now() - interval '60 seconds' - pages * interval '1 microsecond' AS stored_at FROM contract.kept;
     INSERT INTO contract.kept (id, kind, written_at, pages)
       SELECT day || '-' || pages, 1, ('2026-01-0' || day)::timestamptz, pages FROM generate_series(1, 2) day, generate_series(-1, 1) pages`,
  );
  const { ids } = await laterRun(openPostgresSource(connection, CONTRACT_CATALOG), 60);
  expect(ids).toEqual({ 'Letter.jsonl': ['2-1'], 'Letter-Late.jsonl': ['1-1'], 'Memo.jsonl': [] });
});

test('while rows keep being stored, runs that follow each other at once give each of them once', async () => {
  const connection = await emptyDatabase('ALTER TABLE contract.note ALTER COLUMN stored_at SET DEFAULT clock_timestamp()');
  const source = openPostgresSource(connection, CONTRACT_CATALOG);
  const seen: unknown[] = [];
  let after = EARLY;
  const readOnce = async (): Promise<void> => {
    const window = { from: '2026-01-02T00:00:00Z', to: null };
    const snapshot = await source.open({ type: 'Note', entityTypes: ['Letter'], window, arrival: { after, settleSeconds: 1 } }, NEVER);
    for (const one of await readFiles(snapshot)) seen.push(...one.rows.map((row) => row['noteId']));
    await snapshot.close();
    after = snapshot.arrivalTo as string;
  };
  const addTen = (from: number): Promise<unknown> =>
    run(connection, "INSERT INTO contract.note (id, kind, written_at) SELECT 'w' || n, 1, '2026-01-01Z' FROM generate_series($1::int, $1::int + 9) n", [from]);
  for (let added = 0; added < 1_000; added += 10) await Promise.all([addTen(added), readOnce()]);
  const everything = async (): Promise<number> => {
    await readOnce();
    return seen.length;
  };
  await expect.poll(everything, { timeout: 5_000 }).toBe(1_000);
  expect(new Set(seen).size).toBe(1_000);
}, 30_000);
