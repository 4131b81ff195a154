import type { RunTimelineView } from '../../../src/contract/run-timeline.ts';
import type { MarkKind } from './run-mark.tsx';

/** What the height of a mark shows. */
export type ChartMode = 'duration' | 'concurrency';

/** One mark of the chart. */
export interface ChartPoint {
  readonly key: string;
  readonly kind: MarkKind;
  readonly title: string;
  /** Epoch milliseconds of its scheduled time. */
  readonly at: number;
  /** What it took, or has taken so far; null for what did not start. */
  readonly seconds: number | null;
  /** Null for what is planned. */
  readonly runId: string | null;
  readonly stretch: { readonly from: number; readonly to: number } | null;
}

/** What is drawn of an answer: in the order of time, without the kinds that are switched off. */
export function pointsOf(timeline: RunTimelineView, hidden: ReadonlySet<MarkKind>): ChartPoint[] {
  const now = Date.parse(timeline.now);
  const runs = timeline.runs.map((run): ChartPoint => {
    const from = run.startedAt === null ? null : Date.parse(run.startedAt);
    const to = run.finishedAt === null ? now : Date.parse(run.finishedAt);
    const stretch = from === null ? null : { from, to };
    return {
      key: run.id,
      kind: run.status,
      title: run.jobTitle,
      at: Date.parse(run.scheduledAt),
      seconds: stretch && Math.max(0, (stretch.to - stretch.from) / 1_000),
      runId: run.id,
      stretch,
    };
  });
  const planned = timeline.planned.map(
    (one): ChartPoint => ({
      key: `${one.jobId} ${one.at}`,
      kind: 'planned',
      title: one.jobTitle,
      at: Date.parse(one.at),
      seconds: null,
      runId: null,
      stretch: null,
    }),
  );
  return [...runs, ...planned].filter((point) => !hidden.has(point.kind)).sort((a, b) => a.at - b.at);
}

/** The kinds an answer holds, those that are switched off included, in the order of the list. */
export function kindsOf(timeline: RunTimelineView, order: readonly MarkKind[]): MarkKind[] {
  const found = new Set<MarkKind>([
    ...timeline.runs.map((run) => run.status),
    ...timeline.buckets.flatMap((bucket) => Object.keys(bucket.statuses) as MarkKind[]),
    ...(timeline.planned.length > 0 ? (['planned'] as const) : []),
  ]);
  return order.filter((kind) => found.has(kind));
}
