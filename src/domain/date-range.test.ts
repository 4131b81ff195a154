import { describe, expect, it } from 'vitest';
import type { Problem } from '../errors.ts';
import { type DateRange, parseDateRange, type RangeFacts } from './date-range.ts';
import type { Moment } from './moment.ts';
import { ProblemList } from './problem-list.ts';

const now = new Date('2026-06-01T12:00:00.000Z');

const START: Moment = { at: '2026-07-01T00:00:00Z', local: '2026-07-01T02:00', moved: 'none' };
const facts: RangeFacts = { now, timeZone: 'Europe/Berlin', hasTime: true, repeats: null, start: null };
const once: Partial<RangeFacts> = { repeats: false };
const repeating: Partial<RangeFacts> = { repeats: true, start: START };

function read(range: unknown, change: Partial<RangeFacts> = {}): { range: DateRange; dataFrom: Moment | null; problems: readonly Problem[] } {
  const problems = new ProblemList();
  return { ...parseDateRange(range, { ...facts, ...change }, problems), problems: problems.items };
}

const problemsOf = (range: unknown, change: Partial<RangeFacts> = {}) => read(range, change).problems;
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
    expect(problemsOf({ kind: 'since' })).toEqual([
      { code: 'range.kind', field: 'range.kind', value: 'since', range: ['all', 'since_previous', 'last', 'fixed'] },
    ]);
    expect(short(problemsOf({}))).toEqual(['range.kind range.kind']);
  });

  it('offers a type without time only all data', () => {
    for (const range of [
      { kind: 'last', count: 1, unit: 'day' },
      { kind: 'since_previous' },
      { kind: 'fixed', from: '2026-01-01T00:00Z', to: '2026-02-01T00:00Z' },
    ]) {
      for (const run of [once, repeating]) {
        expect(problemsOf(range, { ...run, hasTime: false })).toEqual([{ code: 'range.kind', field: 'range.kind', value: range.kind, range: ['all'] }]);
      }
    }
    expect(problemsOf({ kind: 'all' }, { hasTime: false })).toEqual([]);
  });

  it('refuses a fixed interval on a job that repeats (case 24)', () => {
    const range = { kind: 'fixed', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    expect(problemsOf(range, repeating)).toEqual([
      { code: 'range.repeats_same_data', field: 'range.kind', value: 'fixed', range: ['all', 'since_previous', 'last'] },
    ]);
    expect(problemsOf(range, once)).toEqual([]);
    expect(problemsOf(range)).toEqual([]);
  });

  it('refuses since_previous on a job that runs once', () => {
    expect(problemsOf({ kind: 'since_previous' }, once)).toEqual([
      { code: 'range.kind', field: 'range.kind', value: 'since_previous', range: ['all', 'last', 'fixed'] },
    ]);
    expect(problemsOf({ kind: 'since_previous' })).toEqual([]);
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
      calendar: false,
    });
  });

  it('takes whole calendar units when told so', () => {
    const last = { kind: 'last', count: 2, unit: 'week' };
    expect(read({ ...last, calendar: true }).range).toEqual({ ...last, calendar: true });
    for (const calendar of [false, null, undefined]) expect(read({ ...last, calendar })).toMatchObject({ range: { ...last, calendar: false }, problems: [] });
    for (const calendar of ['true', 1]) expect(short(problemsOf({ ...last, calendar }))).toEqual(['field.type range.calendar']);
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

describe('parseDateRange: data from', () => {
  const since = (dataFrom: unknown, change: Partial<RangeFacts> = repeating) => read({ kind: 'since_previous', dataFrom }, change);

  it('is the start unless it says otherwise', () => {
    for (const dataFrom of [undefined, null, 'start']) {
      expect(since(dataFrom)).toEqual({ range: { kind: 'since_previous', dataFrom: 'start' }, dataFrom: null, problems: [] });
    }
    expect(since('all').range).toEqual({ kind: 'since_previous', dataFrom: 'all' });
  });

  it('reads an instant or a local time of the zone, and says what became of it', () => {
    expect(since('2026-01-01T00:00:00+01:00').range).toEqual({ kind: 'since_previous', dataFrom: '2025-12-31T23:00:00Z' });
    expect(since({ local: '2026-03-29T02:30' })).toEqual({
      range: { kind: 'since_previous', dataFrom: '2026-03-29T01:00:00Z' },
      dataFrom: { at: '2026-03-29T01:00:00Z', local: '2026-03-29T03:00', moved: 'gap' },
      problems: [],
    });
  });

  it.each([
    ['2026-01-01T00:00:00', 'timestamp.offset_required range.dataFrom'],
    ['2026-02-30T00:00:00Z', 'timestamp.invalid range.dataFrom'],
    ['begin', 'timestamp.invalid range.dataFrom'],
    [{ local: '2026-02-30T00:00' }, 'timestamp.invalid range.dataFrom'],
    [{}, 'field.required range.dataFrom.local'],
    [5, 'field.type range.dataFrom'],
  ])('refuses %j', (dataFrom, expected) => {
    expect(short(since(dataFrom).problems)).toEqual([expected]);
  });

  it('may lie in the future, but not after the start', () => {
    expect(since('2026-07-01T00:00:00Z').problems).toEqual([]);
    expect(since('2026-07-01T00:00:00.000001Z').problems).toEqual([
      { code: 'data_from.after_start', field: 'range.dataFrom', value: '2026-07-01T00:00:00.000001Z', range: { latest: '2026-07-01T00:00:00Z' } },
    ]);
    expect(since({ local: '2026-07-01T02:01' }).problems).toMatchObject([{ code: 'data_from.after_start', value: '2026-07-01T02:01' }]);
    expect(since('2026-08-01T00:00:00Z', { repeats: true, start: null }).problems).toEqual([]);
  });

  it('is accepted again as it is stored', () => {
    const editing: DateRange = { kind: 'since_previous', dataFrom: '2026-08-01T00:00:00Z' };
    expect(since('2026-08-01T02:00:00+02:00', { ...repeating, editing }).problems).toEqual([]);
    expect(short(since('2026-08-02T00:00:00Z', { ...repeating, editing }).problems)).toEqual(['data_from.after_start range.dataFrom']);
  });
});
