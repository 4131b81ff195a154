/** The catalog and the rows of the source contract; a connector's test puts them into its database. */
import { type Catalog, loadCatalog } from '../../src/sources/catalogs/catalog.ts';

export const CONTRACT_CATALOG: Catalog = loadCatalog(`
name: contract
version: 1
title: Contract
tables:
  note:
    schema: contract
    table: note
    key: id
    time: written_at
    arrival: stored_at
    fields:
      noteId: { column: id, type: string, nullable: false }
      kind: { column: kind, type: integer, nullable: false }
      writtenAt: { column: written_at, type: string, format: date-time }
      body: { column: 'the "body" of it', type: string }
      pages: { column: pages, type: integer }
      signed: { column: signed, type: boolean }
  file:
    schema: contract
    table: file
    key: id
    fields:
      id: { column: id, type: string, nullable: false }
      noteId: { column: note_id, type: string, nullable: false }
      content: { column: content, type: base64 }
types:
  - name: Note
    entityTypes:
      - { name: Letter, table: note, filter: { column: kind, equals: 1 }, attachments: { table: file, join: { column: note_id, to: id } } }
      - { name: Memo, table: note, filter: { column: kind, equals: 2 }, attachments: { table: file, join: { column: note_id, to: id } } }
`);

export const LETTER = 1;
export const MEMO = 2;

export interface ContractNote {
  readonly id: string;
  readonly kind: number;
  /** ISO with microseconds, offset +00:00, no trailing zeros; null: no time. */
  readonly writtenAt: string | null;
  readonly body: string | null;
  readonly pages: number | null;
  readonly signed: boolean | null;
}
/** A note and when the source says it stored it; left out: it does not say. */
export interface StoredNote extends ContractNote {
  readonly storedAt?: string | null;
}
export interface ContractFile {
  readonly id: string;
  readonly noteId: string;
  readonly content: Buffer | null;
}

export const NASTY = [
  '',
  ' ',
  '\n',
  'a\r\nb\tc',
  '"\'\\',
  '\\u0000 \\x00 \\N \\.',
  '\u0001\u0002\u001f\u007f',
  '\u2028\u2029\u0085',
  'שלום 👩‍👩‍👧 𝕏',
  '{"a":[1,null]}',
  'x'.repeat(1_000_000),
];

/** A note with no values but the given. */
export function note(id: string, kind: number, writtenAt: string | null, more: Partial<ContractNote> = {}): ContractNote {
  return { id, kind, writtenAt, body: null, pages: null, signed: null, ...more };
}

/** In the order in which they must come: time, then key; those without a time last. */
export const CONTRACT_NOTES: readonly ContractNote[] = [
  note('b1', LETTER, '2026-01-01T00:00:00+00:00', { body: 'first', pages: 3, signed: true }),
  note('a2', LETTER, '2026-01-01T00:00:00.000001+00:00', { pages: -2147483648, signed: false }),
  ...['e1', 'e2', 'e3', 'e4', 'e5'].map((id) => note(id, LETTER, '2026-01-02T03:04:05.678901+00:00', { body: id })),
  note('m1', MEMO, '2026-01-02T03:04:05.678901+00:00', { body: 'memo' }),
  ...NASTY.map((body, index) => note(`n${String(index).padStart(2, '0')}`, LETTER, '2026-01-03T00:00:00+00:00', { body })),
  note('z9', LETTER, '2026-01-31T23:59:59.999999+00:00'),
  note('t0', LETTER, null, { body: 'no time' }),
];
export const CONTRACT_FILES: readonly ContractFile[] = [
  { id: 'f1', noteId: 'b1', content: Buffer.from([0, 255, 10, 13]) },
  { id: 'f2', noteId: 'e1', content: Buffer.alloc(100_000, 'abc') },
  { id: 'f3', noteId: 'e1', content: Buffer.alloc(0) },
  { id: 'f4', noteId: 'z9', content: null },
];
