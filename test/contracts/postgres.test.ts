import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Catalog, loadCatalog } from '../../src/sources/catalogs/catalog.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import { openSession } from '../../src/sources/postgres/session.ts';
import type { ReadRequest } from '../../src/sources/source.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { openSilentWay } from '../support/silent-way.ts';
import { CONTRACT_CATALOG } from './contract-data.ts';
import { addNotes, contractDatabase, run } from './prepare-postgres.ts';
import { describeSourceContract, type PreparedSource, readFiles } from './source-contract.ts';

const NEVER = new AbortController().signal;
const EVERYTHING: ReadRequest = { type: 'Note', entityTypes: null, window: { from: null, to: null } };

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
}, 60_000);
afterAll(() => server?.stop());

describeSourceContract('postgres', async (): Promise<PreparedSource> => {
  const connection = await contractDatabase(server);
  return {
    source: openPostgresSource(connection, CONTRACT_CATALOG),
    addNotes: (notes) => addNotes(connection, notes),
    removeNotes: async (ids) => void (await run(connection, 'DELETE FROM contract.note WHERE id = ANY ($1)', [ids])),
    activity: async () => (await run(connection, "SELECT FROM pg_stat_activity WHERE application_name = 'udm'")).length,
    stop: () => Promise.resolve(),
  };
});

describe('postgres: what is wrong comes out as a plain cause', () => {
  let connection: TestConnection;
  beforeAll(async () => {
    connection = await contractDatabase(server);
  });
  const check = (settings: Partial<TestConnection>, catalog: Catalog = CONTRACT_CATALOG): Promise<void> =>
    openPostgresSource({ ...connection, ...settings }, catalog).check();

  test.each<[string, Partial<TestConnection>, string]>([
    ['nobody listens', { port: 1 }, 'source.unreachable'],
    ['no such host', { host: 'nowhere.invalid' }, 'source.host_unknown'],
    ['wrong password', { password: 'wrong' }, 'source.authentication'],
    ['no password', { password: '' }, 'source.authentication'],
    ['unknown user', { user: 'stranger' }, 'source.authentication'],
    ['unknown database', { database: 'nowhere' }, 'source.invalid'],
  ])('%s', async (_, settings, code) => {
    await expect(check(settings)).rejects.toMatchObject({ code });
  });

  test('a missing table and a missing column are named, by check and by open', async () => {
    const database = await contractDatabase(server);
    const source = openPostgresSource(database, CONTRACT_CATALOG);
    await run(database, 'ALTER TABLE contract.note DROP COLUMN pages');
    const column = { code: 'source.missing_column', details: { value: 'contract.note.pages' } };
    await expect(source.check()).rejects.toMatchObject(column);
    await expect(source.open(EVERYTHING, NEVER)).rejects.toMatchObject(column);
    await run(database, 'DROP TABLE contract.note');
    const table = { code: 'source.missing_table', details: { value: 'contract.note' } };
    await expect(source.check()).rejects.toMatchObject(table);
    await expect(source.open(EVERYTHING, NEVER)).rejects.toMatchObject(table);
  });

  test('a table that may not be read is named; one column too few counts', async () => {
    await run(connection, "CREATE ROLE reader LOGIN PASSWORD 'reader'");
    const reader = { user: 'reader', password: 'reader' };
    const refused = (place: string): object => ({ code: 'source.permission', details: { value: place } });
    await expect(check(reader)).rejects.toMatchObject(refused('contract.note'));
    await run(connection, 'GRANT USAGE ON SCHEMA contract TO reader; GRANT SELECT (id, kind, written_at, pages, signed) ON contract.note TO reader');
    await expect(check(reader)).rejects.toMatchObject(refused('contract.note'));
    await run(connection, 'GRANT SELECT ON contract.note TO reader');
    await expect(check(reader)).rejects.toMatchObject(refused('contract.file'));
    await run(connection, 'GRANT SELECT ON contract.file TO reader');
    await check(reader);
  });

  test('a role whose statements and transactions may not take long reads on', async () => {
    await run(connection, "CREATE ROLE hasty LOGIN PASSWORD 'hasty'; ALTER ROLE hasty SET statement_timeout = '200ms'");
    // Since PostgreSQL 17.
    const known = await run(connection, "SELECT FROM pg_settings WHERE name = 'transaction_timeout'");
    if (known.length > 0) await run(connection, "ALTER ROLE hasty SET transaction_timeout = '200ms'");
    const session = await openSession({ ...connection, user: 'hasty', password: 'hasty' }, NEVER);
    await session.client.query('SELECT pg_sleep(0.4)');
    await session.end();
  });

  test('a connection that breaks between two reads or in the middle of one', async () => {
    for (const moment of ['before', 'while']) {
      const snapshot = await openPostgresSource(connection, CONTRACT_CATALOG).open(EVERYTHING, NEVER);
      const kill = (): Promise<unknown> => run(connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'udm'");
      if (moment === 'before') await kill();
      const reading = (async () => {
        for await (const _ of snapshot.lines(snapshot.files[0] as never)) if (moment === 'while') await kill();
        if (moment === 'while') await snapshot.estimateRows();
      })();
      await expect(reading).rejects.toMatchObject({ code: 'source.interrupted' });
      await snapshot.close();
    }
  });

  /** As a reader of its own; `change` is made when the snapshot is open and nothing has been read. */
  async function changedMeanwhile(change: string): Promise<{ changed: boolean; outcome: unknown }> {
    const database = await contractDatabase(server);
    await run(
      database,
      `DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
       ALTER ROLE reader PASSWORD 'reader'; GRANT USAGE ON SCHEMA contract TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA contract TO reader`,
    );
    const snapshot = await openPostgresSource({ ...database, user: 'reader', password: 'reader' }, CONTRACT_CATALOG).open(EVERYTHING, NEVER);
    const changed = await run(database, `SET lock_timeout = '300ms'; ${change}`).then(
      () => true,
      () => false,
    );
    const outcome: unknown = await readFiles(snapshot).then(
      () => 'read',
      (failure: unknown) => failure,
    );
    await snapshot.close();
    return { changed, outcome };
  }

  test.each([
    'ALTER TABLE contract.file DROP COLUMN content',
    'ALTER TABLE contract.file ALTER COLUMN content TYPE text USING content::text',
    'ALTER TABLE contract.file RENAME COLUMN content TO contents',
    'DROP TABLE contract.file',
  ])('in the middle of a run waits for its end, and all is read: %s', async (change) => {
    expect(await changedMeanwhile(change)).toEqual({ changed: false, outcome: 'read' });
  });

  test('a right that is taken in the middle of a run is named', async () => {
    const { changed, outcome } = await changedMeanwhile('REVOKE SELECT ON contract.file FROM reader');
    expect([changed, outcome]).toMatchObject([true, { code: 'source.permission', details: { value: 'contract.file' } }]);
  });

  test('a catalog that does not fit the types of the database', async () => {
    const database = await contractDatabase(server);
    await run(database, "ALTER TABLE contract.note ALTER COLUMN kind TYPE text; UPDATE contract.note SET kind = 'Ada'");
    const error: unknown = await openPostgresSource(database, CONTRACT_CATALOG)
      .open(EVERYTHING, NEVER)
      .then(
        (snapshot) => readFiles(snapshot),
        (failure: unknown) => failure,
      );
    expect(error).toMatchObject({ code: 'source.query' });
    expect(JSON.stringify(error)).not.toContain('Ada');
  });
});

describe('postgres: an abort reaches the server', () => {
  test('a query that computes without giving rows is cancelled', async () => {
    const connection = await contractDatabase(server);
    await run(
      connection,
      `CREATE FUNCTION contract.slow() RETURNS text LANGUAGE sql STABLE AS 'SELECT pg_sleep(60)::text';
       ALTER TABLE contract.note RENAME TO fast;
       CREATE VIEW contract.note AS SELECT id, kind, written_at, "the ""body"" of it" || contract.slow() AS "the ""body"" of it", pages, signed FROM contract.fast`,
    );
    const controller = new AbortController();
    const request = { ...EVERYTHING, entityTypes: ['Memo'] };
    const snapshot = await openPostgresSource(connection, CONTRACT_CATALOG).open(request, controller.signal);
    const active = (): Promise<unknown[]> =>
      run(connection, "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND state = 'active' AND query LIKE 'COPY%'");
    const reading = readFiles(snapshot);
    reading.catch(() => undefined);
    await expect.poll(async () => (await active()).length, { timeout: 5_000 }).toBe(1);
    controller.abort(new Error('stop'));
    await expect(reading).rejects.toThrow('stop');
    await expect.poll(async () => (await active()).length, { timeout: 5_000 }).toBe(0);
    await snapshot.close();
  }, 30_000);
});

describe('postgres: a source that falls silent', () => {
  test('is left by an abort while its clock is asked', async () => {
    const connection = await contractDatabase(server);
    const way = await openSilentWay(connection, 'arrival_to');
    const controller = new AbortController();
    const reached = openPostgresSource({ ...connection, host: '127.0.0.1', port: way.port }, CONTRACT_CATALOG).reach(controller.signal);
    reached.catch(() => undefined);
    await expect.poll(() => way.hasFallenSilent(), { timeout: 5_000 }).toBe(true);
    controller.abort(new Error('stop'));
    await expect(reached).rejects.toThrow('stop');
    way.close();
  }, 30_000);
});

describe('postgres: a sample is bounded in time', () => {
  let connection: TestConnection;
  beforeAll(async () => {
    connection = await contractDatabase(server);
    await run(
      connection,
      `CREATE FUNCTION contract.slow() RETURNS text LANGUAGE sql STABLE AS 'SELECT pg_sleep(60)::text';
       ALTER TABLE contract.note RENAME TO fast;
       CREATE VIEW contract.note AS SELECT id, kind, written_at, contract.slow() AS "the ""body"" of it", pages, signed FROM contract.fast`,
    );
  });
  const request = { type: 'Note', entityTypes: ['Memo'], rows: 10 };
  const busy = async (): Promise<number> => (await run(connection, "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND state = 'active'")).length;

  test('a source that does not get done is left, and its table named', async () => {
    const taken = openPostgresSource(connection, CONTRACT_CATALOG).sample(request, NEVER);
    await expect(taken).rejects.toMatchObject({ code: 'source.too_slow', details: { value: 'contract.note' } });
    await expect.poll(busy, { timeout: 5_000 }).toBe(0);
  }, 30_000);

  test('an abort reaches it', async () => {
    const controller = new AbortController();
    const taken = openPostgresSource(connection, CONTRACT_CATALOG).sample(request, controller.signal);
    taken.catch(() => undefined);
    await expect.poll(busy, { timeout: 4_000, interval: 10 }).toBe(1);
    controller.abort(new Error('stop'));
    await expect(taken).rejects.toThrow('stop');
    await expect.poll(busy, { timeout: 4_000 }).toBe(0);
  }, 30_000);
});

describe('postgres: JSON of every kind stays one line', () => {
  const catalog = loadCatalog(`
name: odd
version: 1
title: Odd
tables:
  odd:
    schema: 'o"dd'
    table: "it's"
    key: id
    fields:
      id: { column: id, type: integer }
      raw: { column: raw, type: any }
      list: { column: list, type: any }
      big: { column: big, type: number }
    lists:
      parts: { schema: 'o"dd', table: part, key: n, join: { column: odd_id, to: id }, fields: { n: { column: n, type: integer }, bytes: { column: bytes, type: base64 } } }
types:
  - { name: Odd, entityTypes: [{ name: Odd, table: odd, filter: { column: label, equals: "o'd\\\\d" } }] }
`);

  test('json with raw line breaks, arrays, nested lists, hostile names', async () => {
    const connection = await server.newDatabase();
    await run(
      connection,
      `CREATE SCHEMA "o""dd";
       CREATE TABLE "o""dd"."it's" (id int, label text, raw json, list json[], big numeric);
       CREATE TABLE "o""dd".part (n int, odd_id int, bytes bytea);
       INSERT INTO "o""dd"."it's" VALUES (2, $$o'd\\d$$, E'{"b":\\r\\n 1,\\n\\n"a":"x\\\\ny"}', ARRAY[E'[1,\\n2]'::json], 1e30), (1, $$o'd\\d$$, NULL, NULL, 0.1), (3, 'other', NULL, NULL, 1);
       INSERT INTO "o""dd".part SELECT n, 2, decode(repeat('ff', 200), 'hex') FROM generate_series(3, 1, -1) n`,
    );
    const source = openPostgresSource(connection, catalog);
    await source.check();
    const snapshot = await source.open({ type: 'Odd', entityTypes: null, window: { from: '2026-01-01T00:00:00Z', to: null } }, NEVER);
    const [file] = await readFiles(snapshot);
    await snapshot.close();
    const bytes = Buffer.alloc(200, 0xff).toString('base64');
    expect(file?.rows).toEqual([
      { id: 1, raw: null, list: null, big: 0.1, parts: [] },
      { id: 2, raw: { b: 1, a: 'x\ny' }, list: [[1, 2]], big: 1e30, parts: [1, 2, 3].map((n) => ({ n, bytes })) },
    ]);
  });
});

test('postgres: a table too wide for the kernel is read as JSON that the server makes', async () => {
  const names = Array.from({ length: 1_001 }, (_, at) => `c${at}`);
  const connection = await server.newDatabase();
  await run(connection, `CREATE SCHEMA wide; CREATE TABLE wide.wide (${names.map((name) => `${name} bool`).join(', ')})`);
  await run(connection, 'INSERT INTO wide.wide (c0, c1000) VALUES (true, false)');
  const fields = names.map((name) => `      ${name}: { column: ${name}, type: boolean }`).join('\n');
  const catalog = loadCatalog(
    `name: wide\nversion: 1\ntitle: Wide\ntables:\n  wide:\n    schema: wide\n    table: wide\n    key: c0\n    fields:\n${fields}\ntypes:\n  - { name: Wide, entityTypes: [{ name: Wide, table: wide }] }\n`,
  );
  const snapshot = await openPostgresSource(connection, catalog).open({ type: 'Wide', entityTypes: null, window: { from: null, to: null } }, NEVER);
  const [file] = await readFiles(snapshot);
  await snapshot.close();
  expect(file?.rows).toEqual([Object.fromEntries(names.map((name) => [name, name === 'c0' ? true : name === 'c1000' ? false : null]))]);
});
