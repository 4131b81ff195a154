import { COVERAGE_STATES, type CoverageView } from '../contract/coverage.ts';
import { durationText } from './terminal.ts';

type State = (typeof COVERAGE_STATES)[number];

/** What stands for a state; all are found in the fonts of terminals. */
const SIGNS: Readonly<Record<State, string>> = { covered: '█', twice: '▓', expired: '░', never: '·' };
/** Worst last: a slice shows the worst that lies in it, so that no gap is too short to be seen. */
const WORST_LAST: readonly State[] = ['covered', 'twice', 'expired', 'never'];
const TWO_DAYS = 2 * 86_400;

/** The strip of a coverage: one character for each slice of time, at most `width` of them, and what they mean. */
export function coverageStrip({ from, to, stretches }: Pick<CoverageView, 'from' | 'to' | 'stretches'>, width: number): string[] {
  const start = Date.parse(from);
  const span = Date.parse(to) - start;
  const slices = Math.max(1, Math.min(width, span));
  const worst = new Array<number>(slices).fill(0);
  for (const stretch of stretches) {
    const rank = WORST_LAST.indexOf(stretch.state);
    const [begin, end] = [stretch.from === null ? 0 : Date.parse(stretch.from) - start, stretch.to === null ? span : Date.parse(stretch.to) - start];
    const first = Math.min(slices - 1, Math.floor((begin * slices) / Math.max(1, span)));
    const last = Math.max(first, Math.ceil((end * slices) / Math.max(1, span)) - 1);
    for (let slice = first; slice <= last; slice++) worst[slice] = Math.max(worst[slice] ?? 0, rank);
  }
  const legend = COVERAGE_STATES.map((state) => `${SIGNS[state]} ${state}`).join('   ');
  return [worst.map((rank) => SIGNS[WORST_LAST[rank] as State]).join(''), `${legend}   (one character is ${sliceText(span / slices / 1_000)})`];
}

function sliceText(seconds: number): string {
  return seconds < TWO_DAYS ? durationText(seconds) : `${(seconds / 86_400).toFixed(1)} days`;
}
