import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request as requestOf } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { openArchiveThread } from '../../src/pipeline/threads/archive-thread.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { CATALOGS } from '../../src/sources/catalogs/all-catalogs.ts';
import type { Catalog } from '../../src/sources/catalogs/catalog.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import { openPlanReader } from '../../src/sources/postgres/read-plan.ts';
import type { ReadPlan, ReadRequest, SourceFile, SourceSnapshot } from '../../src/sources/source.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { run } from './prepare-postgres.ts';

const NEVER = new AbortController().signal;
const HASHING = { key: Buffer.alloc(32, 7), context: 'test|', region: 'DE' };
const ALL: ReadRequest = { type: 'Interaction', entityTypes: ['EmailIn'], window: { from: null, to: null } };
/** As the workers of the pipeline do: they know the module by its URL only. */
const READER = `
  const { parentPort, workerData: { module, shared, data, range } } = require('node:worker_threads');
  import(module).then(async ({ openPlanReader }) => {
    const reader = await openPlanReader(shared, new AbortController().signal);
    for await (const { bytes, rows } of reader.read(data, range)) parentPort.postMessage({ bytes, rows });
    await reader.close();
    parentPort.close();
  });`;

const folder = new TestFolder();
let server: TestPostgres;
let connection: TestConnection;
beforeAll(async () => {
  server = await startTestPostgres();
  connection = await server.newDatabase();
  await fillSample(connection, { contacts: 500, interactions: 150_000, days: 60, seed: 3, endsAt: new Date('2026-03-01T00:00:00Z') });
  await run(connection, 'ANALYZE');
}, 120_000);
afterAll(async () => {
  folder.remove();
  await server?.stop();
});

const open = (request: ReadRequest = ALL): Promise<SourceSnapshot> => openPostgresSource(connection, CATALOGS.get('ucsx') as Catalog).open(request, NEVER);
const sessions = async (): Promise<number> => (await run(connection, "SELECT FROM pg_stat_activity WHERE application_name = 'udm'")).length;

/** The first file, which is big. */
async function planned(snapshot: SourceSnapshot): Promise<{ file: SourceFile; plan: ReadPlan }> {
  const [file] = snapshot.files as [SourceFile];
  return { file, plan: (await snapshot.plan?.(file)) as ReadPlan };
}

/** Whom the first file names, when it is read in one go. */
async function indexOfLines(): Promise<Buffer> {
  const snapshot = await open();
  const names = snapshot.noteNames?.(HASHING);
  await joined(snapshot.lines(snapshot.files[0] as SourceFile));
  const index = await names?.index();
  await snapshot.close();
  return index ?? Buffer.alloc(0);
}

async function joined(blocks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const bytes of blocks) all.push(bytes);
  return Buffer.concat(all);
}

async function* bytesOf({ shared, data, ranges }: ReadPlan, first = 0): AsyncGenerator<Uint8Array> {
  // One connection for all of them. Batches are lent.
  const reader = await openPlanReader(shared, NEVER);
  for (let range = first; range < ranges; range += 1) for await (const { bytes } of reader.read(data, range)) yield Uint8Array.from(bytes);
  await reader.close();
}

async function readElsewhere({ module, shared, data }: ReadPlan, range: number): Promise<{ bytes: Uint8Array; rows: number }> {
  const worker = new Worker(READER, { eval: true, workerData: { module, shared, data, range } });
  const blocks: { bytes: Uint8Array; rows: number }[] = [];
  worker.on('message', (block: { bytes: Uint8Array; rows: number }) => blocks.push(block));
  await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  return { bytes: Buffer.concat(blocks.map(({ bytes }) => bytes)), rows: blocks.reduce((sum, block) => sum + block.rows, 0) };
}

describe('postgres: read plans', () => {
  test('one after the other they give the bytes of the file, rows stored meanwhile left out', async () => {
    const snapshot = await open();
    const { file, plan } = await planned(snapshot);
    expect(plan.ranges).toBeGreaterThan(1);
    // In the middle of the ranges, and without a time: a snapshot of its own would show them.
    await run(connection, `UPDATE ucsx.interaction SET subject = 'changed' WHERE ixn_id IN (SELECT ixn_id FROM ucsx.interaction TABLESAMPLE BERNOULLI (5))`);
    const [first, second] = await Promise.all([readElsewhere(plan, 0), readElsewhere(plan, 1)]);
    const rest = await joined(bytesOf(plan, 2));
    const whole = await joined(snapshot.lines(file));
    expect(Buffer.concat([first?.bytes ?? Buffer.alloc(0), second?.bytes ?? Buffer.alloc(0), rest]).equals(whole)).toBe(true);
    expect(whole.includes('"subject":"changed"')).toBe(false);
    expect(first?.rows).toBe(Buffer.from(first?.bytes ?? []).filter((byte) => byte === 10).length);
    expect(first?.rows).toBeGreaterThan(0);
    await snapshot.close();
    await expect.poll(sessions, { timeout: 5_000 }).toBe(0);
  });

  test('threads make of them the entry that is made of the lines here, and a run that is stopped leaves no session', async () => {
    const archiver = openArchiveThread(2);
    const snapshot = await open();
    const names = snapshot.noteNames?.(HASHING);
    const { file, plan } = await planned(snapshot);
    const { sink: _, ...request } = requestOf([{ ...file, plan, lines: () => snapshot.lines(file) }], [folder.recipient().certificate]).whole;
    const store = { mostBytes: null, openPart: async () => ({ write: async () => undefined, whole: async () => undefined }) };
    // Asked before anything is read: it waits for all of them.
    const indexed = names?.index();
    const [there] = await archiver.writeParts({ ...request, ...store });
    const index = await indexed;
    const whole = await joined(snapshot.lines(file));
    expect(there?.entries[0]).toMatchObject({ bytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex') });
    expect(there?.rows).toBe(whole.filter((byte) => byte === 10).length);
    expect(index?.length).toBeGreaterThan(1_000);
    expect(index?.equals(await indexOfLines())).toBe(true);

    const stop = new AbortController();
    const reason = new Error('enough');
    const openPart = async () => ({ write: async () => stop.abort(reason), whole: async () => undefined });
    await expect(archiver.writeParts({ ...request, ...store, openPart, signal: stop.signal })).rejects.toBe(reason);
    await expect.poll(sessions, { timeout: 5_000 }).toBe(1);
    await snapshot.close();
    await archiver.close();
    await expect.poll(sessions, { timeout: 5_000 }).toBe(0);
  });

  test('where the source refuses connections the others read, and where it refuses all but the first that one does', async () => {
    const archiver = openArchiveThread(3);
    const few = { ...connection, user: 'few', password: 'few' };
    await run(
      connection,
      "CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 2; GRANT USAGE ON SCHEMA ucsx TO few; GRANT SELECT ON ALL TABLES IN SCHEMA ucsx TO few",
    );
    const made = async () => {
      const snapshot = await openPostgresSource(few, CATALOGS.get('ucsx') as Catalog).open(ALL, NEVER);
      try {
        const { file, plan } = await planned(snapshot);
        const { sink: _, ...request } = requestOf([{ ...file, plan, lines: () => snapshot.lines(file) }], [folder.recipient().certificate]).whole;
        const openPart = async () => ({ write: async () => undefined, whole: async () => undefined });
        const [result] = await archiver.writeParts({ ...request, mostBytes: null, openPart });
        return { entry: result?.entries[0], whole: await joined(snapshot.lines(file)) };
      } finally {
        await snapshot.close();
      }
    };
    for (const limit of [2, 1]) {
      await run(connection, `ALTER ROLE few CONNECTION LIMIT ${limit}`);
      const { entry, whole } = await made();
      expect(entry).toMatchObject({ bytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex') });
      await expect.poll(sessions, { timeout: 5_000 }).toBe(0);
    }
    await archiver.close();
  });

  test('what may come from another server is read in the first session alone', async ({ skip }) => {
    const near = await server.newDatabase();
    const extensions = await run(near, "SELECT FROM pg_available_extensions WHERE name = 'postgres_fdw'");
    if (extensions.length === 0) skip('this PostgreSQL has no postgres_fdw');
    const { host, port, user, password, database } = connection;
    await run(
      near,
      `CREATE SCHEMA far; CREATE SCHEMA own; CREATE SCHEMA ucsx; CREATE EXTENSION postgres_fdw;
       CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${host}', port '${port}', dbname '${database}', use_remote_estimate 'true', fetch_size '5000');
       CREATE USER MAPPING FOR ${user} SERVER far OPTIONS (user '${user}', password '${password}');
       IMPORT FOREIGN SCHEMA ucsx LIMIT TO (interaction, document) FROM SERVER far INTO far;
       CREATE TABLE own.interaction AS SELECT * FROM far.interaction LIMIT 60000; CREATE TABLE own.document AS SELECT * FROM far.document LIMIT 0;
       CREATE FUNCTION own.every() RETURNS SETOF own.interaction LANGUAGE sql ROWS 10000000 AS 'SELECT * FROM own.interaction'; ANALYZE;
       CREATE VIEW own.deep AS SELECT * FROM far.interaction UNION ALL SELECT * FROM own.interaction;
       CREATE TABLE own.parted (LIKE own.interaction) PARTITION BY RANGE (start_date);
       CREATE FOREIGN TABLE own.piece PARTITION OF own.parted DEFAULT SERVER far OPTIONS (schema_name 'ucsx', table_name 'interaction')`,
    );
    const planOf = async (interaction: string, document: string, use: (snapshot: SourceSnapshot) => Promise<void> = async () => undefined) => {
      await run(near, `DROP VIEW IF EXISTS ucsx.interaction, ucsx.document`);
      await run(near, `CREATE VIEW ucsx.interaction AS SELECT * FROM ${interaction}; CREATE VIEW ucsx.document AS SELECT * FROM ${document}`);
      const snapshot = await openPostgresSource(near, CATALOGS.get('ucsx') as Catalog).open({ ...ALL, entityTypes: null }, NEVER);
      const mails = snapshot.files.find(({ name }) => name === 'EmailIn.jsonl') as SourceFile;
      const plan = (await snapshot.plan?.(mails)) ?? null;
      await use(snapshot);
      await snapshot.close();
      return plan;
    };
    expect(await planOf('own.interaction', 'own.document')).not.toBeNull();
    // The far documents are asked for at the beginning, and the server they lie on keeps its state from then on.
    expect(await planOf('own.interaction', 'far.document')).not.toBeNull();
    for (const interaction of ['own.deep', 'own.parted', 'own.every()']) expect(await planOf(interaction, 'own.document')).toBeNull();
    const unchanged = async (snapshot: SourceSnapshot): Promise<void> => {
      await run(connection, `UPDATE ucsx.interaction SET subject = 'far away' WHERE ixn_id IN (SELECT ixn_id FROM ucsx.interaction TABLESAMPLE BERNOULLI (1))`);
      const read: Uint8Array[] = [];
      for await (const lines of snapshot.lines(snapshot.files[0] as SourceFile)) if (read.push(lines) === 30) break;
      const text = Buffer.concat(read);
      expect(text.length).toBeGreaterThan(3_000_000);
      expect(text.includes('"subject":"far away"')).toBe(false);
    };
    expect(await planOf('far.interaction', 'far.document', unchanged)).toBeNull();
  });

  test('in a window they stay inside it', async () => {
    const snapshot = await open({ ...ALL, window: { from: '2026-01-10T00:00:00Z', to: '2026-02-20T00:00:00Z' } });
    const { file, plan } = await planned(snapshot);
    expect(plan.ranges).toBeGreaterThan(1);
    expect((await joined(bytesOf(plan))).equals(await joined(snapshot.lines(file)))).toBe(true);
    await snapshot.close();
  });

  test('what is small, or has no time, is read in one go', async () => {
    const snapshot = await open({ ...ALL, window: { from: '2026-01-10T00:00:00Z', to: '2026-01-10T01:00:00Z' } });
    for (const file of snapshot.files) expect(await snapshot.plan?.(file)).toBeNull();
    await snapshot.close();
  });

  test('an abort reaches the source, a reader that leaves does too, and a closed snapshot is told', async () => {
    const snapshot = await open();
    const { plan } = await planned(snapshot);
    const controller = new AbortController();
    const reason = new Error('enough');
    const reading = (async () => {
      const reader = await openPlanReader(plan.shared, controller.signal);
      for await (const _ of reader.read(plan.data, 0)) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    const left = await openPlanReader(plan.shared, NEVER);
    for await (const _ of left.read(plan.data, 0)) break;
    await expect.poll(sessions, { timeout: 5_000 }).toBe(1);
    await snapshot.close();
    await expect.poll(sessions, { timeout: 5_000 }).toBe(0);
    await expect(openPlanReader(plan.shared, NEVER)).rejects.toMatchObject({ code: expect.stringMatching(/^source\./) });
  });
});
