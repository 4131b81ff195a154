import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfDay, startOfDay, wholeDays } from './date-interval.ts';

const HOUR = 3_600_000;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/Havana', 'Asia/Beirut', 'Pacific/Apia'];

const someDate = fc
  .date({ min: new Date('2015-01-01T00:00:00Z'), max: new Date('2035-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const someZone = fc.constantFrom(...ZONES);

function hoursOf(date: string, zone: string): number {
  return (Date.parse(endOfDay(date, zone)) - Date.parse(startOfDay(date, zone))) / HOUR;
}

/** Independent of Temporal: what the clocks of the zone show, through Intl. */
function dateShown(instant: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
}

describe('a day of a zone', () => {
  it('is 23, 24 or 25 hours long where the clocks change', () => {
    expect(hoursOf('2026-03-29', 'Europe/Berlin')).toBe(23);
    expect(hoursOf('2026-03-30', 'Europe/Berlin')).toBe(24);
    expect(hoursOf('2026-10-25', 'Europe/Berlin')).toBe(25);
    expect(hoursOf('2026-10-04', 'Australia/Lord_Howe')).toBe(23.5);
  });

  it('begins with its first moment where a change skips midnight, and at the first midnight where there are two', () => {
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00Z');
    expect(startOfDay('2026-11-01', 'America/Havana')).toBe('2026-11-01T04:00:00Z');
    expect(hoursOf('2026-11-01', 'America/Havana')).toBe(25);
  });

  it('is empty where the zone left it out', () => {
    expect(startOfDay('2011-12-30', 'Pacific/Apia')).toBe(endOfDay('2011-12-30', 'Pacific/Apia'));
  });

  it('holds exactly the instants at which the clocks show its date', () => {
    fc.assert(
      fc.property(someDate, someZone, (date, zone) => {
        const [from, to] = [Date.parse(startOfDay(date, zone)), Date.parse(endOfDay(date, zone))];
        expect([from - 1, from, to - 1, to].map((instant) => dateShown(instant, zone) === date)).toEqual([false, true, true, false]);
      }),
    );
  });

  it('is nothing without a date or a zone that is known', () => {
    expect([startOfDay('', 'UTC'), endOfDay('2026-02-30', 'UTC'), startOfDay('2026-01-01', 'Mars/Olympus')]).toEqual(['', '', '']);
  });
});

describe('wholeDays', () => {
  it('gives back the two dates of an interval, the last one included', () => {
    fc.assert(
      fc.property(someDate, fc.nat(400), someZone, (first, days, zone) => {
        const last = new Date(Date.parse(first) + days * 24 * HOUR).toISOString().slice(0, 10);
        expect(wholeDays(startOfDay(first, zone), endOfDay(last, zone), zone)).toEqual({ from: first, to: last });
      }),
    );
  });

  it('does not call it days when it begins or ends within one', () => {
    expect(wholeDays('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', 'Europe/Berlin')).toBeUndefined();
    expect(wholeDays('2026-03-01T00:00:00Z', '2026-03-02T00:00:00.000001Z', 'UTC')).toBeUndefined();
  });
});
