import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveResult, DataFormat } from '../../src/pipeline/archive.ts';
import { decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { columnsOf } from '../../src/pipeline/formats/columns.ts';
import { inFormat } from '../../src/pipeline/formats/open-format.ts';
import { archive } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { CATALOGS } from '../../src/sources/catalogs/all-catalogs.ts';
import { type Catalog, loadCatalog } from '../../src/sources/catalogs/catalog.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import { run } from '../contracts/prepare-postgres.ts';
import { Duck } from '../support/duck.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';

/** One export of a source in each format, decrypted: DuckDB finds the same rows in all of them. */

const FORMATS = ['jsonl', 'csv', 'parquet'] as const;
const ALL = { entityTypes: null, window: { from: null, to: null } };
const NEVER = new AbortController().signal;
const folder = new TestFolder();
const alice = folder.recipient();
let server: TestPostgres;
let duck: Duck;

beforeAll(async () => {
  [server, duck] = await Promise.all([startTestPostgres(), Duck.open()]);
}, 60_000);
afterAll(async () => {
  duck?.close();
  await server?.stop();
  folder.remove();
});

interface Exported {
  readonly folder: string;
  readonly entries: ArchiveResult['entries'];
  /** Names of the columns kept as JSON, by entity file. */
  readonly json: ReadonlyMap<string, ReadonlySet<string>>;
}

async function exported(connection: TestConnection, catalog: Catalog, type: string, format: DataFormat): Promise<Exported> {
  const snapshot = await openPostgresSource(connection, catalog).open({ ...ALL, type }, NEVER);
  try {
    const settings = { format, csvFormulas: 'keep', level: 'fast', mostBytes: null } as const;
    const files = snapshot.files.map((file) => inFormat({ ...file, lines: () => snapshot.lines(file) }, settings));
    const { bytes, result } = await archive(files, [alice.certificate]);
    const [name, outDir] = [folder.fresh('export.zip.p7m'), folder.fresh()];
    writeFileSync(name, bytes);
    mkdirSync(outDir, { recursive: true });
    await decryptFile({ file: name, key: alice.key, outDir });
    const json = new Map(
      files.map((file) => [path.parse(file.name).name, new Set(columnsOf(file).flatMap(({ name: column, kind }) => (kind === 'json' ? [column] : [])))]),
    );
    return { folder: outDir, entries: result.entries, json };
  } finally {
    await snapshot.close();
  }
}

describe('an export in each format', () => {
  it.each([
    ['ucsx', 'Interaction', 4],
    ['ucsx', 'Contact', 1],
    ['iwd', 'Event', 2],
  ])(
    'of %s %s has the same entries, counts and values',
    async (catalog, type, least) => {
      const connection = await sample();
      const made = new Map<DataFormat, Exported>();
      for (const format of FORMATS) made.set(format, await exported(connection, CATALOGS.get(catalog) as Catalog, type, format));
      const [jsonl, csv, parquet] = FORMATS.map((format) => made.get(format) as Exported) as [Exported, Exported, Exported];
      const counts = ({ entries }: Exported) => entries.map(({ name, rows, schema }) => [name.replace(/\.(csv|parquet)$/, '.jsonl'), rows, schema]);
      expect(counts(csv)).toEqual(counts(jsonl));
      expect(counts(parquet)).toEqual(counts(jsonl));
      const data = jsonl.entries.flatMap(({ name, rows }) => (rows === null ? [] : [{ name: path.parse(name).name, rows }]));
      expect(data.length).toBeGreaterThanOrEqual(least);
      for (const { name, rows } of data) {
        const files = { jsonl: `${jsonl.folder}/${name}.jsonl`, csv: `${csv.folder}/${name}.csv`, parquet: `${parquet.folder}/${name}.parquet` };
        await duck.views(files, { json: parquet.json.get(name) ?? new Set(), exact: new Set() });
        for (const view of FORMATS) expect(await duck.count(view), `${name} ${view}`).toBe(rows);
        for (const other of ['jsonl', 'csv']) expect(await duck.differences('parquet', other), `${name} ${other}`).toBe(0);
      }
      expect(data.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(100);
    },
    60_000,
  );

  it('has the types of the columns of the source, and values without loss', async () => {
    const connection = await server.newDatabase();
    await run(connection, TYPES_TABLE);
    const made = await exported(connection, loadCatalog(TYPES_CATALOG), 'Thing', 'parquet');
    const file = `${made.folder}/Thing.parquet`;
    expect(await duck.shapeOf(file)).toEqual({
      id: 'BIGINT',
      at: 'TIMESTAMP WITH TIME ZONE',
      local: 'TIMESTAMP',
      day: 'DATE',
      told: 'VARCHAR',
      price: 'DECIMAL(12,2)',
      wide: 'VARCHAR',
      ratio: 'DOUBLE',
      single: 'DOUBLE',
      whole: 'DECIMAL(19,0)',
      big: 'DECIMAL(30,0)',
      flag: 'BOOLEAN',
      data: 'VARCHAR',
      content: 'BLOB',
    });
    const columns = ['at', 'local', 'day', 'told', 'price', 'wide', 'ratio', 'single', 'whole', 'big', 'flag', 'data', 'content'];
    const rows = await duck.ask(`SELECT ${columns.map((name) => `"${name}"::VARCHAR AS "${name}"`).join(', ')} FROM '${file}' ORDER BY id`);
    expect(rows).toEqual([
      {
        at: '2026-03-01 11:00:00.123456+00',
        local: '2026-03-01 12:00:00',
        day: '0044-03-15 (BC)',
        told: '2026-03-01T12:00:00Z',
        price: '-1234567890.12',
        wide: '0.1234567890123456789012345678901234567890',
        ratio: '0.1',
        single: '0.1',
        whole: '9223372036854775807',
        big: '123456789012345678901234567890',
        flag: 'true',
        data: '{"b": 1, "a": [" \\"x\\" "]}',
        content: '\\x00\\xFF',
      },
      { ...Object.fromEntries(columns.map((name) => [name, null])), at: 'infinity', local: '-infinity', day: 'infinity', ratio: 'nan', single: '-inf' },
    ]);
  });
});

let filled: Promise<TestConnection> | undefined;
function sample(): Promise<TestConnection> {
  const fill = async () => {
    const connection = await server.newDatabase();
    await fillSample(connection, { contacts: 300, interactions: 1_500, days: 60, seed: 5, endsAt: new Date('2026-03-01T00:00:00Z') });
    return connection;
  };
  filled ??= fill();
  return filled;
}

const TYPES_TABLE = `CREATE TABLE thing (id int PRIMARY KEY, at timestamptz, local timestamp, day date, told text, price numeric(12, 2), wide numeric,
  ratio float8, single float4, whole int8, big numeric(30), flag bool, data json, content bytea);
INSERT INTO thing VALUES (1, '2026-03-01 12:00:00.123456+01', '2026-03-01 12:00:00', '0044-03-15 BC', '2026-03-01T12:00:00Z', -1234567890.12,
  0.1234567890123456789012345678901234567890, 0.1, 0.1, 9223372036854775807, 123456789012345678901234567890, true, '{"b": 1, "a": [" \\"x\\" "]}', '\\x00ff'),
  (2, 'infinity', '-infinity', 'infinity', NULL, NULL, NULL, 'NaN', '-Infinity', NULL, NULL, NULL, NULL, NULL);`;

const TYPES_CATALOG = `
name: types
version: 1
title: Every type
tables:
  thing:
    schema: public
    table: thing
    key: id
    fields:
      id: { column: id, type: integer, nullable: false }
      at: { column: at, type: string, format: date-time }
      local: { column: local, type: string, format: date-time }
      day: { column: day, type: string, format: date }
      told: { column: told, type: string, format: date-time }
      price: { column: price, type: number }
      wide: { column: wide, type: number }
      ratio: { column: ratio, type: number }
      single: { column: single, type: number }
      whole: { column: whole, type: number }
      big: { column: big, type: integer }
      flag: { column: flag, type: boolean }
      data: { column: data, type: object }
      content: { column: content, type: base64 }
types:
  - name: Thing
    entityTypes:
      - { name: Thing, table: thing }
`;
