import { describe, expect, it } from 'vitest';
import type { JobView } from '../../../src/contract/job.ts';
import type { RunView } from '../../../src/contract/run.ts';
import { resumedRuns } from './resume-windows.ts';

const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`;
/** As the server has them: each would begin at the edge, for only one of them may run. */
const chain = [13, 11, 12].map((hour) => ({ id: `run-${hour}`, scheduledAt: at(hour), window: { from: at(10), to: at(hour) } }) as RunView);
const job = { range: { kind: 'since_previous', dataFrom: 'start' }, exportedUpTo: at(10) } as Pick<JobView, 'range' | 'exportedUpTo'>;
const hours = (missed: JobView['missedRuns'], of = job, all = 3) =>
  resumedRuns(of, chain, missed, all).map(({ window }) => `${window?.from?.slice(11, 13)}-${window?.to?.slice(11, 13)}`);

describe('resumedRuns', () => {
  it('of all: windows that meet, oldest first', () => {
    expect(hours('all')).toEqual(['10-11', '11-12', '12-13']);
  });

  it('of the latest only: one window for all of the time', () => {
    expect(hours('latest')).toEqual(['10-13']);
  });

  it('begins where the job stands, and leaves out what is exported already', () => {
    expect(resumedRuns({ ...job, exportedUpTo: at(12) }, chain, 'all', 3).map(({ window }) => window)).toEqual([null, null, { from: at(12), to: at(13) }]);
  });

  it('shows only those whose beginning is known when older ones are not at hand', () => {
    expect(hours('all', job, 9)).toEqual(['11-12', '12-13']);
  });

  it('of none: nothing', () => {
    expect(hours('none')).toEqual([]);
  });

  it('of a rolling range: the windows as they are', () => {
    const rolling = { ...job, range: { kind: 'last', count: 1, unit: 'hour', calendar: false } } as typeof job;
    expect(hours('all', rolling)).toEqual(['10-11', '10-12', '10-13']);
  });
});
