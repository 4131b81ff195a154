import { describe, expect, it } from 'vitest';
import { ApiProblem, type FieldProblem } from '../../api/client.ts';
import { strings } from '../../strings.ts';
import { formFieldOf, messagesByField, problemsElsewhere, shownFields, withLiveMessages } from './field-problems.ts';
import { emptyForm, type JobForm } from './job-form.ts';

const NEW = emptyForm([], 'Europe/Berlin');
const shownIn = (part: Partial<JobForm>, hasTime = true) => shownFields({ ...NEW, ...part }, hasTime);

function refusal(...problems: Partial<FieldProblem>[]): ApiProblem {
  const errors = problems.map((problem) => ({ code: 'x', field: '', message: 'Wrong.', fix: 'Mend it.', ...problem }));
  return new ApiProblem({ type: '', title: '', status: 422, code: 'request.invalid', detail: '', fix: '', errors });
}

describe('formFieldOf', () => {
  it('finds the input of a field, of its parts and of its items', () => {
    const weekly = shownIn({ runKind: 'weekly' });
    expect(['run.weekdays[2]', 'run.start.local', '/run/time', 'entityTypes[0]', 'timeZone'].map((field) => formFieldOf(field, weekly))).toEqual([
      'run.weekdays',
      'run.start',
      'run.time',
      'entityTypes',
      'timeZone',
    ]);
  });

  it('gives what is not on screen to what it is part of', () => {
    const once = shownIn({});
    expect(['run.every', 'run.kind', 'run.at', 'range.dataFrom', 'range.kind'].map((field) => formFieldOf(field, once))).toEqual([
      'run',
      'run',
      'run',
      'range',
      'range',
    ]);
    expect(formFieldOf('run.at.local', shownIn({ onceStart: 'at' }))).toBe('run.at');
    expect(formFieldOf('range.dataFrom.local', shownIn({ runKind: 'daily', rangeKind: 'since_previous' }))).toBe('range.dataFrom');
  });

  it('knows no input for what the form does not have', () => {
    expect([formFieldOf('tenantId', shownIn({})), formFieldOf('range.kind', shownIn({}, false)), formFieldOf('missedRuns', shownIn({}))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('shownFields', () => {
  it('has the inputs of the way of running and of the range, no others', () => {
    const inputs = (part: Partial<JobForm>) => [...shownIn(part)].filter((field) => /^(run|range)\.|^missedRuns/.test(field)).sort();
    expect(inputs({ rangeKind: 'all' })).toEqual(['run.start']);
    expect(inputs({ onceStart: 'at', rangeKind: 'fixed' })).toEqual(['missedRuns', 'range.from', 'range.to', 'run.at', 'run.start']);
    const repeating = { rangeKind: 'since_previous' } as const;
    const every = ['missedRuns', 'range.dataFrom', 'run.end', 'run.start'];
    expect(inputs({ ...repeating, runKind: 'hourly' })).toEqual([...every, 'run.every', 'run.minute'].sort());
    expect(inputs({ ...repeating, runKind: 'daily' })).toEqual([...every, 'run.time'].sort());
    expect(inputs({ ...repeating, runKind: 'weekly' })).toEqual([...every, 'run.time', 'run.weekdays'].sort());
    expect(inputs({ ...repeating, runKind: 'monthly' })).toEqual([...every, 'run.day', 'run.time'].sort());
  });
});

describe('messages', () => {
  it('stand at their fields, each once, in the words of the form where there are some', () => {
    const error = refusal(
      { field: 'run.every', code: 'every.range' },
      { field: 'run.minute', code: 'unheard.of' },
      { field: 'recipients[0]', message: 'Unknown.' },
      { field: 'recipients[1]', message: 'Unknown.' },
      { field: 'owner' },
    );
    const shown = shownIn({ runKind: 'hourly' });
    expect(messagesByField(error, shown)).toEqual({
      'run.every': strings.fieldProblem['every.range'],
      'run.minute': 'Wrong. Mend it.',
      'recipients': 'Unknown. Mend it.',
    });
    expect(problemsElsewhere(error, shown).map(({ field }) => field)).toEqual(['owner']);
  });

  it('name the clock of the server where that was the measure', () => {
    const error = refusal({ field: 'run.at', code: 'start.past', value: { at: '2026-01-01T00:00Z', serverTime: '2026-06-01T12:00:00.000Z' } });
    expect(messagesByField(error, shownIn({ onceStart: 'at' }))['run.at']).toContain('1 Jun 2026, 12:00 UTC');
  });

  it('of the preview replace those of the save where both judge, and only there', () => {
    const saved = { 'title': 'Write a title.', 'run.time': 'Choose a time.', 'timeZone': 'Unknown.', 'range': 'Choose a range.' };
    expect(withLiveMessages(saved, { 'run.start': 'Has passed.' })).toEqual({ 'title': 'Write a title.', 'run.start': 'Has passed.' });
  });
});
