import { describe, expect, it } from 'vitest';
import { emptyForm, type JobForm } from './job-form.ts';
import { missingFields } from './missing-fields.ts';

const NEW = emptyForm([], 'Europe/Berlin');
const missing = (part: Partial<JobForm>, hasTime = true) => missingFields({ ...NEW, ...part }, hasTime);

describe('missingFields', () => {
  it('asks for nothing before a job that starts immediately can be shown', () => {
    expect(missing({})).toEqual([]);
  });

  it('names the empty inputs of the way of running that is chosen', () => {
    expect(missing({ onceStart: 'at' })).toEqual(['Date and time']);
    expect(missing({ runKind: 'weekly', rangeKind: 'since_previous', startKind: 'at', hasEnd: true })).toEqual([
      'Weekdays',
      'Time',
      'First date and time',
      'Last date and time',
    ]);
    expect(missing({ runKind: 'hourly', every: '', rangeKind: 'since_previous', dataFromKind: 'at' })).toEqual(['Every … hours', 'Begin at']);
  });

  it('names the empty inputs of the range, unless the type carries no time', () => {
    expect(missing({ rangeKind: 'fixed', from: '2026-01-01' })).toEqual(['Last day']);
    expect(missing({ rangeKind: 'fixed', fixedBy: 'time' })).toEqual(['From', 'To']);
    expect(missing({ rangeKind: 'fixed' }, false)).toEqual([]);
  });
});
