import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { CATALOGS } from '../../src/sources/catalogs/all-catalogs.ts';
import type { Catalog, CatalogType, EntityType } from '../../src/sources/catalogs/catalog.ts';
import { isShown } from '../../src/sources/catalogs/masking.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import type { SourceSnapshot } from '../../src/sources/source.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { CONTRACT_CATALOG } from './contract-data.ts';
import { CONTRACT_TABLES, run } from './prepare-postgres.ts';
import { readFiles } from './source-contract.ts';

const NEVER = new AbortController().signal;

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
}, 60_000);
afterAll(() => server?.stop());

describe('postgres: the sample through its catalogs', () => {
  let connection: TestConnection;
  beforeAll(async () => {
    connection = await server.newDatabase();
    await fillSample(connection, { contacts: 300, interactions: 3_000, days: 30, seed: 1, endsAt: new Date('2026-02-01T00:00:00Z') });
  }, 60_000);

  const types = [...CATALOGS.values()].flatMap((catalog) => catalog.types.map((type) => [`${catalog.name} ${type.name}`, catalog, type] as const));

  test.each(types)(
    '%s: every line validates, every value equals what the driver reads as text',
    async (_, catalog, type) => {
      const snapshot = await openPostgresSource(connection, catalog).open(
        { type: type.name, entityTypes: null, window: { from: null, to: '2026-02-01T00:00:00Z' } },
        NEVER,
      );
      for (const { file, rows } of await readFiles(snapshot)) {
        const validate = addFormats.default(new Ajv({ strict: true })).compile(file.schema);
        const invalid = rows.filter((row) => !validate(row));
        expect(invalid).toEqual([]);
        const entity = entityNamed(type, file.entityType);
        if (file.content === 'rows') await expectSameValues(connection, entity, rows);
      }
      await snapshot.close();
    },
    60_000,
  );

  test.each(types)('%s: its ten newest rows come masked, without any text of theirs', async (_, catalog, type) => {
    const samples = await openPostgresSource(connection, catalog).sample({ type: type.name, entityTypes: null, rows: 10 }, NEVER);
    expect(samples.map((one) => one.entityType)).toEqual(type.entityTypes.map((one) => one.name));
    for (const { entityType, rows } of samples) {
      const entity = entityNamed(type, entityType);
      expect(rows).toHaveLength(10);
      const hidden = Object.entries(entity.fields).filter(([, field]) => !isShown(field));
      for (const row of rows) for (const [name] of hidden) expect(row[name] === null || Object.keys(row[name] as object).join() === 'upTo').toBe(true);
      const texts = await run<{ text: string | null }>(
        connection,
        hidden.map(([, { column }]) => `SELECT "${column}"::text AS text FROM ${entity.schema}.${entity.table}`).join(' UNION '),
      );
      const answer = JSON.stringify(rows);
      const told = texts.filter(({ text }) => text !== null && text.length > 12 && answer.includes(JSON.stringify(text).slice(1, -1)));
      expect(told).toEqual([]);
    }
  });

  test('a chain of three runs gives each interaction once, those that came in behind the lag late, with their documents', async () => {
    const source = openPostgresSource(connection, CATALOGS.get('ucsx') as Catalog);
    const edges = [null, '2026-01-20T00:00:00Z', '2026-01-25T00:00:00Z', '2026-02-01T00:00:00Z'];
    const came = "UPDATE ucsx.interaction SET stored_at = clock_timestamp() WHERE start_date < '2026-01-20Z' AND entity_type_id <= 1 RETURNING ixn_id";
    const lateIds = (await run<{ ixn_id: string }>(connection, came)).map((row) => row.ixn_id);
    const seen: Record<string, string[]> = { rows: [], attachments: [], late_rows: [], late_attachments: [] };
    let after: string | null = null;
    for (const [index, to] of edges.slice(1).entries()) {
      const arrival = { after, settleSeconds: index === 0 ? 300 : 0 };
      const snapshot = await source.open({ type: 'Interaction', entityTypes: null, window: { from: edges[index] ?? null, to: to ?? null }, arrival }, NEVER);
      for (const { file, rows } of await readFiles(snapshot)) seen[file.content]?.push(...rows.map((row) => String(row['ixnId'] ?? row['id'])));
      await snapshot.close();
      after = snapshot.arrivalTo;
    }
    const idsOf = async (sql: string): Promise<string[]> => (await run<{ id: string }>(connection, sql)).map((row) => row.id).sort();
    const both = (one: string, other: string): string[] => [...(seen[one] ?? []), ...(seen[other] ?? [])].sort();
    expect(both('rows', 'late_rows')).toEqual(await idsOf('SELECT ixn_id AS id FROM ucsx.interaction'));
    expect(both('attachments', 'late_attachments')).toEqual(await idsOf('SELECT id FROM ucsx.document'));
    expect(seen['late_rows']?.sort()).toEqual(lateIds.sort());
    expect(seen['late_attachments']?.length).toBeGreaterThan(0);
  }, 60_000);

  test('memory stays flat over hundreds of megabytes', async () => {
    await run(
      connection,
      `${CONTRACT_TABLES};
       INSERT INTO contract.note SELECT to_char(n, 'FM000000'), 2, '2026-01-01Z', repeat('x', 5000), n, true FROM generate_series(1, 40000) n;
       CREATE INDEX ON contract.note (written_at, id); ANALYZE contract.note`,
    );
    const snapshot = await openPostgresSource(connection, CONTRACT_CATALOG).open(
      { type: 'Note', entityTypes: ['Memo'], window: { from: null, to: null } },
      NEVER,
    );
    const { bytes, growth } = await readMeasured(snapshot);
    await snapshot.close();
    expect(bytes).toBeGreaterThan(200_000_000);
    expect(growth).toBeLessThan(100_000_000);
  }, 60_000);
});

async function readMeasured(snapshot: SourceSnapshot): Promise<{ bytes: number; growth: number }> {
  const before = process.memoryUsage().rss;
  let bytes = 0;
  let growth = 0;
  for await (const batch of snapshot.lines(snapshot.files[0] as never)) {
    bytes += batch.length;
    growth = Math.max(growth, process.memoryUsage().rss - before);
  }
  return { bytes, growth };
}

function entityNamed(type: CatalogType, name: string): EntityType {
  const entity = type.entityTypes.find((candidate) => candidate.name === name);
  if (!entity) throw new Error(name);
  return entity;
}

/** Compares with a plain SELECT whose values come in text form, in the same order. */
async function expectSameValues(connection: TestConnection, entity: EntityType, rows: readonly Record<string, unknown>[]): Promise<void> {
  const fields = Object.entries(entity.fields);
  const columns = fields.map(([name, field]) =>
    field.format === 'date-time'
      ? `to_char(${field.column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS "${name}"`
      : `${field.column}::text AS "${name}"`,
  );
  const filter = entity.filter ? `WHERE ${entity.filter.column} = ${entity.filter.equals}` : '';
  const plain = await run<Record<string, string | null>>(
    connection,
    `SELECT ${columns.join(', ')} FROM ${entity.schema}.${entity.table} ${filter} ORDER BY ${entity.time}, ${entity.key}`,
  );
  expect(plain.length).toBeGreaterThan(0);
  const textOf = (name: string, value: unknown): unknown => {
    const field = entity.fields[name];
    if (value === null || field?.type === 'string') return field?.format && typeof value === 'string' ? microseconds(value) : value;
    return field?.type === 'array' || field?.type === 'object' ? value : String(value);
  };
  const shown = rows.map((row) => Object.fromEntries(fields.map(([name]) => [name, textOf(name, row[name])])));
  const wanted = plain.map((row) =>
    Object.fromEntries(fields.map(([name, field]) => [name, field.type === 'array' || field.type === 'object' ? JSON.parse(row[name] ?? 'null') : row[name]])),
  );
  expect(shown).toEqual(wanted);
}

function microseconds(iso: string): string {
  const [, whole, fraction] = /^(.{19})(?:\.(\d+))?\+00:00$/.exec(iso) ?? [];
  return `${whole}.${(fraction ?? '').padEnd(6, '0')}`;
}
