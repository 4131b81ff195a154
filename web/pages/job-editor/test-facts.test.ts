import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../api/client.ts';
import { firstRefused } from './error-summary.tsx';
import { fieldLabel } from './field-labels.ts';
import { FORM_FIELDS, shownFields } from './field-problems.ts';
import { emptyForm } from './job-form.ts';
import { factWords } from './test-facts.ts';

const BERLIN = 'Europe/Berlin';

describe('what a step of a test found', () => {
  it.each([
    ['settings', { firstRunAt: '2026-12-01T05:00:00Z' }, 'The first run is on 1 Dec 2026, 06:00 CET.'],
    ['settings', { firstRunAt: null }, 'No run is planned.'],
    ['recipients', { certificates: 1, validUntil: '2027-01-31T23:30:00Z' }, 'Valid until 1 Feb 2027.'],
    ['source', { sourceNow: '', behindSeconds: 1 }, 'Its clock agrees with UDM’s.'],
    ['source', { sourceNow: '', behindSeconds: 90 }, 'Its clock is 1 min 30 s behind UDM’s.'],
    ['source', { sourceNow: '', behindSeconds: -90 }, 'Its clock is 1 min 30 s ahead of UDM’s.'],
    ['tables', { entityTypes: 1 }, '1 entity type'],
    ['rows', { rows: 1234, from: null, to: null, isEarlier: false }, 'About 1,234 rows: All data.'],
    ['sample', { rows: 10 }, '10 rows read'],
    ['encrypt', { bytes: 2100, certificates: 1 }, '2.1 KB, read back and checked.'],
  ] as const)('%s: %o', (step, facts, words) => expect(factWords(step, facts, BERLIN)).toBe(words));

  it('of rows whose window is not over speaks of a stretch as long that is', () => {
    const facts = { rows: 5, from: '2026-12-01T05:00:00Z', to: '2026-12-02T05:00:00Z', isEarlier: true };
    expect(factWords('rows', facts, BERLIN)).toMatch(/^The first run’s window is not over yet\. .* about 5 rows: .*CET/);
  });
});

describe('a field of the API', () => {
  it('is named as the form labels it', () => {
    expect(fieldLabel('recipients[0]')).toBe('Recipients');
    expect(fieldLabel('run.start.local')).toBe('Start');
    expect(fieldLabel('elsewhere')).toBe('elsewhere');
    for (const field of FORM_FIELDS) expect(fieldLabel(field)).not.toBe(field);
  });

  it('comes first by the order on screen, whatever the order of the answer', () => {
    const errors = ['recipients', 'run.time', 'title'].map((field) => ({ code: 'field.required', field, message: '', fix: '' }));
    const document = { type: '', title: '', status: 422, code: 'request.invalid', detail: '', fix: '', errors };
    const shown = shownFields({ ...emptyForm([], BERLIN), runKind: 'daily' }, true);
    expect(firstRefused(new ApiProblem(document), shown)).toBe('title');
    expect(firstRefused(new ApiProblem({ ...document, errors: errors.slice(0, 2) }), shown)).toBe('run.time');
    expect(firstRefused(new Error('x'), shown)).toBeUndefined();
  });
});
