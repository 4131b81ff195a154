import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDENTIFIER_TYPES, type IdentifierType, normalOf } from '../../domain/data-requests/identifiers.ts';
import { fractionOf } from '../../domain/data-requests/subject-index.ts';
import { openTranscoder } from '../../kernel/open-transcoder.ts';
import type { Column } from '../../kernel/transcoder.ts';
import { FileNames } from './file-names.ts';
import { FIRST_LIST, meaningOf } from './named-columns.ts';
import { SnapshotNames } from './snapshot-names.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7));
const CONTEXT = 'subject\0' + '00000000-0000-4000-8000-000000000000|';

/** A column of each type, and a list of rows in which each type stands under its name. */
const COLUMNS: readonly Column[] = [
  ...IDENTIFIER_TYPES.map((type): Column => ({ name: type, kind: 'text', noted: { values: [meaningOf(type)] } })),
  {
    name: 'rows',
    kind: 'json',
    noted: { rows: IDENTIFIER_TYPES.map((type) => ({ field: 'value', as: meaningOf(type), when: { field: 'name', equals: type } })) },
  },
  { name: 'several', kind: 'json', noted: { values: [FIRST_LIST] } },
];

interface Named {
  readonly type: IdentifierType;
  readonly value: string;
}

/** A row for each value, every other one in its column, the others in a list of rows and in one of several places, as PostgreSQL sends them. */
function wireOf(all: readonly Named[]): Buffer {
  const rows = all.map(({ type, value }, at) => {
    if (at % 2 === 0) return [...IDENTIFIER_TYPES.map((one) => (one === type ? value : null)), '[{"name":"x"}]', null];
    return [...IDENTIFIER_TYPES.map(() => null), JSON.stringify([{ name: type, value }]), JSON.stringify([{ from: value }])];
  });
  const sized = (size: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(size);
    return bytes;
  };
  const bytes = Buffer.concat([
    Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'),
    ...rows.map((row) =>
      Buffer.concat([
        Buffer.from([0, COLUMNS.length]),
        ...row.map((one) => (one === null ? sized(-1) : Buffer.concat([sized(Buffer.byteLength(one)), Buffer.from(one)]))),
      ]),
    ),
    Buffer.from([0xff, 0xff]),
  ]);
  return Buffer.concat([Buffer.from('d'), sized(bytes.length + 4), bytes]);
}

/** What is noted, and which of it was told, because it was not simply spelled. */
async function noted(all: readonly Named[], region: string | null): Promise<{ marks: Set<number>; told: string[] }> {
  const told: string[] = [];
  class Listening extends FileNames {
    override tell(meaning: number, value: string): void {
      told.push(value);
      super.tell(meaning, value);
    }
  }
  const names = new Listening({ hashing: { key: KEY, context: CONTEXT, region }, seed: 5 }, 0);
  const transcoder = await openTranscoder(COLUMNS, false, names.of([[{ path: 'from', type: 'external_id' }]]));
  transcoder.push(wireOf(all), () => undefined);
  transcoder.finish();
  return { marks: new Set(names.take()), told };
}

/** The same by the platform's own HMAC and the one normal form of all doors. */
function reckoned(all: readonly Named[], region: string | null): Set<number> {
  const more = all.filter((_, at) => at % 2 === 1).map(({ value }): Named => ({ type: 'external_id', value }));
  const hashes = [...all, ...more].flatMap(({ type, value }) => {
    const normal = normalOf(type, value, region);
    return normal === null ? [] : [createHmac('sha256', KEY).update(`${CONTEXT}${type}|${normal}`).digest()];
  });
  return new Set(hashes.map(fractionOf));
}

const simple = fc.oneof(
  fc.stringMatching(/^(\+|00|0)?[0-9][-0-9 ./]{0,20}$/),
  fc.stringMatching(/^@{0,2}[!-~]{0,12}$/),
  fc.stringMatching(/^[A-Za-z0-9.+_-]{1,12}@[A-Za-z0-9.-]{1,12}$/),
  fc.stringMatching(/^[ -~]{0,30}$/),
  fc.stringMatching(/^[A-Z0-9]{40,300}$/),
);
const odd = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.emailAddress(),
  fc.constantFrom(
    '[erased]',
    '[other person]',
    '@[erased]',
    '+49 (0)30 1',
    'tel:+491',
    '(0049) 30',
    'mailto:A@b.c',
    'A <B@c.d>',
    'https://x.com/@Ab',
    '\u007f',
    'a\tb',
    ' +1',
    '+',
    '00',
    '@',
  ),
);
const named = fc.record({ type: fc.constantFrom(...IDENTIFIER_TYPES), value: fc.oneof({ weight: 3, arbitrary: simple }, odd) });
/** PostgreSQL sends no such text. */
const sent = named.map((one) => ({ ...one, value: one.value.toWellFormed().replaceAll('\0', '') }));

describe('whom the rows of a file name', () => {
  it('are marked by the very hashes of their normal forms, whoever makes these', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 40 }), fc.constantFrom(null, 'DE', 'US'), async (all, region) => {
        expect((await noted(all, region)).marks).toEqual(reckoned(all, region));
      }),
      { numRuns: 300 },
    );
  });

  it('are hashed where they are read when they are simply spelled', async () => {
    const all: Named[] = [
      { type: 'email', value: 'Ada.Lovelace@Example.com' },
      { type: 'phone', value: '+49 30/123-45.67' },
      { type: 'phone', value: '0049301234567' },
      { type: 'whatsapp', value: '49301234567' },
      { type: 'twitter', value: '@Ada_L' },
      { type: 'contact_id', value: '00001Ca 4711' },
      { type: 'account_number', value: 'A'.repeat(180) },
    ];
    const { marks, told } = await noted(all, 'DE');
    expect(marks).toEqual(reckoned(all, 'DE'));
    // The column of several lists is always told.
    expect(told.filter((one) => !one.startsWith('[{"from"'))).toEqual([]);
  });

  it('are each marked, however many there are', async () => {
    const all = Array.from({ length: 3_000 }, (_, at): Named => ({ type: IDENTIFIER_TYPES[at % IDENTIFIER_TYPES.length] as IdentifierType, value: `+${at}` }));
    expect((await noted(all, null)).marks).toEqual(reckoned(all, null));
  });

  it('are handed over with no memory but their own, and many before their file ends', async () => {
    const names = new SnapshotNames([0], { key: KEY, context: CONTEXT, region: null }, new AbortController().signal);
    const file = names.openFile(0);
    const hashes = Uint32Array.from({ length: 2 * 300_000 }, (_, at) => at * 7_919);
    file?.tellHashes(hashes);
    if (file) names.fileGoesOn(file);
    const marks = file?.take();
    expect([marks?.length, marks?.buffer.byteLength]).toEqual([300_000, 300_000 * 8]);
    file?.tellHashes(hashes);
    file?.tellHashes(hashes);
    expect(file?.isFull).toBe(true);
    if (file) names.fileGoesOn(file);
    expect([file?.isFull, file?.take()?.length]).toEqual([false, 0]);
    names.fileRead(0, marks ?? null);
    const index = await names.index();
    // Each once, however often it was handed over.
    expect(index?.readUInt32BE(5)).toBe(new Set(marks).size);
    names.close();
  });
});
