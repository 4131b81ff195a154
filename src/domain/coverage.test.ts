import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CoverageState, coverageOf, type CoverageStretch, gapsOf, isComplete, isExactlyOnce, type PublishedWindow } from './coverage.ts';
import { intervalOf, microsecondsOf, textOf } from './interval.ts';
import type { Window } from './window.ts';

const TYPES = ['Email', 'Chat', 'Voice'];
/** A small line of time, in microseconds. */
const LENGTH = 24;
const BASE = microsecondsOf('2026-03-01T00:00:00Z');
const at = (place: number) => textOf(BASE + BigInt(place));
const between = (from: number | null, to: number | null): Window => ({ from: from === null ? null : at(from), to: to === null ? null : at(to) });

function published(runId: string, from: number | null, to: number | null, more: Partial<PublishedWindow> = {}): PublishedWindow {
  return { runId, window: between(from, to), entityTypes: null, live: true, holdsData: true, ...more };
}

function ask(windows: readonly PublishedWindow[], from: number | null = 0, to: number | null = 10, entityTypes: string[] | null = null): CoverageStretch[] {
  return coverageOf(windows, { range: between(from, to), entityTypes, allEntityTypes: TYPES });
}

const short = (stretches: readonly CoverageStretch[]) =>
  stretches.map(({ from, to, state, runs }) => [placeOf(from), placeOf(to), state, ...(runs.length > 0 ? [runs.join(' ')] : [])].join(' '));
const placeOf = (text: string | null) => (text === null ? 'open' : Number(microsecondsOf(text) - BASE));

describe('coverageOf', () => {
  it.each<[string, PublishedWindow[], string[]]>([
    ['nothing', [], ['0 10 never']],
    ['windows that meet are one stretch', [published('a', 0, 4), published('b', 4, 10)], ['0 10 covered a b']],
    ['a microsecond between them is a gap', [published('a', 0, 4), published('b', 5, 10)], ['0 4 covered a', '4 5 never', '5 10 covered b']],
    ['a microsecond in both is twice', [published('a', 0, 5), published('b', 4, 10)], ['0 4 covered a', '4 5 twice a b', '5 10 covered b']],
    ['open ends', [published('a', null, 3), published('b', 7, null)], ['0 3 covered a', '3 7 never', '7 10 covered b']],
    ['expired', [published('a', 0, 6, { live: false }), published('b', 4, 10)], ['0 4 expired a', '4 10 covered b']],
    ['a run that found nothing', [published('a', 0, 10, { holdsData: false })], ['0 10 covered a']],
    ['two that found nothing', [published('a', 0, 10, { holdsData: false }), published('b', 0, 10, { holdsData: false })], ['0 10 covered a b']],
    ['one with data and one without', [published('a', 0, 10, { holdsData: false }), published('b', 2, 4)], ['0 10 covered a b']],
    ['empty windows and windows elsewhere', [published('a', 5, 5), published('b', 10, 12), published('c', null, 0)], ['0 10 never']],
    ['the worst of the types', [published('a', 0, 10), published('b', 3, 6, { entityTypes: ['Chat'] })], ['0 3 covered a', '3 6 twice a b', '6 10 covered a']],
    ['one type is missing', [published('a', 0, 10, { entityTypes: ['Email', 'Chat'] })], ['0 10 never']],
    ['a type named twice counts once', [published('a', 0, 10, { entityTypes: ['Email', 'Chat', 'Voice', 'Voice'] })], ['0 10 covered a']],
    ['types of other catalogs', [published('a', 0, 10, { entityTypes: ['Fax'] })], ['0 10 never']],
  ])('%s', (_name, windows, expected) => expect(short(ask(windows))).toEqual(expected));

  it('looks only at the entity types asked about', () => {
    const windows = [published('a', 0, 10, { entityTypes: ['Email'] }), published('b', 3, 6, { entityTypes: ['Chat'] })];
    expect(short(ask(windows, 0, 10, ['Email']))).toEqual(['0 10 covered a']);
    expect(short(ask(windows, 0, 10, ['Email', 'Chat']))).toEqual(['0 3 never', '3 6 covered a b', '6 10 never']);
  });

  it('answers for all of time', () => {
    expect(short(ask([published('a', null, 3)], null, null))).toEqual(['open 3 covered a', '3 open never']);
  });

  it('names each run once, in order of the windows, at most 10', () => {
    const many = Array.from({ length: 12 }, (_, place) => published(`r${11 - place}`, 11 - place, 13 - place));
    expect(ask([...many, published('r0', 12, 13)], 0, 13)[1]?.runs).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9']);
    expect(short(ask([published('a', 0, 5), published('a', 0, 6), published('b', 5, 10)]))).toEqual(['0 6 twice a b', '6 10 covered b']);
    expect(short(ask([published('a', 0, 2), published('a', 2, 4), published('b', 4, 10)]))).toEqual(['0 10 covered a b']);
  });

  it('refuses to call nothing complete', () => {
    expect(() => ask([], 5, 5)).toThrow(RangeError);
    expect(() => ask([], 6, 5)).toThrow(RangeError);
    expect(() => ask([], 0, 10, [])).toThrow(RangeError);
  });

  it('takes 100,000 windows, also where the state changes at every end of one', () => {
    const expired = Array.from({ length: 50_000 }, (_, place) => published(`old ${place}`, place, place + 20_000, { live: false }));
    const live = Array.from({ length: 50_000 }, (_, place) => published(`new ${place}`, 2 * place, 2 * place + 1));
    expect(coverageOf([...expired, ...live], { range: between(0, 70_000), entityTypes: null, allEntityTypes: TYPES })).toHaveLength(70_000);
  });
});

const place = fc.integer({ min: 0, max: LENGTH });
const openPlace = fc.option(place, { freq: 8 });
const someTypes = fc.subarray(TYPES, { minLength: 1 });
const windowsOfRuns = (entityTypes: fc.Arbitrary<string[] | null>, most = 10) =>
  fc
    .array(fc.tuple(openPlace, openPlace, entityTypes, fc.boolean(), fc.boolean()), { maxLength: most })
    .map((drawn) => drawn.map(([from, to, types, live, holdsData], index) => published(`r${index}`, from, to, { entityTypes: types, live, holdsData })));
const ranges = fc.tuple(place, place).filter(([from, to]) => from < to);

/** Whether the window holds the microsecond that begins at `place`. */
function holds({ from, to }: Window, one: number): boolean {
  const interval = intervalOf({ from, to });
  return interval.from <= BASE + BigInt(one) && BASE + BigInt(one) < interval.to;
}

/** The definition, one microsecond and one entity type at a time. */
function naiveState(windows: readonly PublishedWindow[], one: number, asked: readonly string[]): CoverageState {
  const here = windows.filter(({ window }) => holds(window, one));
  const states = asked.map((type): CoverageState => {
    const ofType = here.filter(({ entityTypes }) => entityTypes === null || entityTypes.includes(type));
    const live = ofType.filter((each) => each.live);
    if (live.filter((each) => each.holdsData).length > 1) return 'twice';
    if (live.length > 0) return 'covered';
    return ofType.length > 0 ? 'expired' : 'never';
  });
  return (['never', 'expired', 'twice'] as const).find((state) => states.includes(state)) ?? 'covered';
}

describe('coverageOf against the definition', () => {
  it('gives every instant its state, in stretches that follow each other over all that was asked', () => {
    fc.assert(
      fc.property(windowsOfRuns(fc.option(someTypes)), ranges, someTypes, (windows, [from, to], asked) => {
        const stretches = ask(windows, from, to, asked);
        expect([stretches[0]?.from, stretches.at(-1)?.to]).toEqual([at(from), at(to)]);
        for (const [index, stretch] of stretches.slice(1).entries()) {
          expect(stretch.from).toBe(stretches[index]?.to);
          expect(stretch.state).not.toBe(stretches[index]?.state);
        }
        for (let one = from; one < to; one += 1) {
          expect(stretches.filter((stretch) => holds(stretch, one)).map(({ state }) => state)).toEqual([naiveState(windows, one, asked)]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('names the runs that make a state, in order of their windows', () => {
    fc.assert(
      fc.property(windowsOfRuns(fc.option(someTypes), 14), ranges, someTypes, (windows, [from, to], asked) => {
        for (const stretch of ask(windows, from, to, asked)) {
          const wanted = windows
            .filter(({ live, entityTypes }) => live === (stretch.state !== 'expired') && (entityTypes ?? asked).some((type) => asked.includes(type)))
            .map(({ runId, window }) => ({ runId, from: Math.max(from, window.from === null ? 0 : Number(placeOf(window.from))), window }))
            .filter(({ window }) => Array.from({ length: LENGTH }, (_, one) => one).some((one) => holds(stretch, one) && holds(window, one)))
            .toSorted((a, b) => a.from - b.from)
            .map(({ runId }) => runId);
          expect(stretch.runs).toEqual(stretch.state === 'never' ? [] : wanted.slice(0, 10));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is complete when nothing is never or expired, and exactly once when all is covered', () => {
    fc.assert(
      fc.property(windowsOfRuns(fc.constant(null), 4), ranges, (windows, [from, to]) => {
        const states = Array.from({ length: to - from }, (_, one) => naiveState(windows, from + one, TYPES));
        expect(isComplete(ask(windows, from, to))).toBe(!states.includes('never') && !states.includes('expired'));
        expect(isExactlyOnce(ask(windows, from, to))).toBe(states.every((state) => state === 'covered'));
      }),
    );
  });
});

describe('gapsOf', () => {
  it('joins neighbours', () => {
    const stretches = ask([published('a', 2, 4, { live: false }), published('b', 6, 8)]);
    expect(gapsOf(stretches, ['never'])).toEqual([between(0, 2), between(4, 6), between(8, 10)]);
    expect(gapsOf(stretches, ['never', 'expired'])).toEqual([between(0, 6), between(8, 10)]);
    expect(gapsOf(stretches, [])).toEqual([]);
  });

  const fill = (gaps: readonly Window[], entityTypes: readonly string[] | null) =>
    gaps.map((window, index) => ({ runId: `fill ${index}`, window, entityTypes, live: true, holdsData: true }));

  it('filled, they make it complete, and nothing twice that was not', () => {
    fc.assert(
      fc.property(windowsOfRuns(fc.constant(null)), ranges, (windows, [from, to]) => {
        const before = ask(windows, from, to);
        const after = ask([...windows, ...fill(gapsOf(before, ['never', 'expired']), null)], from, to);
        expect(isComplete(after)).toBe(true);
        expect(gapsOf(after, ['twice'])).toEqual(gapsOf(before, ['twice']));
      }),
      { numRuns: 1_000 },
    );
  });

  it('filled for each entity type by itself, nothing becomes twice however the types were mixed', () => {
    fc.assert(
      fc.property(windowsOfRuns(fc.option(someTypes)), ranges, (windows, [from, to]) => {
        const fills = TYPES.flatMap((type) => fill(gapsOf(ask(windows, from, to, [type]), ['never', 'expired']), [type]));
        expect(isComplete(ask([...windows, ...fills], from, to))).toBe(true);
        for (const type of TYPES) {
          expect(gapsOf(ask([...windows, ...fills], from, to, [type]), ['twice'])).toEqual(gapsOf(ask(windows, from, to, [type]), ['twice']));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
