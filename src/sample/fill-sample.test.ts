import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../../test/support/postgres.ts';
import { fillSample, type SampleOptions } from './fill-sample.ts';
import { NASTY_TEXTS } from './nasty.ts';
import { SAMPLE_TABLE_NAMES } from './tables.ts';

const OPTIONS: SampleOptions = { contacts: 300, interactions: 4_000, days: 90, seed: 42, endsAt: new Date('2026-03-01T00:00:00Z') };
let server: TestPostgres;
let database: TestConnection;

beforeAll(async () => {
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, OPTIONS);
}, 60_000);

afterAll(() => server?.stop());

async function ask<Row extends pg.QueryResultRow>(sql: string, connection: TestConnection = database): Promise<Row> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<Row>(sql);
    return rows[0] as Row;
  } finally {
    await client.end();
  }
}

/** SHA-256 of everything in the sample, in the order it lies in the tables. */
async function contentHash(connection: TestConnection): Promise<string> {
  const client = new pg.Client(connection);
  await client.connect();
  const hash = createHash('sha256');
  for (const table of SAMPLE_TABLE_NAMES) hash.update(await text(client.query(copyTo(`COPY ${table} TO STDOUT`))));
  await client.end();
  return hash.digest('hex');
}

test('the same seed gives the same bytes, another seed others', async () => {
  const again = await server.newDatabase();
  await fillSample(again, OPTIONS);
  const other = await server.newDatabase();
  await fillSample(other, { ...OPTIONS, seed: 43 });
  const hash = await contentHash(database);
  expect(await contentHash(again)).toBe(hash);
  expect(await contentHash(other)).not.toBe(hash);
}, 60_000);

test('counts and progress tell what is in the tables', async () => {
  const connection = await server.newDatabase();
  const seen: Record<string, number> = {};
  const counts = await fillSample(connection, { ...OPTIONS, interactions: 500 }, ({ table, rows }) => {
    seen[table] = rows;
  });
  expect(seen).toEqual(Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0)));
  for (const table of SAMPLE_TABLE_NAMES) expect(await ask(`SELECT count(*)::int AS rows FROM ${table}`, connection)).toEqual({ rows: counts[table] });
}, 60_000);

test('none of it may be empty, and starts lie in the days before the end', async () => {
  expect(
    await ask(`SELECT count(*) FILTER (WHERE start_date >= '2026-03-01Z' OR start_date < '2025-12-01Z')::int AS outside,
      count(DISTINCT entity_type_id)::int AS types, bool_or(end_date IS NULL) AS open, avg(length(row_to_json(i)::text)) BETWEEN 1500 AND 3000 AS realistic,
      bool_or(extract(microseconds FROM start_date)::bigint % 1000 <> 0) AS micros FROM ucsx.interaction i`),
  ).toEqual({ outside: 0, types: 7, open: true, realistic: true, micros: true });
});

test('it is nasty: every nasty text, equal times, huge bodies, nulls', async () => {
  const client = new pg.Client(database);
  await client.connect();
  const { rows } = await client.query<{ nasty: string }>(
    `SELECT n AS nasty FROM unnest($1::text[]) n WHERE NOT EXISTS (SELECT FROM ucsx.interaction WHERE position(n IN concat(subject, text, the_comment, structured_text)) > 0)`,
    [NASTY_TEXTS],
  );
  await client.end();
  expect(rows).toEqual([]);
  expect(await ask('SELECT max(n) > 3 AS runs FROM (SELECT count(*) AS n FROM ucsx.interaction GROUP BY start_date) t')).toEqual({ runs: true });
  expect(await ask('SELECT count(*)::int AS huge FROM ucsx.interaction WHERE length(text) >= 1000000')).toEqual({ huge: 1 });
  expect(
    await ask('SELECT bool_or(subject IS NULL) AND bool_or(all_attributes IS NULL) AND bool_or(contact_id IS NULL) AS nulls FROM ucsx.interaction'),
  ).toEqual({ nulls: true });
});

test('ids join: contacts, attachments, work items', async () => {
  expect(
    await ask(`SELECT
      (SELECT count(*)::int FROM ucsx.interaction i LEFT JOIN ucsx.contact c USING (contact_id) WHERE i.contact_id IS NOT NULL AND c.contact_id IS NULL) AS strangers,
      (SELECT count(*)::int FROM ucsx.document d LEFT JOIN ucsx.interaction i ON i.ixn_id = d.entity_id WHERE i.ixn_id IS NULL OR d.size <> length(d.content)) AS stray,
      (SELECT count(*)::int FROM iwd.event e LEFT JOIN iwd.work_item w USING (work_item_id) WHERE w.work_item_id IS NULL) AS lost,
      (SELECT count(*)::int FROM (SELECT FROM ucsx.contact_attribute WHERE is_primary GROUP BY contact_id, attribute_name HAVING count(*) > 1) t) AS ambiguous,
      (SELECT count(*) > 0 FROM ucsx.document) AS documents`),
  ).toEqual({ strangers: 0, stray: 0, lost: 0, ambiguous: 0, documents: true });
});

test('people share: phones at home, chats of three, copies to another customer; and not everybody spells alike', async () => {
  expect(
    await ask(`WITH shared AS (SELECT count(*) AS n FROM ucsx.contact WHERE phone_number IS NOT NULL GROUP BY phone_number),
      message AS (SELECT i.ixn_id, i.contact_id, m.value #>> '{from,contactId}' AS author
        FROM ucsx.interaction i CROSS JOIN LATERAL jsonb_array_elements(structured_text::jsonb) m WHERE i.struct_text_mimetype = 'application/json'),
      copy AS (SELECT i.contact_id, c.contact_id AS other FROM ucsx.interaction i CROSS JOIN LATERAL jsonb_array_elements(i.cc_addresses) e
        JOIN ucsx.contact c ON lower(c.email_address) = lower(e.value ->> 'address'))
      SELECT (SELECT array_agg(DISTINCT n::int ORDER BY n::int) FROM shared) AS people_per_phone,
        (SELECT count(DISTINCT author) FILTER (WHERE author IS DISTINCT FROM contact_id) > 20 FROM message) AS others_write,
        (SELECT bool_and(author IS NULL OR EXISTS (SELECT FROM ucsx.contact c WHERE c.contact_id = author)) FROM message) AS authors_known,
        (SELECT count(*) > 20 AND bool_and(other IS DISTINCT FROM contact_id) FROM copy) AS copies_to_others,
        (SELECT count(DISTINCT regexp_replace(phone_number, '[0-9]+', '9', 'g'))::int FROM ucsx.interaction) AS spellings,
        (SELECT bool_or(from_address ~ '@EXAMPLE') AND bool_or(from_address ~ '@example') FROM ucsx.interaction) AS shouted,
        (SELECT count(*) > 20 FROM ucsx.interaction i JOIN ucsx.contact_attribute a ON a.str_value = i.from_address WHERE NOT a.is_primary) AS second_addresses`),
  ).toEqual({
    people_per_phone: [1, 2, 3],
    others_write: true,
    authors_known: true,
    copies_to_others: true,
    spellings: 3,
    shouted: true,
    second_addresses: true,
  });
});
