import { describe, expect, it } from 'vitest';
import { cellsOf, endAround, isDate, movedEnd, usualEnd } from './calendar.ts';

const HOUR = 3_600_000;
const hours = ({ from, to }: { from: number; to: number }) => (to - from) / HOUR;

describe('cellsOf', () => {
  it('gives days of the zone, longer and shorter where its clocks change, each beginning where the one before ends', () => {
    const cells = cellsOf('day', '2026-03-30', 'Europe/Berlin', false);
    expect([cells.length, cells.at(0)?.date, cells.at(-1)?.date]).toEqual([42, '2026-02-17', '2026-03-30']);
    expect(cells.slice(-3).map(hours)).toEqual([24, 23, 24]);
    expect(cells.slice(1).every((cell, index) => cell.from === cells[index]?.to)).toBe(true);
  });

  it('gives weeks from Monday, and whole months', () => {
    const weeks = cellsOf('week', '2026-03-29', 'UTC', true);
    expect([weeks.length, weeks.at(-1)?.date]).toEqual([13, '2026-03-23']);
    const months = cellsOf('month', '2026-03-31', 'UTC', false);
    expect([months.at(0)?.date, months.at(-2)?.date, months.at(-1)?.date]).toEqual(['2024-04-01', '2026-02-01', '2026-03-01']);
  });
});

describe('the range that is shown', () => {
  it('ends a little after today, goes back and forth, and comes back', () => {
    expect(usualEnd('day', Date.parse('2026-03-10T23:30:00Z'), 'Europe/Berlin')).toBe('2026-03-14');
    expect(movedEnd('day', '2026-03-14', 42, -1)).toBe('2026-02-11');
    expect(movedEnd('day', movedEnd('day', '2026-03-14', 42, -1), 42, 1)).toBe('2026-03-14');
  });

  it('can be laid around a moment', () => {
    const end = endAround('week', Date.parse('2020-06-01T00:00:00Z'), 39, 'UTC');
    const cells = cellsOf('week', end, 'UTC', false);
    expect(cells.findIndex(({ date }) => date === '2020-06-01')).toBe(19);
  });

  it('takes only dates', () => {
    expect(['2026-03-01', '2026-02-30', '0001-01-01', 'x', '2026-03-01T00:00', undefined].map(isDate)).toEqual([true, false, false, false, false, false]);
  });
});
