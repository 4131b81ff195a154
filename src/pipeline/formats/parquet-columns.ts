/** How a column stands in Parquet, and how a value of a line becomes one of it. */

import type { SchemaElement } from 'hyparquet-writer';
import type { CertainType, Column, ColumnKind } from '../archive.ts';
import { daysOfDate, microsOf } from './instants.ts';
import { TOKEN } from './line-scanner.ts';

/** Texts are given as their bytes in UTF-8. */
export type ParquetValue = Uint8Array | bigint | number | boolean | null;

/** `bytes` from `start` to `end`: a scalar as it stands, a text without its quotes and escapes. Null: it does not fit. */
type ReadValue = (token: number, bytes: Buffer, start: number, end: number) => ParquetValue;

export interface ParquetColumn {
  readonly element: SchemaElement;
  /** Numbers in order are worth knowing the least and the greatest of; of other values it would say little. */
  readonly hasBounds: boolean;
  /** Texts, too, are given as they stand in the line. */
  readonly isJson: boolean;
  readonly read: ReadValue;
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n } as const;
/** Digits that an INT64 holds, and 16 bytes do. */
const WIDE_DIGITS = 18;
const MOST_DIGITS = 38;

/** `null` is a value of every column. */
export function parquetColumn({ name, kind, certain }: Column): ParquetColumn {
  return { hasBounds: false, isJson: kind === 'json', ...typed({ name, repetition_type: 'OPTIONAL' }, kind, certain) };
}

type Named = Pick<SchemaElement, 'name' | 'repetition_type'>;
type Typed = Pick<ParquetColumn, 'element' | 'read'> & { readonly hasBounds?: true };

function typed(named: Named, kind: ColumnKind, certain: CertainType | undefined): Typed {
  if (typeof certain === 'object' && certain.digits <= MOST_DIGITS) return decimal(named, certain.digits, certain.fraction);
  if (certain === 'double') return { element: { ...named, type: 'DOUBLE' }, read: readDouble };
  if (certain === 'instant' || certain === 'local_time') return instant(named, certain === 'instant');
  if (certain === 'date')
    return { element: { ...named, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }, hasBounds: true, read: readDate };
  if (kind === 'integer' && certain === undefined) return { element: { ...named, type: 'INT64' }, hasBounds: true, read: readInteger };
  if (kind === 'boolean') return { element: { ...named, type: 'BOOLEAN' }, read: readBoolean };
  if (kind === 'bytes') return { element: { ...named, type: 'BYTE_ARRAY' }, read: readBase64 };
  // So is a number of unknown size, which no type of Parquet surely holds.
  return { element: { ...named, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }, read: readText };
}

function instant(named: Named, hasOffset: boolean): Typed {
  // The older kind of annotation always means UTC.
  const old = hasOffset ? ({ converted_type: 'TIMESTAMP_MICROS' } as const) : {};
  const element = { ...named, type: 'INT64', ...old, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: hasOffset, unit: 'MICROS' } } as const;
  return { element, hasBounds: true, read: (_token, bytes, start, end) => microsOf(bytes.toString('latin1', start, end), hasOffset) };
}

function decimal(named: Named, digits: number, fraction: number): Typed {
  const facts = {
    converted_type: 'DECIMAL',
    precision: digits,
    scale: fraction,
    logical_type: { type: 'DECIMAL', precision: digits, scale: fraction },
  } as const;
  const type = digits <= WIDE_DIGITS ? ({ type: 'INT64' } as const) : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 } as const);
  const most = 10n ** BigInt(digits);
  const read: ReadValue = (_token, bytes, start, end) => {
    const [, sign = '', whole, behind = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(bytes.toString('latin1', start, end)) ?? [];
    if (whole === undefined || behind.length > fraction) return null;
    const value = BigInt(whole + behind.padEnd(fraction, '0'));
    if (value >= most) return null;
    return sign === '' ? value : -value;
  };
  return { element: { ...named, ...type, ...facts }, read };
}

function readInteger(token: number, bytes: Buffer, start: number, end: number): bigint | null {
  if (token !== TOKEN.number) return null;
  const text = bytes.toString('latin1', start, end);
  if (!/^-?\d+$/.test(text)) return null;
  const value = BigInt(text);
  return value >= INT64.min && value <= INT64.max ? value : null;
}

/** PostgreSQL writes what is no number as a text: NaN, Infinity, -Infinity. */
function readDouble(token: number, bytes: Buffer, start: number, end: number): number | null {
  const text = bytes.toString('latin1', start, end);
  if (token === TOKEN.number) return Number(text);
  return /^(NaN|-?Infinity)$/.test(text) ? Number(text) : null;
}

function readBoolean(token: number, bytes: Buffer, start: number): boolean | null {
  return token === TOKEN.boolean ? bytes[start] === 't'.charCodeAt(0) : null;
}

function readText(_token: number, bytes: Buffer, start: number, end: number): Uint8Array {
  return bytes.subarray(start, end);
}

function readDate(_token: number, bytes: Buffer, start: number, end: number): number | null {
  return daysOfDate(bytes.toString('latin1', start, end));
}

function readBase64(token: number, bytes: Buffer, start: number, end: number): Uint8Array | null {
  if (token === TOKEN.number || token === TOKEN.boolean || token === TOKEN.nested) return null;
  const text = bytes.toString('latin1', start, end);
  const decoded = Buffer.from(text, 'base64');
  // Signs of no base64 would be passed over.
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decoded.length === (text.length / 4) * 3 - padding ? decoded : null;
}
