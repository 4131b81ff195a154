import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTIFIER_TYPES, type IdentifierType, normalOf } from '../../src/domain/data-requests/identifiers.ts';
import type { PeopleTable } from '../../src/domain/data-requests/people-rules.ts';
import { mayName } from '../../src/sources/postgres/people-conditions.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** SQL passes over a row only when the rules would: in a real PostgreSQL, also one in whose encoding every letter is one byte. */

let server: TestPostgres;
const clients = new Map<string, pg.Client>();

beforeAll(async () => {
  server = await startTestPostgres();
  for (const encoding of ['UTF8', 'LATIN1']) {
    const connection = await server.newDatabase();
    const name = `${connection.database}_${encoding.toLowerCase()}`;
    const maker = new pg.Client(connection);
    await maker.connect();
    await maker.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`);
    await maker.end();
    const client = new pg.Client({ ...connection, database: name });
    await client.connect();
    clients.set(encoding, client);
  }
});
afterAll(async () => {
  for (const client of clients.values()) await client.end();
  await server?.stop();
});

/** One column that names somebody, by itself or within JSON. */
function table(type: IdentifierType, list: string | null): PeopleTable {
  const identifiers = [{ column: 'v', type, role: 'owner', list, when: null, beside: [], personal: [] }];
  return { name: 't', subject: true, identifiers, messages: null } as unknown as PeopleTable;
}

const PLAIN: Readonly<Record<IdentifierType, readonly string[]>> = {
  email: ['ada@example.com', 'bob.b+x@example.org', 'j\u00f6rg@example.de', '\u0430\u0434\u0430@example.com'],
  phone: ['+4989123456', '+14155550142', '030 123456', '110', '+49 (0)89 123-45 67', '+123', '\u0663\u0664'],
  whatsapp: ['491711234567', '+491711234568'],
  customer_id: ['C-100078', '7', 'K\u00e4ufer 3', '\u5ba2 3'],
  contact_id: ['0000Ca0000000026', 'a b'],
  account_number: ['DE 12'],
  twitter: ['ada_l', '@Ada_L', '\u{1d4d0}da'],
  facebook: ['100001', 'ada.lovelace'],
  instagram: ['ada.l'],
  external_id: ['x/1', 'X1'],
};
/** Spellings of the same, and of others. */
const SPELLED: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => ` ${text}`,
  (text) => `${text}\t`,
  (text) => `\u000b${text}\r\n`,
  (text) => `\u00a0${text}\u00a0`,
  (text) => text.normalize('NFD'),
  (text) => `Ada L. <${text}>`,
  (text) => `mailto:${text}`,
  (text) => `<MAILTO:${text} >`,
  (text) => `tel:${text}`,
  (text) => text.replace('+', '00'),
  (text) => text.replace(/(\d)(\d{3})/g, '$1 $2-'),
  (text) => text.replace(/(\d{2})/g, '$1.'),
  (text) => `${text} ext. 5`,
  (text) => `@${text}`,
  (text) => `https://www.example.com/${text}/about`,
  (text) => `${text}\u0001`,
  (text) => `${text}x`,
  (text) => text.slice(1),
];
const IN_JSON: readonly ((text: string) => string)[] = [
  (text) => JSON.stringify([{ address: text, personal: 'Ada' }]),
  (text) => JSON.stringify({ deep: [{ address: text }] }, null, 2),
  (text) => `[{"address" : ${[...JSON.stringify(text)].map((letter) => (letter === 'a' ? '\\u0061' : letter)).join('')}}]`,
];

const cases = fc.constantFrom(...IDENTIFIER_TYPES).chain((type) =>
  fc.record({
    type: fc.constant(type),
    wanted: fc.subarray([...PLAIN[type]], { minLength: 1 }),
    region: fc.constantFrom('DE', 'US', null),
    values: fc.array(fc.tuple(fc.constantFrom(...PLAIN[type]), fc.constantFrom(...SPELLED), fc.constantFrom(...SPELLED)), { minLength: 1, maxLength: 12 }),
    more: fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 4 }),
    filler: fc.constantFrom(0, 40),
  }),
);

describe.each(['UTF8', 'LATIN1'])('what names nobody who is wanted, in %s', (encoding) => {
  /** What the encoding can store. */
  const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed() && (encoding === 'UTF8' || /^[\0-\u00ff]*$/.test(text));
  const passed = async (condition: string | null, values: readonly string[]) => {
    const sql = `SELECT ${condition} AS passed FROM unnest($1::text[]) WITH ORDINALITY AS t(v, n) ORDER BY n`;
    return ((await clients.get(encoding)?.query<{ passed: boolean | null }>(sql, [values]))?.rows ?? []).map((row) => row.passed === true);
  };

  it('is passed over, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ type, wanted, region, values, more, filler }) => {
        const normals = wanted.map((one) => normalOf(type, one, region) ?? '');
        const asked = [...normals, ...Array.from({ length: filler }, (_, index) => `+${10 ** 11 + index}`)].map((normal) => ({ type, normal }));
        const spelled = [...values.map(([text, one, other]) => other(one(text))), ...more].filter(isStorable);
        const names = (text: string) => normals.includes(normalOf(type, text, region) ?? '');
        const plain = await passed(mayName(table(type, null), asked), spelled);
        expect(spelled.filter((text, index) => names(text) && !plain[index])).toEqual([]);
        const json = spelled.flatMap((text) => IN_JSON.map((put) => ({ text, put: put(text) }))).filter(({ put }) => isStorable(put));
        const inside = await passed(
          mayName(table(type, 'address'), asked),
          json.map(({ put }) => put),
        );
        expect(json.filter(({ text }, index) => names(text) && !inside[index])).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is told in columns of every kind, also where nothing can be looked for in their own order of letters', async () => {
    const client = clients.get(encoding) as pg.Client;
    await client.query(`CREATE COLLATION IF NOT EXISTS anyhow (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`);
    await client.query('DROP DOMAIN IF EXISTS some_text; CREATE DOMAIN some_text AS varchar(40)');
    for (const kind of ['text COLLATE anyhow', 'char(40)', 'some_text', 'varchar(40)'])
      for (const [type, normal, list, stored] of [
        ['email', 'ada@example.com', null, 'ADA@example.com'],
        ['contact_id', 'A b', null, 'A b'],
        ['twitter', 'ada_l', null, '@Ada_L'],
        ['phone', '+4989123456', null, '+49 89 12(0)34-56'],
        ['email', 'ada@example.com', 'address', '[{"address":"\\u0061da@example.com"}]'],
        ['contact_id', 'A b', 'address', '[{"address":"A b"}]'],
      ] as const) {
        const condition = mayName(table(type, list), [{ type, normal }]);
        await client.query(`CREATE TEMPORARY TABLE t (v ${kind})`);
        await client.query('INSERT INTO t VALUES ($1), (NULL)', [stored]);
        expect((await client.query(`SELECT FROM t WHERE ${condition}`)).rowCount, `${kind} ${type}`).toBe(1);
        await client.query('DROP TABLE t');
      }
    for (const [kind, stored] of [
      ['bigint', '7'],
      ['uuid', '7f3b1c1e-0000-4000-8000-000000000000'],
    ] as const) {
      const condition = mayName(table('customer_id', null), [{ type: 'customer_id', normal: stored }]);
      expect((await client.query(`SELECT FROM (SELECT $1::${kind} AS v) t WHERE ${condition}`, [stored])).rowCount).toBe(1);
    }
  });

  it.each([
    ['email', 'ada@example.com', ['bob@example.com', 'ada@example.org', '']],
    ['phone', '+4989123456', ['+4989123457', '+49 89 654321', '00491234567890', '']],
    ['contact_id', 'a b', ['a', 'b', 'a  b', 'A B', '']],
    ['twitter', 'ada_l', ['bob', '@bob', '']],
  ] as const)('is passed over when it is plainly another %s', async (type, normal, others) => {
    expect(
      await passed(
        mayName(table(type, null), [{ type, normal }]),
        others.filter((one) => one !== ''),
      ),
    ).toEqual(others.slice(0, -1).map(() => false));
  });
});
