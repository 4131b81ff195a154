import { amount, quantile } from './row-estimate.ts';

/** The stretches of the bar. Opening is connecting and counting. */
export type Stage = 'opening' | 'reading' | 'sealing' | 'verifying' | 'publishing';

export const STAGES: readonly Stage[] = ['opening', 'reading', 'sealing', 'verifying', 'publishing'];

/** How long each took, in milliseconds, or how much of the whole it is. */
export type OfStages = Readonly<Record<Stage, number>>;

/** The stage a phase belongs to; waiting for a clock is none. */
export function stageOf(phase: string): Stage | null {
  if (phase === 'connecting' || phase === 'counting') return 'opening';
  return STAGES.find((stage) => stage === phase) ?? null;
}

/** How long the stages of an attempt took. */
export function timesOf(phases: readonly { readonly phase: string; readonly milliseconds: number }[]): OfStages {
  const times = { opening: 0, reading: 0, sealing: 0, verifying: 0, publishing: 0 };
  for (const { phase, milliseconds } of phases) {
    const stage = stageOf(phase);
    if (stage) times[stage] += amount(milliseconds);
  }
  return times;
}

/** As measured on the sample contact centre; counts as much as one past run. */
export const USUAL_WEIGHTS: OfStages = { opening: 0.03, reading: 0.85, sealing: 0.03, verifying: 0.07, publishing: 0.02 };

/** How much of a run each stage is: the mean of past runs and of what is usual. They add up to 1. */
export function weightsFrom(past: readonly OfStages[]): OfStages {
  const shares = [...past.map(sharesOf), USUAL_WEIGHTS];
  const mean = (stage: Stage) => shares.reduce((sum, one) => sum + one[stage], 0) / shares.length;
  return sharesOf({
    opening: mean('opening'),
    reading: mean('reading'),
    sealing: mean('sealing'),
    verifying: mean('verifying'),
    publishing: mean('publishing'),
  });
}

function sharesOf(times: OfStages): OfStages {
  const whole = STAGES.reduce((sum, stage) => sum + amount(times[stage]), 0);
  if (whole <= 0) return USUAL_WEIGHTS;
  const share = (stage: Stage) => amount(times[stage]) / whole;
  return { opening: share('opening'), reading: share('reading'), sealing: share('sealing'), verifying: share('verifying'), publishing: share('publishing') };
}

/** What comes after reading, in units of the time reading took. */
export interface Tail {
  readonly low: number;
  readonly high: number;
}

/** On the sample it is 0.05 to 0.1; storage may be slower. */
const USUAL_TAIL: Tail = { low: 0.03, high: 0.3 };
/** From so many runs on the past is a better guide than what is usual. */
export const ENOUGH_PAST = 3;

export function tailFrom(past: readonly OfStages[]): Tail {
  const ratios = past
    .filter((one) => one.reading > 0)
    .map((one) => (one.sealing + one.verifying + one.publishing) / one.reading)
    .sort((a, b) => a - b);
  return ratios.length < ENOUGH_PAST ? USUAL_TAIL : { low: quantile(ratios, 0.1), high: quantile(ratios, 0.9) };
}
