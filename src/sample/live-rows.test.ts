import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../../test/support/postgres.ts';
import { fillSample } from './fill-sample.ts';
import { addLiveRows } from './live-rows.ts';
import { ADD_STORED_AT } from './tables.ts';

const SAMPLE = { contacts: 50, interactions: 200, days: 10, seed: 7, endsAt: new Date('2026-03-01T00:00:00Z') };
const LIVE = { seed: 7, contacts: 50, perHour: 90 };
const at = (time: string): Date => new Date(`2026-03-01T${time}Z`);

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
}, 60_000);
afterAll(() => server?.stop());

async function sample(): Promise<TestConnection> {
  const connection = await server.newDatabase();
  await fillSample(connection, SAMPLE);
  return connection;
}

async function ask(connection: TestConnection, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

const LIVE_ROWS = "SELECT ixn_id, start_date::text FROM ucsx.interaction WHERE start_date >= '2026-03-01Z' ORDER BY start_date, ixn_id";

test('however time is cut, the same interactions start in it, each once; a second time adds none', async () => {
  const whole = await sample();
  expect(await addLiveRows(whole, { ...LIVE, from: at('00:00:00'), to: at('04:00:00') })).toBe(360);
  const cut = await sample();
  const cuts = ['00:00:00', '00:00:01.5', '01:00:40', '01:00:40', '02:34:56.789', '04:00:00'].map(at);
  let added = 0;
  for (const [index, to] of cuts.slice(1).entries()) {
    added += await addLiveRows(cut, { ...LIVE, from: cuts[index] as Date, to });
    expect(await ask(cut, `SELECT max(start_date) < '${to.toISOString()}' AS before FROM ucsx.interaction`)).toEqual([{ before: true }]);
  }
  expect(added).toBe(360);
  expect(await ask(cut, LIVE_ROWS)).toEqual(await ask(whole, LIVE_ROWS));
  expect(await addLiveRows(cut, { ...LIVE, from: at('00:30:00'), to: at('04:00:00') })).toBe(0);
  expect(await addLiveRows(cut, { ...LIVE, from: at('00:30:00'), to: at('00:10:00') })).toBe(0);
}, 60_000);

test('they look like the sample: its people, all types, stored up to three seconds later, as they stand at the end', async () => {
  const connection = await sample();
  await addLiveRows(connection, { ...LIVE, from: at('00:00:00'), to: at('05:00:00') });
  expect(
    await ask(
      connection,
      `SELECT count(*)::int AS rows, count(DISTINCT entity_type_id)::int AS types, bool_and(i.stored_at - start_date BETWEEN '0.1 s' AND '3 s') AS stored_soon,
         bool_and(end_date IS NULL OR end_date < '2026-03-01T05:00Z') AS ended_by_then, bool_or(end_date IS NULL) AS open,
         count(*) FILTER (WHERE i.contact_id IS NOT NULL AND c.contact_id IS NULL)::int AS strangers
       FROM ucsx.interaction i LEFT JOIN ucsx.contact c USING (contact_id) WHERE start_date >= '2026-03-01Z'`,
    ),
  ).toEqual([{ rows: 450, types: 7, stored_soon: true, ended_by_then: true, open: true, strangers: 0 }]);
  expect(
    await ask(connection, "SELECT count(*)::int AS beyond FROM ucsx.interaction WHERE start_date < '2026-03-01Z' AND stored_at > '2026-03-01T00:00:03Z'"),
  ).toEqual([{ beyond: 0 }]);
}, 60_000);

test('a sample made before there was stored_at lives on; what was there says nothing', async () => {
  const connection = await sample();
  const tables = ['ucsx.contact', 'ucsx.interaction', 'iwd.work_item', 'iwd.event'];
  await ask(connection, tables.map((table) => `ALTER TABLE ${table} DROP COLUMN stored_at`).join(';'));
  await ask(connection, ADD_STORED_AT);
  expect(await addLiveRows(connection, { ...LIVE, from: at('00:00:00'), to: at('01:00:00') })).toBe(90);
  expect(await ask(connection, 'SELECT stored_at IS NULL AS untold, count(*)::int AS rows FROM ucsx.interaction GROUP BY 1 ORDER BY 1')).toEqual([
    { untold: false, rows: 90 },
    { untold: true, rows: 200 },
  ]);
}, 60_000);
