/** What a sample may show of a row, the same for every connector. Whatever is not shown leaves the source as a size only. */

import type { SampleCell } from '../source.ts';
import type { Field } from './catalog.ts';

/** Texts of these formats are times, which tell nothing by themselves. */
const TIMES: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d){0,2})?$/,
  'date': /^\d{4,6}-\d\d-\d\d$/,
  'time': /^\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?$/,
};

/** A code is short and has no punctuation that sentences or addresses have. */
const CODE = /^[\p{L}\p{N}_ .:;=+/-]{1,40}$/u;
const STEPS = [0, 10, 100, 1_000];

/** Whether a sample shows values of the field: numbers, yes or no, times and codes, unless they tell of a person. */
export function isShown({ identifies, coded, type, format }: Field): boolean {
  if (identifies !== undefined) return false;
  if (type === 'integer' || type === 'number' || type === 'boolean') return true;
  return type === 'string' && (coded === true || (format !== undefined && Object.hasOwn(TIMES, format)));
}

/**
 * One cell of a sample. `raw` is the value of a shown field, of any other its size. A shown field that does not hold what its
 * catalog says is masked all the same: the database may have been put to another use.
 */
export function sampleCell(field: Field, raw: unknown): SampleCell {
  if (raw === null || raw === undefined) return null;
  if (!isShown(field)) return masked(sizeOf(raw));
  const value = shownValue(field, raw);
  return value === null ? masked(sizeOf(raw)) : { value };
}

function shownValue({ type, format, coded }: Field, raw: unknown): string | number | boolean | null {
  if (type === 'boolean') return typeof raw === 'boolean' ? raw : null;
  if (type !== 'string') return typeof raw === 'number' ? raw : null;
  const pattern = coded ? CODE : TIMES[format ?? ''];
  return typeof raw === 'string' && pattern?.test(raw) ? raw : null;
}

/** A number is a size already; of JSON the length of its text, as it may have no other. */
function sizeOf(raw: unknown): number {
  if (typeof raw === 'number') return raw;
  return typeof raw === 'string' ? raw.length : JSON.stringify(raw).length;
}

/** The size in steps: an exact length can tell one name from another. */
function masked(size: number): SampleCell {
  return { upTo: STEPS.find((step) => size <= step) ?? null };
}
