import { describe, expect, it } from 'vitest';
import type { RunTimelineView } from '../../../src/contract/run-timeline.ts';
import { kindsOf, pointsOf } from './chart-model.ts';

const timeline: RunTimelineView = {
  from: '2026-03-01T00:00:00Z',
  to: '2026-03-02T00:00:00Z',
  now: '2026-03-01T12:00:00Z',
  runs: [run('going', 'running', '11:00', '11:59', null), run('failed', 'failed', '09:00', '09:00', '09:02'), run('missed', 'missed', '10:00', null, '10:10')],
  buckets: [],
  planned: [{ jobId: 'job', jobTitle: 'Calls', source: 'UCSX', type: 'Interaction', at: '2026-03-01T13:00:00Z', window: null }],
  plannedCut: false,
};

function run(id: string, status: RunTimelineView['runs'][number]['status'], scheduled: string, started: string | null, finished: string | null) {
  const at = (time: string) => `2026-03-01T${time}:00Z`;
  return {
    id,
    jobTitle: 'Calls',
    source: 'UCSX',
    type: 'Interaction',
    status,
    scheduledAt: at(scheduled),
    startedAt: started && at(started),
    finishedAt: finished && at(finished),
  };
}

describe('pointsOf', () => {
  it('gives runs and what is planned in the order of time, with what each took or has taken until now', () => {
    const points = pointsOf(timeline, new Set());
    expect(points.map(({ key, kind, seconds, runId }) => [key, kind, seconds, runId])).toEqual([
      ['failed', 'failed', 120, 'failed'],
      ['missed', 'missed', null, 'missed'],
      ['going', 'running', 60, 'going'],
      ['job 2026-03-01T13:00:00Z', 'planned', null, null],
    ]);
  });

  it('leaves out what is switched off, which the legend still offers', () => {
    expect(pointsOf(timeline, new Set(['failed', 'planned'])).map((point) => point.key)).toEqual(['missed', 'going']);
    expect(kindsOf(timeline, ['succeeded', 'failed', 'missed', 'running', 'planned'])).toEqual(['failed', 'missed', 'running', 'planned']);
    const counted = { ...timeline, runs: [], planned: [], buckets: [{ from: '', to: '', count: 3, statuses: { succeeded: 2, failed: 1 }, longestSeconds: 1 }] };
    expect(kindsOf(counted, ['succeeded', 'failed', 'missed', 'planned'])).toEqual(['succeeded', 'failed']);
  });
});
