import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COVERAGE_STATES } from '../contract/coverage.ts';
import { coverageStrip } from './coverage-strip.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const text = (ms: number) => new Date(ms).toISOString();
const SIGNS = { covered: '█', twice: '▓', expired: '░', never: '·' } as const;
const WORST_LAST = ['covered', 'twice', 'expired', 'never'] as const;

/** A coverage with these stretches, each so many milliseconds long. */
function viewOf(parts: readonly (readonly [state: (typeof COVERAGE_STATES)[number], ms: number])[]) {
  let at = START;
  const stretches = parts.map(([state, ms]) => {
    const from = at;
    at += ms;
    return { from: text(from), to: text(at), state, runs: [] };
  });
  return { from: text(START), to: text(at), stretches };
}

describe('the strip of a coverage', () => {
  it('has one character for each slice, and a legend with the length of a slice', () => {
    const day = 86_400_000;
    const [strip, legend] = coverageStrip(
      viewOf([
        ['covered', 4 * day],
        ['twice', day],
        ['expired', 2 * day],
        ['never', 3 * day],
      ]),
      10,
    );
    expect(strip).toBe('████▓░░···');
    expect(legend).toBe('█ covered   ▓ twice   ░ expired   · never   (one character is 24 h 0 min)');
  });

  it('shows in each slice the worst that lies in it, also a gap of a millisecond', () => {
    const parts = fc.array(fc.tuple(fc.constantFrom(...COVERAGE_STATES), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 10_000_000 }))), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 60 }), (states, width) => {
        const view = viewOf(states);
        const span = Date.parse(view.to) - START;
        const strip = [...(coverageStrip(view, width)[0] as string)];
        expect(strip).toHaveLength(Math.min(width, span));
        for (const [slice, sign] of strip.entries()) {
          // Exact in whole numbers: a slice is [slice, slice + 1) * span / slices.
          const inside = view.stretches.filter(
            (one) => (Date.parse(one.from) - START) * strip.length < (slice + 1) * span && (Date.parse(one.to) - START) * strip.length > slice * span,
          );
          const worst = Math.max(...inside.map((one) => WORST_LAST.indexOf(one.state)));
          expect(sign).toBe(SIGNS[WORST_LAST[worst] as 'never']);
        }
      }),
    );
  });

  it('shows a gap that is shorter than a millisecond, and open ends', () => {
    const stretches = [
      { from: null, to: '2026-03-01T12:00:00.000001Z', state: 'covered' as const, runs: [] },
      { from: '2026-03-01T12:00:00.000001Z', to: '2026-03-01T12:00:00.000002Z', state: 'never' as const, runs: [] },
      { from: '2026-03-01T12:00:00.000002Z', to: null, state: 'covered' as const, runs: [] },
    ];
    expect(coverageStrip({ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', stretches }, 4)[0]).toBe('██·█');
  });
});
