import type { DateRange } from './date-range.ts';
import { type JobRun, repeats } from './job-run.ts';

/** What a chain is about: which data, beginning where (decision 0010). */
export interface ChainSubject {
  readonly sourceId: string;
  readonly type: string;
  /** Null means all of the type. */
  readonly entityTypes: readonly string[] | null;
  /** "Data from" as the job says it: start, all, or an instant. */
  readonly begins: string;
}

/** Where the first window of a since-previous-run job begins; null is the beginning of time. */
export function dataFromOf({ run, range }: { readonly run: JobRun; readonly range: DateRange }): string | null {
  if (range.kind !== 'since_previous' || range.dataFrom === 'all') return null;
  if (range.dataFrom !== 'start') return range.dataFrom;
  return repeats(run) ? run.start : null;
}

/** Whether a chain is about the very data of a job's settings, so that it goes on when the job is edited. */
export function isSameSubject(chain: ChainSubject, settings: ChainSubject): boolean {
  const names = ({ entityTypes }: ChainSubject) => (entityTypes ? [...entityTypes].sort().join() : 'all');
  return chain.sourceId === settings.sourceId && chain.type === settings.type && chain.begins === settings.begins && names(chain) === names(settings);
}
