import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, ColumnKind, CsvFormulas } from '../archive.ts';
import { parseCsv } from '../testing/parse-csv.ts';
import { columnsOf } from './columns.ts';
import { openCsv } from './csv.ts';

const KINDS: readonly ColumnKind[] = ['text', 'integer', 'number', 'boolean', 'bytes', 'json'];
const COLUMNS: readonly Column[] = KINDS.map((kind) => ({ name: kind, kind }));

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[=+\-@\t\r\n'"＝,;\\/ ]{0,3}[a-z]{0,40}$/),
  fc.constantFrom('', '\u0000', '"', '""', '\\', '\\"', '\r\n', '\u2028', 'é', '😀', 'x'.repeat(300), `${'long '.repeat(20)}"quoted"\n\\end`, '＝1+1', "'=1"),
);
const json = fc.oneof(fc.jsonValue({ depthSize: 'small' }), text, fc.constantFrom(0, -5, true, {}, [], { a: '"' }));
const row = fc.record({
  text: fc.option(text),
  integer: fc.option(fc.maxSafeInteger()),
  number: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  boolean: fc.option(fc.boolean()),
  bytes: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))),
  json: fc.option(json),
});

/** Some texts with every letter escaped, as a source may. */
function lineOf(value: Record<string, unknown>, spaced: boolean, escaped: boolean): string {
  const parts = Object.entries(value).map(([name, one]) => {
    const token = escaped && typeof one === 'string' ? `"${[...Array(one.length).keys()].map((at) => unit(one, at)).join('')}"` : JSON.stringify(one);
    return `"${name}":${spaced ? ' \t' : ''}${token}${spaced ? ' ' : ''}`;
  });
  return `{${parts.join(',')}}\n`;
}

function unit(value: string, at: number): string {
  return `\\u${value.charCodeAt(at).toString(16).padStart(4, '0')}`;
}

function csvOf(lines: string, columns: readonly Column[] = COLUMNS, formulas: CsvFormulas = 'keep'): string {
  const format = openCsv(columns, formulas);
  const { bytes, rows } = format.convert(Buffer.from(lines));
  expect(rows).toBe(lines.split('\n').length - 1);
  return Buffer.concat([format.head(), bytes, format.tail([])]).toString();
}

/** What a cell must say of a value. */
function cellOf(value: unknown, kind: ColumnKind): string | null {
  if (value === null || value === undefined) return null;
  if (kind === 'json' && typeof value !== 'number' && typeof value !== 'boolean') return JSON.stringify(value);
  return typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
}

const isFormula = (cell: string) => /^[=+\-@\t\r\n'＝＋－＠]/.test(cell);

describe('CSV', () => {
  it('says of every row what its line says, null and empty told apart', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), fc.boolean(), fc.boolean(), (rows, spaced, escaped) => {
        const csv = csvOf(rows.map((one) => lineOf(one, spaced, escaped)).join(''));
        const wanted = rows.map((one) => COLUMNS.map(({ name, kind }) => cellOf(one[name as keyof typeof one], kind)));
        const [header, ...read] = parseCsv(csv);
        expect(header).toEqual(KINDS);
        // Of JSON the text may be another one, with other escapes.
        expect(read.map((cells) => cells.map((cell, at) => (KINDS[at] === 'json' && cell !== null ? JSON.stringify(JSON.parse(cell)) : cell)))).toEqual(wanted);
      }),
      { numRuns: 400 },
    );
  });

  it('puts an apostrophe before what a spreadsheet would calculate, which can be taken away again', () => {
    fc.assert(
      fc.property(row, fc.boolean(), (one, escaped) => {
        const line = lineOf(one, false, escaped);
        const [, kept] = parseCsv(csvOf(line));
        const [, guarded] = parseCsv(csvOf(line, COLUMNS, 'escape'));
        for (const [at, { kind }] of COLUMNS.entries()) {
          const [before, after] = [kept?.[at] ?? null, guarded?.[at] ?? null];
          const isText = typeof one[kind as keyof typeof one] === 'string' && kind !== 'json';
          expect(after).toBe(before !== null && isText && isFormula(before) ? `'${before}` : before);
          // Nothing but a number may begin like a formula.
          if (after !== null && isFormula(after) && !after.startsWith("'")) expect(Number(after)).not.toBeNaN();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keeps numbers to the last digit', () => {
    const big = '{"integer":-170141183460469231731687303715884105728,"number":12.3000000000000000000000001e-7}\n';
    const columns = COLUMNS.filter(({ kind }) => kind === 'integer' || kind === 'number');
    expect(csvOf(big, columns)).toBe('integer,number\r\n-170141183460469231731687303715884105728,12.3000000000000000000000001e-7\r\n');
  });

  it('refuses lines that are not of the schema', () => {
    const columns: Column[] = ['a', 'b'].map((name) => ({ name, kind: 'text' }));
    const format = openCsv(columns, 'keep');
    for (const line of [
      '{"a":"1"}',
      '{"a":"1","b":"2","c":"3"}',
      '{"b":"1","a":"2"}',
      '{"a":"1","b":"2"} x',
      '{"a":"1","b":"2',
      '{"a":"1","b":}',
      '{"a":"1","b":{"c":1}',
      '[1,2]',
      '',
      '{"a":"1","b":"\\q"}',
      '{"a":"1","b":"\\u12"}',
    ])
      expect(() => format.convert(Buffer.from(`${line}\n`)), line).toThrow();
  });

  it('makes UTF-8 of what is not', () => {
    const line = Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xe9), Buffer.from('"}\n')]);
    expect(Buffer.from(openCsv([{ name: 'a', kind: 'text' }], 'keep').convert(line).bytes).toString()).toBe('"\ufffd"\r\n');
  });
});

it('takes what has one scalar type as that, and everything else as JSON', () => {
  const schema = {
    properties: {
      text: { type: ['string', 'null'] },
      time: { type: 'string', format: 'date-time' },
      bytes: { type: ['string', 'null'], contentEncoding: 'base64' },
      whole: { type: 'integer' },
      list: { type: ['array', 'null'] },
      any: { title: 'Anything' },
      either: { type: ['string', 'integer'] },
    },
  };
  const kinds = columnsOf({ schema }).map(({ name, kind }) => [name, kind]);
  expect(kinds).toEqual([
    ['text', 'text'],
    ['time', 'text'],
    ['bytes', 'bytes'],
    ['whole', 'integer'],
    ['list', 'json'],
    ['any', 'json'],
    ['either', 'json'],
  ]);
});
