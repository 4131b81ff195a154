import type { JobView } from '../../../src/contract/job.ts';
import type { RunView } from '../../../src/contract/run.ts';

/** A run that resuming would make: when it was due, and what it would export. */
export interface ResumedRun {
  readonly id: string;
  readonly scheduledAt: string;
  /** Null when everything of its time is exported already: it is left out then. */
  readonly window: RunView['window'] | null;
}

/**
 * What each answer to "which of the suppressed runs?" comes to, oldest first. `suppressed`: the latest of them, in any order, of `all`.
 * Windows of a since-previous-run job meet: each begins where the one before ends, the first where the job stands.
 */
export function resumedRuns(
  job: Pick<JobView, 'range' | 'exportedUpTo'>,
  suppressed: readonly RunView[],
  missed: JobView['missedRuns'],
  all: number,
): ResumedRun[] {
  if (missed === 'none') return [];
  const runs = [...suppressed].sort((one, other) => Date.parse(one.scheduledAt) - Date.parse(other.scheduledAt));
  const chosen = missed === 'latest' ? runs.slice(-1) : runs;
  if (job.range.kind !== 'since_previous') return chosen.map(({ id, scheduledAt, window }) => ({ id, scheduledAt, window }));
  // Of a long suspension the oldest are not at hand: where the first of the others begins is known by the end of one before it.
  const known = missed === 'latest' || all === runs.length;
  let edge = known ? (job.exportedUpTo ?? chosen[0]?.window.from ?? null) : (chosen[0]?.window.to ?? null);
  return (known ? chosen : chosen.slice(1)).map(({ id, scheduledAt, window: { to } }) => {
    const from = edge;
    if (from !== null && to !== null && Date.parse(to) <= Date.parse(from)) return { id, scheduledAt, window: null };
    edge = to;
    return { id, scheduledAt, window: { from, to } };
  });
}
