import fc from 'fast-check';
import { expect, it } from 'vitest';
import { daysOfDate, microsOf } from './instants.ts';

const DAY = 86_400_000;
/** All that Date knows; PostgreSQL's years go as far. */
const moment = fc.date({ min: new Date(-8_640_000_000_000_000 / 2), max: new Date(8_640_000_000_000_000), noInvalidDate: true });

/** As PostgreSQL writes it. */
function textOf(at: Date): { day: string; clock: string; era: string } {
  const year = at.getUTCFullYear();
  const [, rest, clock] = /-(\d\d-\d\d)T([\d:]{8})/.exec(at.toISOString()) ?? [];
  return { day: `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${rest}`, clock: clock ?? '', era: year > 0 ? '' : ' BC' };
}

it('reads every time as the calendar of the platform does', () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: -15 * 3_600, max: 15 * 3_600 }), (at, part, shift) => {
      const { day, clock, era } = textOf(at);
      const fraction = part === 0 ? '' : `.${String(part).padStart(6, '0').replace(/0+$/, '')}`;
      const micros = BigInt(Math.floor(at.getTime() / 1_000)) * 1_000_000n + BigInt(part);
      expect(microsOf(`${day}T${clock}${fraction}${era}`, false)).toBe(micros);
      const away = Math.abs(shift);
      const offset = [away / 3_600, (away / 60) % 60, away % 60].map((one) => String(Math.floor(one)).padStart(2, '0')).join(':');
      expect(microsOf(`${day}T${clock}${fraction}${shift < 0 ? '-' : '+'}${offset}${era}`, true)).toBe(micros - BigInt(shift) * 1_000_000n);
      expect(daysOfDate(`${day}${era}`)).toBe(Math.floor(at.getTime() / DAY));
    }),
    { numRuns: 2_000 },
  );
});

it('takes the ends of time as the ends of the numbers, and nothing finite for them', () => {
  expect(microsOf('infinity', true)).toBe(2n ** 63n - 1n);
  expect(microsOf('-infinity', true)).toBe(-(2n ** 63n) + 1n);
  expect([daysOfDate('infinity'), daysOfDate('-infinity')]).toEqual([2_147_483_647, -2_147_483_647]);
  expect(microsOf('294247-01-10T04:00:54.775806+00:00', true)).toBe(2n ** 63n - 2n);
  expect(microsOf('294247-01-10T04:00:54.775807+00:00', true)).toBeNull();
  expect(microsOf('294276-12-31T23:59:59+00:00', true)).toBeNull();
});

it('takes nothing else for a time', () => {
  const wrong = [
    '',
    'now',
    '2026-03-01',
    '2026-03-01T12:00:00',
    '2026-3-1T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-03-01T12:00:00.1234567Z',
    'Infinity',
    ' infinity',
  ];
  for (const text of wrong) expect(microsOf(text, true), text).toBeNull();
  expect(microsOf('2026-03-01T12:00:00Z', false)).toBeNull();
  for (const text of ['', '2026-3-1', '2026-00-01', '2026-01-32', '2026-03-01T00:00:00']) expect(daysOfDate(text), text).toBeNull();
});
