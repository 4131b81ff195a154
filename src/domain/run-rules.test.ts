import { describe, expect, it } from 'vitest';
import { whyNotCancel, whyNotDelete, whyNotRetry } from './run-rules.ts';

const free = { goesOn: true, covered: false, coveredAhead: false };

describe('whyNotRetry', () => {
  it.each(['failed', 'cancelled', 'missed', 'suppressed'])('lets a run that is %s be made again', (status) => {
    expect(whyNotRetry({ status, hasJob: true, chain: null })).toBeNull();
    expect(whyNotRetry({ status, hasJob: true, chain: free })).toBeNull();
  });

  it.each([
    ['scheduled', 'run.in_progress'],
    ['queued', 'run.in_progress'],
    ['running', 'run.in_progress'],
    ['succeeded', 'run.not_retryable'],
    ['succeeded_no_data', 'run.not_retryable'],
    ['skipped', 'run.not_retryable'],
  ])('refuses one that is %s with %s', (status, code) => {
    expect(whyNotRetry({ status, hasJob: true, chain: free })).toBe(code);
  });

  it('refuses what would publish time twice, or nothing that belongs to the job any more', () => {
    const failed = (chain: object) => whyNotRetry({ status: 'failed', hasJob: true, chain: { ...free, ...chain } });
    expect(failed({ covered: true })).toBe('run.covered');
    expect(failed({ coveredAhead: true })).toBe('run.covered_ahead');
    expect(failed({ goesOn: false })).toBe('run.settings_changed');
    expect(failed({ goesOn: false, covered: true })).toBe('run.covered');
    expect(whyNotRetry({ status: 'failed', hasJob: false, chain: null })).toBe('run.job_deleted');
  });
});

describe('cancel and delete', () => {
  it('are for what goes and for what has ended', () => {
    for (const status of ['scheduled', 'queued', 'running']) {
      expect(whyNotCancel(status)).toBeNull();
      expect(whyNotDelete(status)).toBe('run.in_progress');
    }
    for (const status of ['succeeded', 'failed', 'missed', 'suppressed', 'skipped', 'cancelled', 'succeeded_no_data']) {
      expect(whyNotCancel(status)).toBe('run.not_cancellable');
      expect(whyNotDelete(status)).toBeNull();
    }
  });
});
