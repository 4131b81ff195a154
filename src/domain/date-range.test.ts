import { describe, expect, it } from 'vitest';
import type { Problem } from '../errors.ts';
import { type DateRange, parseDateRange } from './date-range.ts';
import { ProblemList } from './problem-list.ts';

const now = new Date('2026-06-01T12:00:00.000Z');

function read(range: unknown, hasTime = true): { range: DateRange; problems: readonly Problem[] } {
  const problems = new ProblemList();
  return { range: parseDateRange(range, hasTime, now, problems), problems: problems.items };
}

const problemsOf = (range: unknown, hasTime = true) => read(range, hasTime).problems;
const short = (problems: readonly Problem[]) => problems.map((one) => `${one.code} ${one.field}`);
const fixed = (from: unknown, to: unknown) => problemsOf({ kind: 'fixed', from, to });

describe('parseDateRange', () => {
  it('writes fixed intervals in UTC and keeps microseconds', () => {
    const range = { kind: 'fixed', from: '2026-03-01T00:00:00.123456+01:00', to: '2026-04-01T00:00Z' };
    expect(read(range).range).toEqual({ kind: 'fixed', from: '2026-02-28T23:00:00.123456Z', to: '2026-04-01T00:00:00Z' });
  });

  it('rounds what is finer than microseconds up', () => {
    const range = { kind: 'fixed', from: '2026-03-01T00:00:00.0000001Z', to: '2026-03-01T00:00:00.9999999Z' };
    expect(read(range).range).toEqual({ kind: 'fixed', from: '2026-03-01T00:00:00.000001Z', to: '2026-03-01T00:00:01Z' });
  });

  it('needs a range of a known kind', () => {
    expect(short(problemsOf(undefined))).toEqual(['range.required range']);
    expect(short(problemsOf('all'))).toEqual(['field.type range']);
    expect(problemsOf({ kind: 'since_previous' })).toEqual([
      { code: 'range.kind', field: 'range.kind', value: 'since_previous', range: ['all', 'last', 'fixed'] },
    ]);
    expect(short(problemsOf({}))).toEqual(['range.kind range.kind']);
  });

  it('offers a type without time only all data', () => {
    expect(problemsOf({ kind: 'last', count: 1, unit: 'day' }, false)).toEqual([{ code: 'range.kind', field: 'range.kind', value: 'last', range: ['all'] }]);
    expect(problemsOf({ kind: 'all' }, false)).toEqual([]);
  });

  it.each([0, -1, 1.5, 100_001, 1e9])('refuses %d units (case 23)', (count) => {
    expect(problemsOf({ kind: 'last', count, unit: 'hour' })).toEqual([
      { code: 'range.value', field: 'range.count', value: count, range: { min: 1, max: 100_000 } },
    ]);
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, '2', '1e3', '0x10', 2 ** 53 + 2, -(2 ** 53), true, [1]])('refuses %j as a number (case 26)', (count) => {
    expect(short(problemsOf({ kind: 'last', count, unit: 'hour' }))).toEqual(['number.format range.count']);
  });

  it('needs count and unit, and nothing else', () => {
    expect(short(problemsOf({ kind: 'last' }))).toEqual(['field.required range.count', 'range.unit range.unit']);
    expect(problemsOf({ kind: 'last', count: 1, unit: 'days' })).toEqual([
      { code: 'range.unit', field: 'range.unit', value: 'days', range: ['hour', 'day', 'week', 'month'] },
    ]);
    expect(short(problemsOf({ kind: 'all', count: 1 }))).toEqual(['property.unknown range.count']);
    expect(read({ kind: 'last', count: 100_000, unit: 'month' }).range).toEqual({
      kind: 'last',
      count: 100_000,
      unit: 'month',
    });
  });

  it('asks for the offset (case 21)', () => {
    expect(fixed('2026-03-01T00:00:00', '2026-04-01T00:00:00Z')).toEqual([
      { code: 'timestamp.offset_required', field: 'range.from', value: '2026-03-01T00:00:00', range: 'YYYY-MM-DDTHH:MM:SSZ' },
    ]);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-02-30T00:00:00',
    '2026-13-01T00:00:00Z',
    '2026-03-01',
    '2026-03-01T24:00:00Z',
    '2026-03-01T00:00:60Z',
    '2026-03-01 00:00:00Z',
    '0000-03-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '+012026-03-01T00:00:00Z',
    '2026-03-01T00:00:00Z[Europe/Berlin]',
    '2026-03-01T00:00:00+24:00',
    '٢٠٢٦-03-01T00:00:00Z',
    '',
    'x',
  ])('refuses %s as a time', (from) => {
    expect(short(fixed(from, '2026-04-01T00:00:00Z'))).toEqual(['timestamp.invalid range.from']);
  });

  it('needs both ends as texts', () => {
    expect(short(fixed(undefined, 5))).toEqual(['field.required range.from', 'field.type range.to']);
  });

  it('refuses an end that is not after the start, compared as instants (case 22)', () => {
    expect(short(fixed('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z'))).toEqual(['range.order range.to']);
    expect(fixed('2026-03-01T00:00:00Z', '2026-03-01T00:30:00+01:00')).toEqual([
      { code: 'range.order', field: 'range.to', value: '2026-03-01T00:30:00+01:00', range: { after: '2026-03-01T00:00:00Z' } },
    ]);
  });

  it('refuses an end in the future with the server time', () => {
    expect(fixed('2026-03-01T00:00:00Z', '2026-06-01T12:00:00Z')).toEqual([]);
    expect(fixed('2026-03-01T00:00:00Z', '2026-06-01T12:00:00.000001Z')).toMatchObject([
      { code: 'range.future', field: 'range.to', value: { to: '2026-06-01T12:00:00.000001Z', serverTime: '2026-06-01T12:00:00.000Z' } },
    ]);
    expect(short(fixed('2026-08-01T00:00:00Z', '2026-07-01T00:00:00Z'))).toEqual(['range.future range.to', 'range.order range.to']);
  });

  it('refuses more than 100 years', () => {
    expect(fixed('1926-03-01T00:00:00Z', '2026-03-01T00:00:00Z')).toEqual([]);
    expect(fixed('1926-03-01T00:00:00Z', '2026-03-01T00:00:00.000001Z')).toMatchObject([{ code: 'range.too_long', field: 'range', range: { years: 100 } }]);
  });
});
