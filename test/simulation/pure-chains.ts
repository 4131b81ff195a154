import { repeats } from '../../src/domain/job-run.ts';
import type { PureJob } from './pure-tables.ts';
import type { JobSettings } from './world.ts';

/** When a chain begins, goes on, or gives way to another. */

/** Where the first window of a chain begins; null is the beginning of time. */
export function dataFromOf({ range, run }: JobSettings): number | null {
  if (range.kind !== 'since_previous' || range.dataFrom === 'all') return null;
  if (range.dataFrom !== 'start') return Date.parse(range.dataFrom);
  return repeats(run) ? Date.parse(run.start) : null;
}

/** As src/records/chains.ts: a chain that has published nothing and has no run ahead begins with its job. */
export function moveBeginning({ chain, runs }: PureJob, dataFrom: number | null): void {
  const ahead = runs.some((run) => run.chainOf === chain && ['scheduled', 'queued', 'running'].includes(run.status));
  if (chain && !ahead && chain.edge === chain.dataFrom) Object.assign(chain, { dataFrom, edge: dataFrom });
}

/** As `goesOn` of src/operations/edit-job.ts. */
export function goesOnLikeChain({ chain, settings: { source, entityTypes, range } }: PureJob): boolean {
  if (range.kind !== 'since_previous' || chain?.source !== source || chain.begins !== range.dataFrom) return false;
  return namesOf(chain.entityTypes ?? 'all') === namesOf(entityTypes);
}

/** Seeded bug. */
export function goesOnLikeJob(job: PureJob, before: JobSettings): boolean {
  const { range, source, entityTypes } = job.settings;
  if (job.chain === null || before.source !== source || namesOf(before.entityTypes) !== namesOf(entityTypes)) return false;
  return before.range.kind !== 'since_previous' || (range.kind === 'since_previous' && before.range.dataFrom === range.dataFrom);
}

function namesOf(entityTypes: JobSettings['entityTypes']): string {
  return entityTypes === 'all' ? 'all' : [...entityTypes].sort().join();
}
