import { describe, expect, it } from 'vitest';
import { fileProblemOf, linesOfEntries } from './file-problems.ts';
import { templateText } from './request-template.ts';

const problem = (field: string, value?: unknown) => ({ field, value, code: 'gdpr.email', message: 'm', fix: 'f' });

describe('what is wrong with a file', () => {
  it('is told by the number of the entry and its field', () => {
    expect(fileProblemOf(problem('consumers[3].email[0]'))).toMatchObject({ entry: 4, field: 'email[0]', place: null });
    expect(fileProblemOf(problem('consumers[0]'))).toMatchObject({ entry: 1, field: '' });
    expect(fileProblemOf(problem('caseId'))).toMatchObject({ entry: null, field: 'caseId' });
    expect(fileProblemOf(problem('file', { line: 7, column: 3 }))).toMatchObject({ entry: null, field: '', place: { line: 7, column: 3 } });
  });

  it('finds the line on which an entry begins, whatever brackets and quotes stand in texts', () => {
    const text = '{ "note": "a \\" [ {",\n "consumers": [\n  {"email": ["a]", "b{"]}, {"phone": "1"},\n\n  {"email": "c"}\n ],\n "kinds": ["access", {}] }';
    expect(linesOfEntries(text)).toEqual([3, 3, 5]);
    expect(linesOfEntries(templateText())).toEqual([9, 16]);
    expect(linesOfEntries('not json')).toEqual([]);
  });
});
