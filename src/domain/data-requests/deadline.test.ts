import { describe, expect, it } from 'vitest';
import { daysLeft, deadlineOf, FURTHER_MONTHS, localDate, whyNotExtend, whyNotReceivedOn } from './deadline.ts';

/** The deadlines against a table made here in another way: days counted from 1970, months by their lengths, the zone asked of Intl alone. */

const DAY = 86_400_000;
/** With clocks that change at midnight, a day that was left out, quarter hours, half-hour summers and both ends of the world. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Havana',
  'America/Asuncion',
  'America/St_Johns',
  'America/Nuuk',
  'Asia/Beirut',
  'Asia/Amman',
  'Asia/Tehran',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Gaza',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Antarctica/Troll',
];

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const lengthOf = (year: number, month: number) => (month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] as number));

/** Walks from month to month one at a time. */
function tableDate([year, month, day]: readonly [number, number, number], months: number): readonly [number, number, number] {
  let [y, m] = [year, month];
  for (let step = 0; step < months; step += 1) {
    m += 1;
    if (m > 12) [y, m] = [y + 1, 1];
  }
  return [y, m, Math.min(day, lengthOf(y, m))];
}

/** Days since 1 January 1970, year by year. */
const beginOfYear = new Map<number, number>([[1970, 0]]);
for (let year = 1970; year < 2110; year += 1) beginOfYear.set(year + 1, (beginOfYear.get(year) as number) + (isLeap(year) ? 366 : 365));
function dayNumber([year, month, day]: readonly [number, number, number]): number {
  let days = beginOfYear.get(year) as number;
  for (let m = 1; m < month; m += 1) days += lengthOf(year, m);
  return days + day - 1;
}

const text = ([y, m, d]: readonly [number, number, number]) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;

const formats = new Map(ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })]));
const shown = (instant: number, zone: string) => (formats.get(zone) as Intl.DateTimeFormat).format(instant);

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the deadline', () => {
  it('of 100,000 receipts in many zones is that of a table reckoned another way', () => {
    const next = random(20_261_129);
    let [leapDays, shortened] = [0, 0];
    for (let index = 0; index < 100_000; index += 1) {
      const year = 1990 + Math.floor(next() * 110);
      const month = 1 + Math.floor(next() * 12);
      // The end of the month is where it is hard.
      const day = next() < 0.3 ? lengthOf(year, month) : 1 + Math.floor(next() * lengthOf(year, month));
      const zone = ZONES[index % ZONES.length] as string;
      const isExtended = next() < 0.5;
      const expected = tableDate([year, month, day], isExtended ? 3 : 1);
      const { on, at } = deadlineOf(text([year, month, day]), zone, isExtended);
      if (on !== text(expected)) expect({ received: text([year, month, day]), isExtended, on }).toEqual({ on: text(expected) });
      if (expected[1] === 2 && expected[2] === 29) leapDays += 1;
      if (expected[2] !== day) shortened += 1;
      // Its end: up to there the clocks show that day, at it a later one. Two zones left a whole day out once.
      const [before, after] = [shown(at - 1, zone), shown(at, zone)];
      if (before > on || after <= on) expect({ zone, on, at: new Date(at).toISOString(), before, after }).toEqual({ before: on, after: 'a later day' });
      // And it is near the midnight that a clock of UTC would have.
      if (Math.abs(at - (dayNumber(expected) + 1) * DAY) > 14 * 3_600_000) expect({ zone, on, at }).toEqual('within 14 hours of midnight in UTC');
    }
    expect(leapDays).toBeGreaterThan(200);
    expect(shortened).toBeGreaterThan(5_000);
  });

  it.each([
    ['2026-01-31', false, '2026-02-28'],
    ['2028-01-31', false, '2028-02-29'],
    ['2100-01-30', false, '2100-02-28'],
    ['2026-03-05', false, '2026-04-05'],
    ['2026-12-31', false, '2027-01-31'],
    ['2026-11-30', true, '2027-02-28'],
    ['2027-11-29', true, '2028-02-29'],
    // Three months from the receipt: a short February in between takes nothing away.
    ['2026-01-31', true, '2026-04-30'],
  ])('of %s, extended: %s, is %s', (receivedOn, isExtended, on) => {
    expect(deadlineOf(receivedOn, 'Europe/Berlin', isExtended).on).toBe(on);
  });

  it('ends with its day in the zone of the tenant, on days of 23 and 25 hours too, and where midnight is left out', () => {
    const end = (on: string, zone: string) => new Date(deadlineOf(on, zone, false).at).toISOString();
    expect(end('2026-02-28', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z');
    expect(end('2026-02-28', 'UTC')).toBe('2026-03-29T00:00:00.000Z');
    expect(end('2026-09-25', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
    // Havana skips from 0:00 to 1:00 on 8 March 2026.
    expect(end('2026-02-07', 'America/Havana')).toBe('2026-03-08T05:00:00.000Z');
  });

  it('has days left by the calendar: none on its last day, fewer than none after it', () => {
    const zone = 'Europe/Berlin';
    for (const [now, left] of [
      ['2026-03-01T12:00:00Z', 4],
      ['2026-03-04T22:59:59.999Z', 1],
      ['2026-03-04T23:00:00Z', 0],
      ['2026-03-05T22:59:59.999Z', 0],
      ['2026-03-05T23:00:00Z', -1],
      ['2026-04-05T10:00:00Z', -31],
    ] as const)
      expect(daysLeft('2026-03-05', zone, Date.parse(now)), now).toBe(left);
  });
});

describe('the day of receipt', () => {
  const now = Date.parse('2026-03-01T22:30:00Z');

  it('is a day that has been: today by the clocks of the zone, or long ago, and no other text', () => {
    expect(localDate(now, 'Europe/Berlin')).toBe('2026-03-01');
    expect(localDate(now, 'Asia/Kolkata')).toBe('2026-03-02');
    for (const good of ['2026-03-01', '2026-01-15', '2018-05-25', '2024-02-29']) expect(whyNotReceivedOn(good, 'Europe/Berlin', now), good).toBeNull();
    for (const bad of ['2026-03-02', '2018-05-24', '2026-02-29', '2026-2-1', '20260201', '2026-02-01T00:00', '', '0000-00-00', '2026-13-01'])
      expect(whyNotReceivedOn(bad, 'Europe/Berlin', now), bad).toBe('gdpr.received_on');
    expect(whyNotReceivedOn('2026-03-02', 'Asia/Kolkata', now)).toBeNull();
  });
});

describe('an extension', () => {
  const request = { receivedOn: '2026-01-31', timeZone: 'Europe/Berlin', isExtended: false };
  const good = { reason: 'Three sources, one of them in a merger.', months: FURTHER_MONTHS };
  const end = Date.parse('2026-02-28T23:00:00Z');

  it('is made once, within the first month to its last millisecond, with a reason, by two months', () => {
    expect(whyNotExtend(request, good, end - 1)).toEqual([]);
    expect(whyNotExtend(request, good, end)).toEqual([{ field: 'id', why: 'late' }]);
    expect(whyNotExtend({ ...request, isExtended: true }, good, end - 1)).toEqual([{ field: 'id', why: 'twice' }]);
    for (const reason of ['', '  \n ', 'x'.repeat(1_001)])
      expect(whyNotExtend(request, { ...good, reason }, end - 1)).toEqual([{ field: 'reason', why: 'reason' }]);
    for (const months of [0, 1, 3, 2.5, -2, Number.NaN])
      expect(whyNotExtend(request, { ...good, months }, end - 1)).toEqual([{ field: 'months', why: 'months' }]);
  });

  it('says everything that is wrong at once', () => {
    expect(whyNotExtend(request, { reason: '', months: 4 }, end).map((one) => one.why)).toEqual(['late', 'reason', 'months']);
  });
});
