import { describe, expect, it } from 'vitest';
import { emptyForm, fixedInstant, type JobForm, rangeKindsOf, withFixedBy, withRunKind, withTimeZone } from './job-form.ts';

const NEW = emptyForm(['certificate'], 'Europe/Berlin');
const NOW = Date.parse('2026-06-01T12:00:00Z');

function changed(form: JobForm, part: Partial<JobForm>): JobForm {
  return { ...form, ...part };
}

describe('withRunKind', () => {
  it('goes on from the previous run as soon as the job repeats', () => {
    const weekly = changed(NEW, withRunKind(NEW, 'weekly'));
    expect(weekly).toMatchObject({ runKind: 'weekly', rangeKind: 'since_previous', count: '1', unit: 'week' });
    expect(changed(weekly, withRunKind(weekly, 'once'))).toMatchObject({ rangeKind: 'last', count: '30', unit: 'day' });
  });

  it('keeps a range that was chosen while the new way of running offers it', () => {
    const chosen: JobForm = { ...NEW, rangeKind: 'last', count: '7', rangeChosen: true };
    expect(changed(chosen, withRunKind(chosen, 'daily'))).toMatchObject({ rangeKind: 'last', count: '7', unit: 'day' });
    const fixed: JobForm = { ...NEW, rangeKind: 'fixed', from: '2026-01-01', rangeChosen: true };
    expect(changed(fixed, withRunKind(fixed, 'daily'))).toMatchObject({ rangeKind: 'since_previous', from: '2026-01-01' });
  });

  it('never ends with a range that is not offered', () => {
    for (const from of ['once', 'daily'] as const)
      for (const to of ['once', 'hourly', 'daily', 'weekly', 'monthly'] as const)
        for (const rangeKind of rangeKindsOf({ ...NEW, runKind: from }))
          for (const rangeChosen of [false, true]) {
            const before: JobForm = { ...NEW, runKind: from, rangeKind, rangeChosen };
            const after = changed(before, withRunKind(before, to));
            expect(rangeKindsOf(after)).toContain(after.rangeKind);
          }
  });
});

describe('withFixedBy', () => {
  const days: JobForm = { ...NEW, rangeKind: 'fixed', from: '2026-03-28', to: '2026-03-29' };

  it('shows days as times and back without moving the interval', () => {
    const times = changed(days, withFixedBy(days, 'time'));
    expect(times).toMatchObject({ fixedBy: 'time', from: '2026-03-28T00:00', to: '2026-03-30T00:00' });
    for (const bound of ['from', 'to'] as const) expect(fixedInstant(times, bound)).toBe(fixedInstant(days, bound));
    expect(changed(times, withFixedBy(times, 'date'))).toEqual(days);
  });

  it('takes the dates of times within a day, and leaves empty what is empty', () => {
    const times: JobForm = { ...days, fixedBy: 'time', from: '2026-03-28T08:30', to: '' };
    expect(withFixedBy(times, 'date')).toEqual({ fixedBy: 'date', from: '2026-03-28', to: '' });
    expect(withFixedBy({ ...days, to: '' }, 'time')).toEqual({ fixedBy: 'time', from: '2026-03-28T00:00', to: '' });
  });
});

describe('withTimeZone', () => {
  const job: JobForm = {
    ...NEW,
    start: '2026-01-01T09:00',
    end: '2027-01-01T09:00',
    known: { start: '2026-01-01T08:00:12.5Z', end: '2027-01-01T08:00:00Z' },
  };

  it('keeps the instant of what has passed and the local time of what is to come', () => {
    expect(withTimeZone(job, 'America/New_York', NOW)).toEqual({ timeZone: 'America/New_York', start: '2026-01-01T03:00' });
  });

  it('keeps the local time of what the person typed', () => {
    expect(withTimeZone({ ...job, start: '2026-01-01T10:00' }, 'America/New_York', NOW)).toEqual({ timeZone: 'America/New_York' });
  });
});
