import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../errors.ts';
import { type Moment, momentAt, parseMoment, parseTimestamp, shownMoment, utcText } from './moment.ts';
import { ProblemList } from './problem-list.ts';
import { timeZoneNames } from './time-zone.ts';

const BERLIN = 'Europe/Berlin';

function read(sent: unknown, timeZone: string | null = BERLIN): { moment: Moment | null; problems: readonly Problem[] } {
  const problems = new ProblemList();
  return { moment: parseMoment(sent, 'run.start', { timeZone, invalid: 'start.invalid', or: ['now'] }, problems), problems: problems.items };
}
const short = (problems: readonly Problem[]) => problems.map((one) => `${one.code} ${one.field}`);
const local = (text: string, timeZone: string) => read({ local: text }, timeZone).moment;

describe('parseMoment: instants', () => {
  it('gives UTC to the microsecond, rounded up, and what the clocks show', () => {
    expect(read('2026-07-01T06:30:15.1234567+05:30').moment).toEqual({ at: '2026-07-01T01:00:15.123457Z', local: '2026-07-01T03:00', moved: 'none' });
    expect(read('2026-10-25T01:30Z').moment).toEqual({ at: '2026-10-25T01:30:00Z', local: '2026-10-25T02:30', moved: 'none' });
  });

  it('asks for the offset (case 21)', () => {
    expect(read('2026-07-01T06:30').problems).toEqual([
      {
        code: 'timestamp.offset_required',
        field: 'run.start',
        value: '2026-07-01T06:30',
        range: ['now', 'YYYY-MM-DDTHH:MM:SSZ', '{"local":"YYYY-MM-DDTHH:MM"}'],
      },
    ]);
  });

  it.each(['2026-02-30T00:00:00Z', '2026-02-30T00:00', '10000-01-01T00:00:00Z', '9999-12-31T23:59:59-01:00', '9999-12-31T23:59:59.9999999Z', '', 'soon'])(
    'refuses %j with the code of its field (case 19)',
    (sent) => {
      expect(short(read(sent).problems)).toEqual(['start.invalid run.start']);
      expect(read(sent).moment).toBeNull();
    },
  );

  it('needs a text or a local time', () => {
    for (const sent of [5, true, ['2026-07-01T00:00:00Z']]) expect(short(read(sent).problems)).toEqual(['field.type run.start']);
    expect(short(read(null).problems)).toEqual(['field.required run.start']);
  });
});

describe('parseMoment: local times (case 17)', () => {
  it.each([
    ['Europe/Berlin', '2026-07-01T06:30', '2026-07-01T04:30:00Z', '2026-07-01T06:30', 'none'],
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00:00Z', '2026-03-29T03:00', 'gap'],
    ['Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00:00Z', '2026-03-29T03:00', 'none'],
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00Z', '2026-10-25T02:30', 'overlap-first'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30:00Z', '2026-10-04T02:30', 'gap'],
    ['America/Havana', '2026-03-08T00:00', '2026-03-08T05:00:00Z', '2026-03-08T01:00', 'gap'],
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00:00Z', '2011-12-31T00:00', 'gap'],
    ['UTC', '0001-01-01T00:00', '0001-01-01T00:00:00Z', '0001-01-01T00:00', 'none'],
    ['UTC', '9999-12-31T23:59', '9999-12-31T23:59:00Z', '9999-12-31T23:59', 'none'],
  ])('%s %s is %s', (timeZone, text, at, shows, moved) => {
    expect(local(text, timeZone)).toEqual({ at, local: shows, moved });
  });

  it.each(['2026-02-30T00:00', '2026-07-01T24:00', '2026-07-01', '2026-07-01T06:30:00', '2026-07-01T06:30Z', '2026-07-01 06:30', '10000-01-01T00:00', ''])(
    'refuses %j',
    (text) => {
      expect(read({ local: text }).problems).toEqual([{ code: 'start.invalid', field: 'run.start', value: text, range: 'YYYY-MM-DDTHH:MM' }]);
    },
  );

  it('refuses what needs a year of five digits, or none, in UTC', () => {
    expect(short(read({ local: '9999-12-31T23:59' }, 'America/New_York').problems)).toEqual(['start.invalid run.start']);
    expect(short(read({ local: '0001-01-01T00:00' }, 'Asia/Tokyo').problems)).toEqual(['start.invalid run.start']);
  });

  it('needs `local` as a text and nothing else', () => {
    expect(short(read({}).problems)).toEqual(['field.required run.start.local']);
    expect(short(read({ local: 5 }).problems)).toEqual(['field.type run.start.local']);
    expect(short(read(JSON.parse('{"local":"2026-07-01T06:30","offset":1,"__proto__":1}')).problems)).toEqual([
      'property.unknown run.start.offset',
      'property.unknown run.start.__proto__',
    ]);
  });

  it('looks only at the shape while the zone is not known', () => {
    expect(read({ local: '2026-07-01T06:30' }, null)).toEqual({ moment: null, problems: [] });
    expect(short(read({ local: '2026-02-30T06:30' }, null).problems)).toEqual(['start.invalid run.start']);
    expect(read('2026-07-01T06:30Z', null).moment?.at).toBe('2026-07-01T06:30:00Z');
  });

  it('is what Temporal calls earlier, or the first instant after the gap, in every zone', () => {
    const minutes = fc.integer({ min: Date.UTC(1975, 0, 1) / 60_000, max: Date.UTC(2040, 0, 1) / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...timeZoneNames()), minutes, fc.boolean(), (timeZone, minute, nearChange) => {
        let at = Temporal.Instant.fromEpochMilliseconds(minute * 60_000).toZonedDateTimeISO(timeZone);
        const change = at.getTimeZoneTransition('next');
        // Times around a change, where the rules differ, would hardly ever be met by chance.
        if (nearChange && change) at = change.add({ minutes: (minute % 240) - 120 });
        const wanted = at
          .toPlainDateTime()
          .add({ minutes: nearChange ? (minute % 7) * 30 - 90 : 0 })
          .round({ smallestUnit: 'minute', roundingMode: 'floor' });
        const found = local(wanted.toString({ smallestUnit: 'minute' }), timeZone);
        const earlier = wanted.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
        const isThere = earlier.toPlainDateTime().equals(wanted);
        const expected = isThere ? earlier : earlier.getTimeZoneTransition('next');
        expect(found?.at).toBe(expected?.toInstant().toString());
        expect(found?.moved === 'gap').toBe(!isThere);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('parseTimestamp, momentAt, shownMoment', () => {
  it('refuses with timestamp.invalid unless told otherwise', () => {
    const problems = new ProblemList();
    expect(parseTimestamp('2026-13-01T00:00:00Z', 'range.from', problems)).toBeNull();
    expect(short(problems.items)).toEqual(['timestamp.invalid range.from']);
  });

  it('reads its own text again', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -62_135_596_800_000_000_000n, max: 253_402_300_799_000_000_000n }), (nanoseconds) => {
        const text = utcText(Temporal.Instant.fromEpochNanoseconds(nanoseconds));
        expect(read(text).moment?.at).toBe(text);
      }),
    );
  });

  it('shows clocks to the minute', () => {
    expect(momentAt(Temporal.Instant.from('2026-07-01T06:30:59Z'), BERLIN)).toEqual({ at: '2026-07-01T06:30:59Z', local: '2026-07-01T08:30', moved: 'none' });
  });

  it('repeats a moment as it was written', () => {
    expect(shownMoment('2026-07-01T06:30')).toBe('2026-07-01T06:30');
    expect(shownMoment({ local: '2026-07-01T06:30' })).toBe('2026-07-01T06:30');
    expect(shownMoment({ x: 1 })).toBe('object');
    expect(shownMoment(7)).toBe(7);
  });
});
