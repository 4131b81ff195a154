import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTranscoder } from '../../src/kernel/open-transcoder.ts';
import { openPlainTranscoder } from '../../src/kernel/plain-transcoder.ts';
import type { Batch, Column, ColumnKind, Transcoder } from '../../src/kernel/transcoder.ts';
import { readCopy } from '../../src/sources/postgres/copy-reader.ts';
import { WireSocket } from '../../src/sources/postgres/wire-socket.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** SQL type, kind, and values that are likely to go wrong, as SQL. */
const TYPES: readonly [string, ColumnKind, readonly string[]][] = [
  ['bool', 'bool', ['true', 'false']],
  ['int2', 'int2', ['0', '-32768', '32767', '7']],
  ['int4', 'int4', ['0', '-2147483648', '2147483647', '-10']],
  ['int8', 'int8', ['0', '-9223372036854775808', '9223372036854775807', '1000000000000000000']],
  ['uuid', 'uuid', ["'00000000-0000-0000-0000-000000000000'", "'fedcba98-7654-3210-0123-456789abcdef'"]],
  [
    'date',
    'date',
    ["'infinity'", "'-infinity'", "'4713-01-01 BC'", "'0001-01-01'", "'0001-12-31 BC'", "'2000-02-29'", "'1900-03-01'", "'12345-06-07'", "'5874897-12-31'"],
  ],
  [
    'timestamp',
    'timestamp',
    [
      "'infinity'",
      "'-infinity'",
      "'4713-01-01 00:00 BC'",
      "'0044-03-15 12:00:00.5 BC'",
      "'1999-12-31 23:59:59.999999'",
      "'2026-01-02 03:04:05.12'",
      "'294276-12-31 23:59:59.999999'",
    ],
  ],
  [
    'timestamptz',
    'timestamptz',
    ["'infinity'", "'-infinity'", "'0044-03-15 12:00:00.000001+00 BC'", "'1969-12-31 23:59:59.9+00'", "'2026-02-28 00:00+14'", "'10000-01-01 00:00+00'"],
  ],
  [
    'text',
    'text',
    [
      "''",
      "'\"\\'",
      "E'\\b\\f\\n\\r\\t\\x01\\x1f\\x7f'",
      "'𝄞 ü \u2028 </script>'",
      "repeat('x', 15) || '\"'",
      "repeat(E'\\x02', 70000)",
      "repeat('ab\"', 150000)",
    ],
  ],
  ['varchar(9)', 'text', ["'a\"b'", "''"]],
  ['char(5)', 'text', ["'a'", "''"]],
  ['json', 'json', ['E\'{\\n"a" : [1,\\r\\n 2]}\'', "'null'", '\'"\\u0041"\'']],
  ['jsonb', 'jsonb', ['\'{"b":1, "a":[null, 1.50, "\\u00e9\\n"]}\'', "'null'", '\'"x"\'', "jsonb_build_object('long', repeat('y', 200000))"]],
  ['bytea', 'base64', ["''", "'\\x00'", "'\\xfffe'", "'\\x010203'", "decode(repeat('0aff07', 120001), 'hex')", "decode(repeat('ab', 100001), 'hex')"]],
];

let server: TestPostgres;
let client: pg.Client;
beforeAll(async () => {
  server = await startTestPostgres();
  client = new pg.Client({ ...server.connection, stream: () => new WireSocket() });
  await client.connect();
  await client.query("SET TimeZone = 'UTC'");
}, 60_000);
afterAll(async () => {
  await client?.end();
  await server?.stop();
});

/** All that a transcoder makes of the wire, cut as told. */
function transcoded(transcoder: Transcoder, wire: Buffer, cuts: readonly number[]): string {
  const batches: Batch[] = [];
  let from = 0;
  for (const cut of [...cuts, wire.length]) {
    if (cut <= from) continue;
    const piece = wire.subarray(from, cut);
    expect(transcoder.push(piece, (batch) => batches.push(batch))).toBe(piece.length);
    from = cut;
  }
  const last = transcoder.finish();
  if (last) batches.push(last);
  for (const { bytes, rows } of batches) {
    expect(bytes.at(-1)).toBe(10);
    expect(bytes.filter((byte) => byte === 10).length).toBe(rows);
  }
  return Buffer.concat(batches.map(({ bytes }) => bytes)).toString('utf8');
}

/** The bytes of the wire, CopyOutResponse and CopyData, as the connection gives them. */
async function wireOf(sql: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const recorder: Transcoder = {
    push(wire) {
      let at = 0;
      const all = Buffer.concat([...chunks, wire]);
      const before = all.length - wire.length;
      while (at < all.length && 'dH'.includes(String.fromCharCode(all[at] ?? 0)) && at + 5 <= all.length) at += 1 + all.readUInt32BE(at + 1);
      const taken = Math.min(at, all.length) - before;
      if (at >= all.length || all.length - at < 5) chunks.push(Buffer.from(wire));
      else chunks.push(Buffer.from(wire.subarray(0, taken)));
      return at < all.length && !'dH'.includes(String.fromCharCode(all[at] ?? 0)) ? taken : wire.length;
    },
    finish: () => null,
  };
  for await (const _ of readCopy(client, sql, recorder)) throw new Error('the recorder gives no batch');
  return Buffer.concat(chunks);
}

const columns = TYPES.map(([, kind], at): Column => ({ name: `c${at}`, kind }));
const valuesOf = (row: readonly (string | null)[]): string => row.map((value, at) => `(${value ?? 'NULL'})::${TYPES[at]?.[0]}`).join(', ');
const oracleLine = columns.map(({ name, kind }) => (kind === 'base64' ? `translate(encode(${name}, 'base64'), E'\\n', '') AS ${name}` : name)).join(', ');

/** Wire and row_to_json of the same rows. */
async function read(rows: readonly (readonly (string | null)[])[]): Promise<{ wire: Buffer; json: string }> {
  await client.query(`DROP TABLE IF EXISTS one; CREATE TEMP TABLE one (n serial, ${columns.map(({ name }, at) => `${name} ${TYPES[at]?.[0]}`).join(', ')})`);
  for (const row of rows) await client.query(`INSERT INTO one (${columns.map(({ name }) => name).join(', ')}) VALUES (${valuesOf(row)})`);
  const wire = await wireOf(`COPY (SELECT ${columns.map(({ name }) => name).join(', ')} FROM one ORDER BY n) TO STDOUT (FORMAT binary)`);
  const { rows: lines } = await client.query<{ line: string }>(
    `SELECT translate(row_to_json(r)::text, E'\\n\\r', '  ') || E'\\n' AS line FROM (SELECT ${oracleLine} FROM one ORDER BY n) r`,
  );
  return { wire, json: lines.map(({ line }) => line).join('') };
}

const nth = (at: number): (string | null)[] => TYPES.map(([, , values]) => values[at % values.length] ?? null);

describe('binary COPY', () => {
  test('nasty values of every type: kernel, twin and row_to_json are the same bytes', async () => {
    const rows = [...Array.from({ length: 18 }, (_, at) => nth(at)), TYPES.map(() => null)];
    const { wire, json } = await read(rows);
    expect(transcoded(openPlainTranscoder(columns), wire, [])).toBe(json);
    expect(transcoded(await openTranscoder(columns), wire, [])).toBe(json);
    const every8k = Array.from({ length: wire.length >> 13 }, (_, at) => at << 13);
    expect(transcoded(await openTranscoder(columns), wire, every8k)).toBe(json);
  });

  test('cut at every place, and byte by byte, the result is the same', async () => {
    const short = (value: string): boolean => !value.includes('repeat');
    const rows = Array.from({ length: 3 }, (_, at) => TYPES.map(([, , values]) => values.filter(short)[at] ?? null));
    const { wire, json } = await read(rows);
    for (let cut = 1; cut < wire.length; cut += 1) {
      expect(transcoded(await openTranscoder(columns), wire, [cut])).toBe(json);
      expect(transcoded(openPlainTranscoder(columns), wire, [cut])).toBe(json);
    }
    const everywhere = Array.from({ length: wire.length }, (_, at) => at);
    expect(transcoded(await openTranscoder(columns), wire, everywhere)).toBe(json);
  });

  test('generated rows of every type', async () => {
    const quoted = (text: string): string => pg.escapeLiteral(text.replaceAll('\0', ''));
    const micros = fc.bigInt({ min: -211_000_000_000_000_000n, max: 9_200_000_000_000_000_000n });
    const instant = micros.map(
      (at) => `'2000-01-01 00:00+00'::timestamptz + make_interval(secs => ${at / 1_000_000n}) + interval '${at % 1_000_000n} microseconds'`,
    );
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\x01', 'a', 'é'), maxLength: 60 }));
    const made: Readonly<Record<ColumnKind, fc.Arbitrary<string>>> = {
      bool: fc.boolean().map(String),
      int2: fc.integer({ min: -32_768, max: 32_767 }).map((n) => `'${n}'`),
      int4: fc.maxSafeInteger().map((n) => `'${n | 0}'`),
      int8: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => `'${n}'`),
      uuid: fc.uuid().map((id) => `'${id}'`),
      date: fc.integer({ min: -2_451_507, max: 2_145_031_948 }).map((days) => `'2000-01-01'::date + '${days}'::int`),
      timestamp: instant.map((at) => `(${at}) AT TIME ZONE 'UTC'`).map((at) => `(${at})`),
      timestamptz: instant.map((at) => `(${at})`),
      text: text.map(quoted),
      json: fc.json().map((value) => quoted(value.replaceAll('\\u0000', ''))),
      jsonb: fc.json().map((value) => quoted(value.replaceAll('\\u0000', ''))),
      base64: fc.uint8Array({ maxLength: 50 }).map((bytes) => `'\\x${Buffer.from(bytes).toString('hex')}'`),
    };
    const value = ([type, kind]: (typeof TYPES)[number]): fc.Arbitrary<string | null> =>
      fc.option(type.includes('(') ? fc.string({ maxLength: 5 }).map(quoted) : made[kind].map((one) => (kind === 'date' ? `(${one})` : one)), { freq: 8 });
    const rows = fc.array(fc.tuple(...TYPES.map(value)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, fc.array(fc.nat(4_000), { maxLength: 6 }), async (given, cuts) => {
        const { wire, json } = await read(given);
        const sorted = cuts.filter((cut) => cut < wire.length).sort((one, other) => one - other);
        expect(transcoded(await openTranscoder(columns), wire, sorted)).toBe(json);
        expect(transcoded(openPlainTranscoder(columns), wire, sorted)).toBe(json);
      }),
      { numRuns: 120 },
    );
  });

  test('rows that are not what was told, and rows that are cut, are refused', async () => {
    const wire = await wireOf("COPY (SELECT 1::int4, 'a'::text) TO STDOUT (FORMAT binary)");
    const wrong: Column[][] = [
      [{ name: 'a', kind: 'int4' }],
      [
        { name: 'a', kind: 'int8' },
        { name: 'b', kind: 'text' },
      ],
      [
        { name: 'a', kind: 'int4' },
        { name: 'b', kind: 'jsonb' },
      ],
    ];
    const right: Column[] = [
      { name: 'a', kind: 'int4' },
      { name: 'b', kind: 'text' },
    ];
    for (const open of [openTranscoder, (all: readonly Column[]) => Promise.resolve(openPlainTranscoder(all))]) {
      for (const told of wrong) {
        const transcoder = await open(told);
        expect(() => transcoder.push(wire, () => undefined)).toThrow('columns');
      }
      for (let size = 1; size < wire.length; size += 1) {
        const transcoder = await open(right);
        transcoder.push(wire.subarray(0, size), () => undefined);
        expect(() => transcoder.finish()).toThrow('columns');
      }
      expect(transcoded(await open(right), wire, [])).toBe('{"a":1,"b":"a"}\n');
    }
  });

  test('an error in the middle of the rows is told, and the connection goes on', async () => {
    const transcoder = await openTranscoder([{ name: 'a', kind: 'int4' }]);
    const reading = (async () => {
      for await (const _ of readCopy(client, 'COPY (SELECT 1 / (50000 - n) FROM generate_series(1, 60000) n) TO STDOUT (FORMAT binary)', transcoder));
    })();
    await expect(reading).rejects.toMatchObject({ code: '22012' });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
