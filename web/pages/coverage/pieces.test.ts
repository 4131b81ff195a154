import { describe, expect, it } from 'vitest';
import type { CoverageView } from '../../../src/contract/coverage.ts';
import { cellState, gapBeside, gapsOf, type PieceState, piecesOf, runsIn } from './pieces.ts';

const day = (date: number) => `2026-03-${String(date).padStart(2, '0')}T00:00:00Z`;
const at = (date: number) => Date.parse(day(date));

type Line = readonly [from: number, to: number, state: CoverageView['stretches'][number]['state']];
const view = (lines: readonly Line[], ahead: CoverageView['ahead'] = [], settled = 20) => ({
  stretches: lines.map(([from, to, state]) => ({ from: day(from), to: day(to), state, runs: [] })),
  ahead,
  settledTo: day(settled),
});
const shown = (pieces: ReturnType<typeof piecesOf>) =>
  pieces.map(({ from, to, state }) => `${new Date(from).getUTCDate()}-${new Date(to).getUTCDate()} ${state}`);

describe('piecesOf', () => {
  it('tells what is missing from what will come by itself, waits, is held back, or has not happened', () => {
    const coverage = view(
      [
        [1, 5, 'covered'],
        [5, 7, 'never'],
        [7, 10, 'covered'],
        [10, 30, 'never'],
      ],
      [
        { from: day(5), to: day(6), by: 'run', run: null },
        { from: day(10), to: null, by: 'chain', run: null },
      ],
    );
    expect(shown(piecesOf(coverage))).toEqual(['1-5 covered', '5-6 running', '6-7 never', '7-10 covered', '10-30 planned']);
  });

  it('calls nothing missing that the source has not settled, and says what a suspended job holds back', () => {
    expect(shown(piecesOf(view([[1, 30, 'never']])))).toEqual(['1-20 never', '20-30 future']);
    expect(shown(piecesOf(view([[1, 30, 'never']], [{ from: day(12), to: null, by: 'paused', run: null }])))).toEqual(['1-12 never', '12-30 paused']);
  });

  it('keeps what expired apart from what never was, also where a job goes on', () => {
    const pieces = piecesOf(
      view(
        [
          [1, 4, 'expired'],
          [4, 30, 'never'],
        ],
        [{ from: null, to: null, by: 'chain', run: null }],
      ),
    );
    expect(shown(pieces)).toEqual(['1-4 expired', '4-30 planned']);
  });
});

describe('cellState', () => {
  const pieces = piecesOf(
    view([
      [1, 5, 'covered'],
      [5, 6, 'twice'],
      [6, 8, 'expired'],
      [8, 20, 'never'],
    ]),
  );
  it.each<[number, number, PieceState, boolean]>([
    [1, 3, 'covered', false],
    [4, 6, 'twice', true],
    [5, 8, 'expired', true],
    [7, 9, 'never', true],
    [25, 26, 'future', false],
  ])('from %i to %i is %s', (from, to, state, mixed) => {
    expect(cellState(pieces, { from: at(from), to: at(to) })).toEqual({ state, mixed });
  });
});

describe('gaps', () => {
  const gaps = gapsOf(
    piecesOf(
      view([
        [1, 3, 'never'],
        [3, 5, 'covered'],
        [5, 6, 'never'],
        [6, 7, 'expired'],
        [7, 9, 'covered'],
        [9, 30, 'never'],
      ]),
    ),
  );
  it('begin after the first data there was, and neighbours are one', () => {
    expect(gaps).toEqual([
      { from: at(5), to: at(7) },
      { from: at(9), to: at(20) },
    ]);
  });

  it('are found from where one is, in both directions, and none beyond the last', () => {
    expect(gapBeside(gaps, { from: at(1), to: at(1) }, 'next')).toEqual(gaps[0]);
    expect(gapBeside(gaps, { from: at(5), to: at(7) }, 'next')).toEqual(gaps[1]);
    expect(gapBeside(gaps, { from: at(9), to: at(20) }, 'next')).toBeUndefined();
    expect(gapBeside(gaps, { from: at(9), to: at(20) }, 'previous')).toEqual(gaps[0]);
    expect(gapBeside(gaps, { from: at(5), to: at(7) }, 'previous')).toBeUndefined();
  });
});

describe('runsIn', () => {
  it('names each run that covers a part of the stretch once, not those that only touch its edge', () => {
    const { stretches } = view([
      [1, 5, 'covered'],
      [5, 7, 'twice'],
      [7, 9, 'covered'],
    ]);
    const runs = [['a'], ['a', 'b'], ['c']];
    const named = { stretches: stretches.map((stretch, index) => ({ ...stretch, runs: runs[index] ?? [] })) };
    expect(runsIn(named, { from: at(2), to: at(7) })).toEqual(['a', 'b']);
    expect(runsIn(named, { from: at(5), to: at(8) })).toEqual(['a', 'b', 'c']);
  });
});
