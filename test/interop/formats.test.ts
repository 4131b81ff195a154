import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveFile, CertainType, DataFormat } from '../../src/pipeline/archive.ts';
import { inBlocks } from '../../src/pipeline/deflate/blocks.ts';
import { inFormat, loadFormat, openFormat } from '../../src/pipeline/formats/open-format.ts';
import { decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { file, request } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { writeParts } from '../../src/pipeline/write-archive.ts';
import { Duck } from '../support/duck.ts';

/** An independent reader finds the same rows, types and values in every format of the same lines. */

interface Field {
  readonly schema: Record<string, unknown>;
  readonly certain?: CertainType;
  /** Types in DuckDB: what Parquet has, and as what the text of the other two is read to compare. */
  readonly parquet: string;
  readonly value: fc.Arbitrary<unknown>;
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0')),
  fc.constantFrom('', ' ', '"', '""', ',', '\\', '\\n', '\r\n', '\n', "'", 'NULL', 'null', '=1+1', '0012', 'é', '😀', '\u2028', 'x'.repeat(2_000)),
);
const digits = (most: number) => fc.bigInt({ min: -(10n ** BigInt(most)) + 1n, max: 10n ** BigInt(most) - 1n });
const decimal = (all: number, fraction: number) =>
  digits(all).map((value) => {
    const [sign, plain] = [value < 0n ? '-' : '', String(value < 0n ? -value : value).padStart(fraction + 1, '0')];
    return raw(`${sign}${plain.slice(0, -fraction)}.${plain.slice(-fraction)}`);
  });
/** A number that JSON.stringify would spoil. */
const raw = (token: string) => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(token);
const moment = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true });
const micros = fc
  .tuple(moment, fc.integer({ min: 0, max: 999_999 }))
  .map(([day, part]) => `${day.toISOString().slice(0, 19)}.${String(part).padStart(6, '0')}`);
const json = fc.oneof(
  fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))),
  fc.array(fc.oneof(text, fc.integer())),
);

const FIELDS: Readonly<Record<string, Field>> = {
  id: { schema: { type: 'integer' }, parquet: 'BIGINT', value: fc.nat() },
  title: { schema: { type: ['string', 'null'] }, parquet: 'VARCHAR', value: text },
  key: { schema: { type: ['string', 'null'], format: 'uuid' }, parquet: 'VARCHAR', value: fc.uuid() },
  size: {
    schema: { type: ['integer', 'null'] },
    parquet: 'BIGINT',
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((one) => raw(String(one))),
  },
  isSpam: { schema: { type: ['boolean', 'null'] }, parquet: 'BOOLEAN', value: fc.boolean() },
  ratio: {
    schema: { type: ['number', 'null'] },
    certain: 'double',
    parquet: 'DOUBLE',
    value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', 'Infinity', '-Infinity', raw('-0'))),
  },
  price: { schema: { type: ['number', 'null'] }, certain: { digits: 12, fraction: 2 }, parquet: 'DECIMAL(12,2)', value: decimal(12, 2) },
  share: { schema: { type: ['number', 'null'] }, certain: { digits: 38, fraction: 10 }, parquet: 'DECIMAL(38,10)', value: decimal(38, 10) },
  account: {
    schema: { type: ['integer', 'null'] },
    certain: { digits: 30, fraction: 0 },
    parquet: 'DECIMAL(30,0)',
    value: digits(30).map((one) => raw(String(one))),
  },
  factor: { schema: { type: ['number', 'null'] }, parquet: 'VARCHAR', value: decimal(60, 30) },
  start: {
    schema: { type: ['string', 'null'], format: 'date-time' },
    certain: 'instant',
    parquet: 'TIMESTAMP WITH TIME ZONE',
    value: fc.oneof(
      fc.tuple(micros, fc.constantFrom('+00:00', 'Z', '+05:30', '-11:00')).map(([one, zone]) => `${one}${zone}`),
      fc.constantFrom('infinity', '-infinity', '1970-01-01T00:00:00+00:00', '1969-12-31T23:59:59.999999+00:00', '2000-02-29T12:00:00.5+00:00'),
    ),
  },
  local: { schema: { type: ['string', 'null'], format: 'date-time' }, certain: 'local_time', parquet: 'TIMESTAMP', value: micros },
  day: {
    schema: { type: ['string', 'null'], format: 'date' },
    certain: 'date',
    parquet: 'DATE',
    value: fc.oneof(
      micros.map((one) => one.slice(0, 10)),
      fc.constantFrom('infinity', '-infinity'),
    ),
  },
  clock: { schema: { type: ['string', 'null'], format: 'time' }, parquet: 'VARCHAR', value: fc.constantFrom('00:00:00', '23:59:59.999999') },
  told: { schema: { type: ['string', 'null'], format: 'date-time' }, parquet: 'VARCHAR', value: micros },
  content: {
    schema: { type: ['string', 'null'], contentEncoding: 'base64' },
    parquet: 'BLOB',
    value: fc.uint8Array().map((one) => Buffer.from(one).toString('base64')),
  },
  list: { schema: { type: ['array', 'null'] }, parquet: 'VARCHAR', value: json },
  data: { schema: { type: ['object', 'null'] }, parquet: 'VARCHAR', value: json },
  any: { schema: {}, parquet: 'VARCHAR', value: fc.oneof(json, text, fc.integer(), fc.boolean()) },
};
const NAMES = Object.keys(FIELDS);
const JSON_FIELDS = new Set(['list', 'data', 'any']);
const SHAPE = Object.fromEntries(NAMES.map((name) => [name, FIELDS[name]?.parquet]));
const row = fc.record(
  Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, name === 'id' ? field.value : fc.option(field.value, { freq: 4 })])),
);

const SETTINGS = { csvFormulas: 'keep', level: 'fast', mostBytes: 1_048_576 } as const;
const folder = mkdtempSync(path.join(tmpdir(), 'udm-formats-'));
let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => {
  duck?.close();
  rmSync(folder, { recursive: true });
});

function dataFile(lines: readonly string[]): ArchiveFile {
  const schema = { properties: Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, field.schema])) };
  const certain = Object.fromEntries(Object.entries(FIELDS).flatMap(([name, field]) => (field.certain ? [[name, field.certain]] : [])));
  return { ...file('Email', lines), schema, certain };
}

/** The bytes of an entry: what the parts of the pipeline put one after the other. */
async function write(lines: readonly string[], format: DataFormat): Promise<string> {
  const made = inFormat(dataFile(lines), { ...SETTINGS, format });
  const name = path.join(folder, made.name);
  if (!made.format) writeFileSync(name, lines.join(''));
  else {
    await loadFormat(made.format);
    const { head, convert, tail, mostTailBytes, blockBytes } = openFormat(made.format);
    const pieces: Uint8Array[] = [head()];
    const metas: BigInt64Array[] = [];
    for await (const block of inBlocks(made.lines(), blockBytes)) {
      const { bytes, meta } = convert(block);
      pieces.push(bytes);
      if (meta) metas.push(meta);
    }
    const last = tail(metas);
    expect(last.length).toBeLessThanOrEqual(mostTailBytes(metas.length));
    writeFileSync(name, Buffer.concat([...pieces, last]));
  }
  return name;
}

/** The three as views of the same columns. */
async function tables(lines: readonly string[]): Promise<string> {
  const files = { jsonl: await write(lines, 'jsonl'), csv: await write(lines, 'csv'), parquet: await write(lines, 'parquet') };
  await duck.views(files, { json: JSON_FIELDS, exact: new Set(['factor']) });
  return files.parquet;
}

describe('DuckDB', () => {
  it('finds the same rows of every type in JSON Lines, CSV and Parquet', async () => {
    const rows = fc.sample(row, { numRuns: 1_500, seed: 7 }).map((one, id): Record<string, unknown> => ({ ...one, id }));
    const parquet = await tables(rows.map((one) => `${JSON.stringify(one)}\n`));
    expect(await duck.shapeOf(parquet)).toEqual(SHAPE);
    for (const view of ['jsonl', 'csv', 'parquet']) expect(await duck.count(view), view).toBe(1_500);
    for (const other of ['jsonl', 'csv']) {
      for (const name of NAMES) {
        const differ = `SELECT id, a."${name}"::VARCHAR AS parquet, b."${name}"::VARCHAR AS other FROM parquet a JOIN ${other} b USING (id) WHERE a."${name}" IS DISTINCT FROM b."${name}" LIMIT 3`;
        expect(await duck.ask(differ), `${name} of ${other}`).toEqual([]);
      }
      expect(await duck.differences('parquet', other)).toBe(0);
    }
    // What was generated, by its own count: that nothing is null everywhere.
    for (const name of NAMES) {
      const some = rows.filter((one) => one[name] !== null).length;
      expect(await duck.count('parquet', `"${name}" IS NOT NULL`), name).toBe(some);
    }
  });

  it('reads row groups by what the end of the file says of them', async () => {
    const rows = fc.sample(row, { numRuns: 600, seed: 11 }).map((one, id) => ({ ...one, id }));
    const parquet = await tables(rows.map((one) => `${JSON.stringify(one)}\n`));
    const [groups] = await duck.ask<{ groups: number; rows: number; codecs: string[] }>(
      `SELECT count(DISTINCT row_group_id)::INT AS groups, sum(row_group_num_rows) FILTER (column_id = 0)::INT AS rows, list(DISTINCT compression) AS codecs FROM parquet_metadata('${parquet}')`,
    );
    expect(groups).toMatchObject({ rows: 600, codecs: ['GZIP'] });
    expect(groups?.groups).toBeGreaterThan(2);
    const said = `SELECT stats_min_value AS least, stats_max_value AS greatest, stats_null_count::INT AS nulls FROM parquet_metadata('${parquet}')`;
    const [bounds] = await duck.ask<{ nulls: number }>(
      `SELECT min(least::BIGINT)::INT AS least, max(greatest::BIGINT)::INT AS greatest FROM (${said} WHERE path_in_schema = 'id')`,
    );
    expect(bounds).toEqual({ least: 0, greatest: 599 });
    expect(await duck.ask(`SELECT least FROM (${said} WHERE path_in_schema = 'start') WHERE least::TIMESTAMPTZ > greatest::TIMESTAMPTZ`)).toEqual([]);
    expect(await duck.ask(`SELECT sum(nulls)::INT AS nulls FROM (${said} WHERE path_in_schema = 'title')`)).toEqual(
      await duck.ask(`SELECT count(*)::INT AS nulls FROM jsonl WHERE title IS NULL`),
    );
    // A wrong bound would lose rows here.
    const filters = [
      'id BETWEEN 100 AND 200',
      'size > 0',
      `start < '1970-01-01'`,
      `start = 'infinity'`,
      `local > '2000-01-01'`,
      `day <= '1000-01-01'`,
      'size IS NULL',
    ];
    for (const filter of filters) {
      const found = await duck.count(`'${parquet}'`, filter);
      expect(found, filter).toBe(await duck.count('jsonl', filter));
      expect(found, filter).toBeGreaterThan(0);
    }
  });

  it('finds the columns of a file without rows', async () => {
    expect(await duck.shapeOf(await tables([]))).toEqual(SHAPE);
    for (const view of ['csv', 'parquet']) expect(await duck.count(view)).toBe(0);
  });

  it('opens every part of a run by itself, and finds all rows in them together', async () => {
    const lines = Array.from({ length: 500 }, (_, id) => `${JSON.stringify({ id, text: randomBytes(4_000).toString('base64') })}\n`);
    const schema = { properties: { id: { type: 'integer' }, text: { type: 'string', contentEncoding: 'base64' } } };
    const names: string[] = [];
    const keys = new TestFolder();
    const alice = keys.recipient();
    const { sink: _, ...rest } = request([inFormat({ ...file('Email', lines), schema }, { ...SETTINGS, format: 'parquet' })], [alice.certificate]).whole;
    const results = await writeParts({
      ...rest,
      mostBytes: SETTINGS.mostBytes,
      openPart: async (number) => {
        const name = path.join(folder, `${number}.p7m`);
        names.push(name);
        return { write: async (chunk) => appendFileSync(name, chunk), whole: async () => undefined };
      },
    });
    expect(names.length).toBeGreaterThan(1);
    let rows = 0;
    for (const [at, name] of names.entries()) {
      expect(statSync(name).size).toBeLessThanOrEqual(SETTINGS.mostBytes);
      const outDir = path.join(folder, `part${at}`);
      mkdirSync(outDir);
      await decryptFile({ file: name, key: alice.key, outDir });
      const [found] = await duck.ask<{ rows: number }>(`SELECT count(*)::INT AS rows FROM '${outDir}/Email.parquet'`);
      expect(found?.rows).toBe(results[at]?.rows);
      rows += found?.rows ?? 0;
    }
    expect(rows).toBe(500);
    writeFileSync(path.join(folder, 'whole.jsonl'), lines.join(''));
    const differ = `SELECT count(*)::INT AS rows FROM '${folder}/part*/Email.parquet' p FULL JOIN '${folder}/whole.jsonl' j USING (id) WHERE to_base64(p.text) IS DISTINCT FROM j.text`;
    expect(await duck.ask(differ)).toEqual([{ rows: 0 }]);
    keys.remove();
  });
});
