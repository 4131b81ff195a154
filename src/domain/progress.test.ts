import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobPast, type ProgressNow, ProgressTracker } from './progress.ts';

/** Anything a number can be. */
const wild = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0, Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE),
  fc.double(),
  fc.nat(10_000_000),
);
const times = fc.record({ opening: wild, reading: wild, sealing: wild, verifying: wild, publishing: wild });
const range = fc.record({ low: wild, high: wild });
const past: fc.Arbitrary<JobPast> = fc.record({
  attempts: fc.array(fc.record({ rows: wild, guessed: fc.option(wild), times }), { maxLength: 8 }),
  estimates: fc.array(fc.record({ reckoned: range, shown: range, elapsed: wild, left: wild }), { maxLength: 12 }),
});
const PHASES = ['connecting', 'counting', 'waiting', 'reading', 'sealing', 'verifying', 'publishing', 'done', 'nonsense'];
const event = fc.oneof(
  fc.record({ kind: fc.constant('phase' as const), name: fc.constantFrom(...PHASES) }),
  fc.record({ kind: fc.constant('expect' as const), files: fc.array(wild, { maxLength: 4 }), exact: fc.boolean() }),
  fc.record({ kind: fc.constant('read' as const), rows: wild, filesDone: wild, rowsOfDone: wild }),
  fc.record({ kind: fc.constant('checked' as const), bytes: wild, of: wild }),
  fc.record({ kind: fc.constant('learn' as const), past }),
);
type Event = typeof event extends fc.Arbitrary<infer One> ? One : never;

function tell(tracker: ProgressTracker, one: Event, now: number): void {
  if (one.kind === 'phase') tracker.phase(one.name, now);
  if (one.kind === 'expect') tracker.expect(one);
  if (one.kind === 'read') tracker.read(one);
  if (one.kind === 'checked') tracker.checked(one.bytes, one.of);
  if (one.kind === 'learn') tracker.learn(one.past);
}

/** What holds for whatever is told to people. */
function expectTrue({ percent, rowsEstimated, timeLeft, whyUnknown }: ProgressNow, before: number): void {
  expect(Number.isInteger(percent) && percent >= before && percent <= 99, `${before} % → ${percent} %`).toBe(true);
  if (rowsEstimated !== null) expect(Number.isSafeInteger(rowsEstimated) && rowsEstimated >= 0, `${rowsEstimated} rows`).toBe(true);
  expect((timeLeft === null) !== (whyUnknown === null)).toBe(true);
  if (!timeLeft) return;
  const { from, to } = timeLeft;
  expect(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to >= 1 && from <= to, `${from} to ${to}`).toBe(true);
}

describe('whatever happens in a run, in whatever order and however nonsensical', () => {
  it('the bar stays within 0 and 99 and never falls, also from one attempt to the next, and no number is none', () =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(event, wild), { maxLength: 25 }), { minLength: 1, maxLength: 3 }), (attempts) => {
        let percent = 0;
        for (const events of attempts) {
          const tracker = new ProgressTracker(percent, 0);
          for (const [one, now] of events) {
            tell(tracker, one, now);
            const shown = tracker.at(now);
            expectTrue(shown, percent);
            percent = shown.percent;
          }
          for (const one of tracker.estimates(1e9)) expect(one.left).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 1_000 },
    ));
});

/** A run that reads so many rows a second, and tells of it twice a second. */
function* reading(tracker: ProgressTracker, rows: readonly number[], begin = 0): Generator<{ at: number; rows: number } & ProgressNow> {
  let now = begin;
  tracker.phase('reading', now);
  let read = 0;
  for (const more of rows) {
    now += 500;
    read += more;
    tracker.read({ rows: read, filesDone: 0, rowsOfDone: 0 });
    yield { at: now, rows: read, ...tracker.at(now) };
  }
}

const steady = (count: number, rows = 100) => Array.from({ length: count }, () => rows);
const begun = (files: readonly number[], exact = true) => {
  const tracker = new ProgressTracker(0, 0);
  tracker.expect({ files, exact });
  return tracker;
};

describe('the bar', () => {
  it('follows the rows in proportion as long as the number of rows is right', () => {
    const bars = [...reading(begun([2_000]), steady(20))].map(({ percent }) => percent);
    expect(bars[9]).toBe(Math.floor(3 + 85 / 2));
    expect(bars[19]).toBe(88);
  });

  it('gives every phase its place, and is at 99 at the most whatever is left to publish', () => {
    const tracker = begun([2_000]);
    [...reading(tracker, steady(20))];
    const seen: number[] = [];
    for (const [name, bytes] of [
      ['sealing', 0],
      ['verifying', 0],
      ['verifying', 50],
      ['verifying', 100],
      ['publishing', 0],
    ] as const) {
      tracker.phase(name, 11_000);
      tracker.checked(bytes, 100);
      seen.push(tracker.at(11_000).percent);
    }
    expect(seen).toEqual([88, 91, 94, 98, 98]);
  });

  it('goes on, ever more slowly, when there are a hundred times as many rows as were guessed', () => {
    const seen = [...reading(begun([1_000], false), steady(1_000))];
    const at = (rows: number) => seen.find((one) => one.rows >= rows)?.percent as number;
    expect([at(500), at(1_000), at(1_500), at(3_000)]).toEqual([45, 85, 92, 95]);
    expect(at(100_000)).toBeLessThanOrEqual(99);
    expect(seen.at(-1)?.whyUnknown).toBe('more_rows');
    expect(seen.at(-1)?.rowsEstimated).toBeNull();
  });

  it('moves where no rows were expected and some came', () => {
    const seen = [...reading(begun([0], false), steady(40))];
    expect(seen[0]?.percent).toBeGreaterThan(3);
    expect(seen.at(-1)?.percent).toBeLessThan(99);
    expect(seen.every(({ timeLeft }) => timeLeft === null)).toBe(true);
  });

  it('is done with reading when reading is, however few rows came', () => {
    const tracker = begun([1_000_000], false);
    expect([...reading(tracker, steady(4))].at(-1)?.percent).toBe(3);
    tracker.phase('sealing', 3_000);
    expect(tracker.at(3_000).percent).toBe(88);
  });

  it('keeps what an earlier attempt has shown and shares what is left', () => {
    const tracker = new ProgressTracker(60, 0);
    tracker.expect({ files: [2_000], exact: true });
    const bars = [...reading(tracker, steady(20))].map(({ percent }) => percent);
    expect([bars[0], bars[9], bars[19]]).toEqual([62, 78, 95]);
  });

  it('gives phases the place that they took in past runs', () => {
    const tracker = begun([2_000]);
    const half = { opening: 0, reading: 5_000, sealing: 0, verifying: 5_000, publishing: 0 };
    tracker.learn({ attempts: Array.from({ length: 20 }, () => ({ rows: 2_000, guessed: null, times: half })), estimates: [] });
    expect([...reading(tracker, steady(20))].at(-1)?.percent).toBe(51);
  });
});

describe('the number of rows', () => {
  it('is corrected by the files that are done', () => {
    const tracker = begun([1_000, 1_000, 1_000], false);
    tracker.phase('reading', 0);
    expect(tracker.at(0).rowsEstimated).toBe(3_000);
    tracker.read({ rows: 2_000, filesDone: 1, rowsOfDone: 2_000 });
    expect(tracker.at(1).rowsEstimated).toBe(5_538);
    tracker.read({ rows: 6_000, filesDone: 3, rowsOfDone: 6_000 });
    expect(tracker.at(2).rowsEstimated).toBe(6_000);
  });

  it('is corrected by what past guesses of the job were worth', () => {
    const tracker = begun([1_000], false);
    const times = { opening: 1, reading: 1, sealing: 1, verifying: 1, publishing: 1 };
    tracker.learn({ attempts: Array.from({ length: 5 }, () => ({ rows: 2_001, guessed: 1_000, times })), estimates: [] });
    tracker.phase('reading', 0);
    expect(tracker.at(0).rowsEstimated).toBe(2_000);
  });
});

describe('the time left', () => {
  it('is not told before there is ground for it, and then as a range that holds the truth', () => {
    const seen = [...reading(begun([4_000]), steady(40))];
    expect(seen.slice(0, 5).map(({ whyUnknown }) => whyUnknown)).toEqual(Array(5).fill('too_early'));
    for (const { at, timeLeft } of seen.slice(5)) {
      // 20 s of reading and, as is usual, some more behind it.
      expect(timeLeft?.from).toBeLessThanOrEqual((21_400 - at) / 1_000);
      expect(timeLeft?.to).toBeGreaterThanOrEqual((21_400 - at) / 1_000);
      expect(timeLeft?.basis).toBe('this_run');
    }
  });

  it('rests on past runs before the run has a speed of its own, if they had about as many rows', () => {
    const times = { opening: 100, reading: 20_000, sealing: 300, verifying: 900, publishing: 100 };
    const pastOf = (rows: number): JobPast => ({ attempts: Array.from({ length: 3 }, () => ({ rows, guessed: null, times })), estimates: [] });
    const tracker = begun([4_000]);
    tracker.learn(pastOf(4_000));
    const { timeLeft } = tracker.at(0);
    expect(timeLeft).toMatchObject({ basis: 'past_runs' });
    expect(timeLeft?.from).toBeLessThanOrEqual(21);
    expect(timeLeft?.to).toBeGreaterThanOrEqual(21);
    const other = begun([4_000]);
    other.learn(pastOf(100_000));
    expect(other.at(0)).toMatchObject({ timeLeft: null, whyUnknown: 'too_early' });
  });

  it('is not told while the run stands still, and told again when it goes on', () => {
    const why = [...reading(begun([4_000]), [...steady(12), ...steady(12, 0), ...steady(6)])].map(({ whyUnknown }) => whyUnknown);
    expect([why[11], why[22], why[25]]).toEqual([null, 'stalled', null]);
  });

  it('is not told when the range would say nothing', () => {
    const jumpy = Array.from({ length: 60 }, (_, at) => (at % 9 === 0 ? 5_000 : 0));
    const last = [...reading(begun([10_000_000]), jumpy)].at(-1);
    expect(last?.whyUnknown ?? last?.timeLeft).not.toBeNull();
    const guess = [...reading(begun([1_000_000], false), jumpy)].at(-1);
    if (guess?.timeLeft) expect(guess.timeLeft.to).toBeLessThanOrEqual(8 * Math.max(1, guess.timeLeft.from));
  });
});
