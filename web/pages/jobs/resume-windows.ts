import type { JobView } from '../../../src/contract/job.ts';
import type { RunView } from '../../../src/contract/run.ts';

/** A run that resuming would make: when it was due, and what it would export. */
export interface ResumedRun {
  readonly id: string;
  readonly scheduledAt: string;
  readonly window: RunView['window'];
}

/**
 * What each answer to "which of the suppressed runs?" comes to, oldest first. `suppressed`: the latest of them, in any order. Windows of a
 * since-previous-run job meet: each begins where the one before ends, the first where the job stands.
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
  const chained = job.range.kind === 'since_previous';
  return chosen.map((run, index) => {
    const before = chosen[index - 1];
    // Of a long suspension the oldest are not shown: the first of those that are begins where one of them ends.
    const unknown = missed === 'all' && index === 0 && all > runs.length;
    const from = !chained || unknown ? run.window.from : (before?.window.to ?? run.window.from);
    return { id: run.id, scheduledAt: run.scheduledAt, window: { from, to: run.window.to } };
  });
}
