import { describe, expect, it } from 'vitest';
import { dayOf, startOfDay } from './day.ts';

describe('the start of a day', () => {
  it('is midnight on the clocks of the zone, on either side of a clock change', () => {
    expect(startOfDay('UTC', '2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
    expect(startOfDay('Europe/Berlin', '2026-03-29')).toBe('2026-03-28T23:00:00.000Z');
    expect(startOfDay('Europe/Berlin', '2026-03-29', 1)).toBe('2026-03-29T22:00:00.000Z');
    expect(startOfDay('Europe/Berlin', '2026-10-25', 1)).toBe('2026-10-25T23:00:00.000Z');
    expect(startOfDay('Pacific/Auckland', '2026-01-01')).toBe('2025-12-31T11:00:00.000Z');
    expect(startOfDay('America/New_York', '2026-12-31', 1)).toBe('2027-01-01T05:00:00.000Z');
  });

  it('is the first instant after midnight where midnight is skipped', () => {
    // Beirut goes from 23:59:59 on 28 March to 01:00 on the 29th.
    const start = startOfDay('Asia/Beirut', '2026-03-29') as string;
    expect(start).toBe('2026-03-28T22:00:00.000Z');
    expect(dayOf('Asia/Beirut', start)).toBe('2026-03-29');
    expect(dayOf('Asia/Beirut', start, 1)).toBe('2026-03-28');
  });

  it('gives the day back that it was made of, in every zone and every day of a year', () => {
    for (const zone of ['UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'Africa/Cairo', 'America/Santiago'])
      for (let day = 0; day < 365; day += 1) {
        const text = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
        const start = startOfDay(zone, text) as string;
        expect(`${zone} ${dayOf(zone, start)}`).toBe(`${zone} ${text}`);
        expect(`${zone} ${dayOf(zone, startOfDay(zone, text, 1), 1)}`).toBe(`${zone} ${text}`);
      }
  });

  it('is none for what is no day', () => {
    for (const text of ['', '2026', '2026-13-01', 'yesterday', '0000-00-00']) expect(startOfDay('UTC', text)).toBeUndefined();
    expect(dayOf('UTC', undefined)).toBe('');
    expect(dayOf('UTC', 'yesterday')).toBe('');
  });
});
