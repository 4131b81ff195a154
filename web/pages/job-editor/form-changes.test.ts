import { describe, expect, it } from 'vitest';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import { changesOf, mergeForms } from './form-changes.ts';
import { emptyForm, type JobForm } from './job-form.ts';

const certificates = [{ id: 'c1', label: 'Archive' } as CertificateView];
const base: JobForm = {
  ...emptyForm(['c1'], 'Europe/Berlin'),
  title: 'Calls',
  source: 'UCSX',
  type: 'Interaction',
  runKind: 'daily',
  time: '06:00',
  rangeKind: 'since_previous',
};
const form = (part: Partial<JobForm>): JobForm => ({ ...base, ...part });

describe('what two people changed', () => {
  it('is told part by part in words, where either of them did', () => {
    const theirs = form({ description: 'New', runKind: 'weekly', weekdays: ['4', '1'], time: '07:00' });
    const mine = form({ title: 'My calls', missedRuns: 'all', recipients: [] });
    expect(changesOf(base, theirs, mine, certificates)).toEqual([
      { field: 'Title', before: 'Calls', theirs: 'Calls', mine: 'My calls' },
      { field: 'Description', before: '', theirs: 'New', mine: '' },
      { field: 'Run', before: 'Daily, Time 06:00', theirs: 'Weekly, Monday, Thursday, Time 07:00', mine: 'Daily, Time 06:00' },
      {
        field: 'Missed runs',
        before: 'Latest only: run the last of them',
        theirs: 'Latest only: run the last of them',
        mine: 'All: run each of them, one after the other',
      },
      { field: 'Recipients', before: 'Archive', theirs: 'Archive', mine: '' },
    ]);
    expect(changesOf(base, base, base, certificates)).toEqual([]);
  });

  it('tells every way of running and every range', () => {
    const words = (part: Partial<JobForm>) => changesOf(base, base, form(part), certificates).map((one) => one.mine);
    expect(words({ runKind: 'once', onceStart: 'immediately' })).toEqual(['Once, Start immediately']);
    expect(words({ runKind: 'once', onceStart: 'at', at: '2027-01-01T08:00' })).toEqual(['Once, 2027-01-01 08:00']);
    expect(words({ runKind: 'hourly', every: '6', minute: '30', hasEnd: true, end: '2027-01-01T08:00' })).toEqual([
      'Hourly, Every … hours 6, At minute 30, Last date and time 2027-01-01 08:00',
    ]);
    expect(words({ runKind: 'monthly', day: 'last' })).toEqual(['Monthly, Day of month Last day, Time 06:00']);
    expect(words({ dataFromKind: 'at', dataFrom: '2026-01-01T00:00' })).toEqual(['Since previous run (Data from: 2026-01-01 00:00)']);
    expect(words({ rangeKind: 'last', count: '3' })).toEqual(['Last hours, days, weeks or months, the last 3 days before the run starts']);
  });
});

describe('keeping mine on top of theirs', () => {
  it('takes from mine what I changed, all else as it is saved now', () => {
    const theirs = form({ description: 'New', time: '07:00' });
    expect(mergeForms(base, theirs, form({ title: 'My calls' }))).toEqual(form({ title: 'My calls', description: 'New', time: '07:00' }));
  });

  it('keeps together what means something only together', () => {
    const theirs = form({ runKind: 'weekly', weekdays: ['1'], time: '07:00', rangeKind: 'last', count: '7' });
    const mine = form({ time: '08:00', rangeKind: 'all' });
    expect(mergeForms(base, theirs, mine)).toMatchObject({ runKind: 'daily', weekdays: [], time: '08:00', rangeKind: 'all', count: '30' });
  });

  it('never puts entity types on a type that has none such', () => {
    const calls = { allEntityTypes: false, entityTypes: ['call'] };
    const theirs = form({ source: 'IWD', type: 'Event' });
    expect(mergeForms(base, theirs, form(calls))).toEqual(theirs);
    const mine = form({ type: 'Contact' });
    expect(mergeForms(base, form(calls), mine)).toEqual(mine);
    expect(mergeForms(base, theirs, mine)).toEqual(mine);
    expect(mergeForms(base, form({ description: 'New' }), form(calls))).toEqual(form({ description: 'New', ...calls }));
  });

  it('never puts a range on a way of running that has none such', () => {
    const once = { runKind: 'once', rangeKind: 'fixed', from: '2026-01-01', to: '2026-02-01' } as const;
    const weekly = form({ runKind: 'weekly', weekdays: ['1'] });
    const wasOnce = form({ runKind: 'once', rangeKind: 'all' });
    expect(mergeForms(wasOnce, weekly, form(once))).toMatchObject({ runKind: 'weekly', rangeKind: 'since_previous' });
    expect(mergeForms(base, form({ dataFromKind: 'all' }), form({ runKind: 'once', rangeKind: 'all' }))).toMatchObject({ runKind: 'once', rangeKind: 'all' });
    expect(mergeForms(base, form({ rangeKind: 'last' }), form({ time: '08:00' }))).toMatchObject({ time: '08:00', rangeKind: 'last' });
  });

  it('takes theirs where both changed nothing else', () => {
    const theirs = form({ recipients: [] });
    expect(mergeForms(base, theirs, base)).toEqual(theirs);
  });
});
