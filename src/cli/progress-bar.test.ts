import { describe, expect, it } from 'vitest';
import type { ProgressView } from '../contract/run.ts';
import { runDetail, timeLeftText } from './progress-bar.ts';

const progress: ProgressView = {
  phase: 'reading',
  rows: 1_200,
  rowsEstimated: 5_000,
  bytes: 3_000_000,
  fileBytes: 500_000,
  percent: 24,
  timeLeft: { from: 50, to: 130, basis: 'this_run' },
  timeLeftUnknown: null,
};
const untroubled = { retryAt: null, error: null };
const left = (part: Partial<ProgressView>) => timeLeftText({ ...progress, ...part });

describe('what a bar says of a run', () => {
  it('is the phase, rows, bytes and the time left as a range', () =>
    expect(runDetail({ progress, attempt: 1, ...untroubled })).toBe('reading: 1200 of about 5000 rows, 2.9 MB, 50 s to 2 min 10 s left'));

  it('names the attempt when it is not the first, and no number of rows that nobody knows', () =>
    expect(runDetail({ progress: { ...progress, rowsEstimated: null, timeLeft: null, timeLeftUnknown: 'more_rows' }, attempt: 2, ...untroubled })).toBe(
      'attempt 2, reading: 1200 rows, 2.9 MB, more rows than expected, time left not known',
    ));

  it('says when a run that failed for now is tried again', () => {
    const error = { code: 'source.unreachable', fault: 'source', text: 'The source does not answer.', fix: 'Wait.' } as const;
    expect(runDetail({ progress, attempt: 1, retryAt: '2026-03-01T11:00:30.000Z', error })).toBe(
      'attempt 1 failed, the next is at 2026-03-01T11:00:30.000Z: The source does not answer.',
    );
  });

  it('says what the time left rests on when it is not the run itself', () =>
    expect(left({ timeLeft: { from: 60, to: 120, basis: 'past_runs' } })).toBe('1 min 0 s to 2 min 0 s left, going by past runs'));

  it('is a bound where the range begins with nothing', () => expect(left({ timeLeft: { from: 0, to: 3, basis: 'this_run' } })).toBe('up to 3 s left'));

  it('gives the reason when there is no ground for a range', () => {
    const reasons = (['too_early', 'more_rows', 'stalled', 'unsteady', 'longer_than_usual'] as const).map((timeLeftUnknown) =>
      left({ timeLeft: null, timeLeftUnknown }),
    );
    expect(new Set(reasons).size).toBe(5);
    for (const reason of reasons) expect(reason).toMatch(/time left|longer/);
    expect(left({ timeLeft: null })).toBe('');
  });
});
