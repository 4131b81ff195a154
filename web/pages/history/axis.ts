/** The time axis of the chart: pure arithmetic of what is shown and where. Times are epoch milliseconds. */

export interface Axis {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3_600_000;
export const SPANS = { '6h': 6 * HOUR, '1d': 24 * HOUR, '7d': 7 * 24 * HOUR, '30d': 30 * 24 * HOUR, '1y': 365 * 24 * HOUR } as const;
export type SpanName = keyof typeof SPANS;

const SHORTEST = 10 * 60_000;
const LONGEST = 10 * 365 * 24 * HOUR;

/** With now in the middle: as much to come as has been. */
export function axisAround(now: number, span: number): Axis {
  return { from: now - span / 2, to: now + span / 2 };
}

/** Smaller than 1 zooms in. `at` stays where it is. */
export function zoom(axis: Axis, factor: number, at = (axis.from + axis.to) / 2): Axis {
  const span = axis.to - axis.from;
  const next = Math.min(LONGEST, Math.max(SHORTEST, span * factor));
  const from = at - ((at - axis.from) / span) * next;
  return { from, to: from + next };
}

/** By a part of what is shown; negative is earlier. */
export function move(axis: Axis, part: number): Axis {
  const by = (axis.to - axis.from) * part;
  return { from: axis.from + by, to: axis.to + by };
}

/** What was dragged over, from 0 to 1 of what is shown; null for a click. */
export function zoomTo(axis: Axis, one: number, other: number): Axis | null {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (high - low < 0.01) return null;
  const span = axis.to - axis.from;
  const [from, to] = [axis.from + low * span, axis.from + high * span];
  return to - from < SHORTEST ? zoom(axis, 0, (from + to) / 2) : { from, to };
}

/** Which of the offered spans is shown, if it is one. */
export function spanNameOf(axis: Axis): SpanName | 'own' {
  const found = (Object.keys(SPANS) as SpanName[]).find((name) => Math.abs(axis.to - axis.from - SPANS[name]) < 1_000);
  return found ?? 'own';
}

const STEPS = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 20_160, 43_200, 129_600, 525_600].map((minutes) => minutes * 60_000);

/** Round instants of UTC to mark on the axis, at most `most`. */
export function ticksOf(axis: Axis, most: number): number[] {
  const span = axis.to - axis.from;
  const step = STEPS.find((one) => span / one <= most) ?? (STEPS.at(-1) as number);
  const first = Math.ceil(axis.from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((axis.to - first) / step) + 1) }, (_, place) => first + place * step);
}

/** How many of the stretches go on at the same time, as steps: from `at` on there are `count`. */
export function concurrencyOf(stretches: readonly { readonly from: number; readonly to: number }[]): { at: number; count: number }[] {
  const edges = stretches.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: Math.max(to, from + 1), by: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at || a.by - b.by);
  const steps: { at: number; count: number }[] = [];
  let count = 0;
  for (const { at, by } of edges) {
    count += by;
    const last = steps.at(-1);
    if (last?.at === at) last.count = count;
    else steps.push({ at, count });
  }
  return steps;
}

/** 0 to 1: seconds to years on one scale. */
export function heightOf(seconds: number, longest: number): number {
  return Math.log1p(Math.max(0, seconds)) / Math.log1p(Math.max(1, longest));
}
