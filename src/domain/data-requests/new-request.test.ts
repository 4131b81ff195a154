import { expect, test } from 'vitest';
import type { CodedError } from '../../errors.ts';
import { parseNewRequest, type SentCorrection } from './new-request.ts';

const correctable = new Map([
  ['emailAddress', 'email' as const],
  ['firstName', null],
]);
const surroundings = { timeZone: 'Europe/Berlin', region: 'DE', now: Date.parse('2026-03-01T12:00:00Z') };

/** What is wrong with corrections: where, and what would be right. */
function wrong(corrections: SentCorrection[], known: typeof correctable | null = correctable): unknown[] {
  const identifiers = [{ type: 'email', value: 'a@example.org' }];
  try {
    parseNewRequest({ caseId: 'R', kinds: ['rectification'], identifiers, corrections }, { ...surroundings, correctable: known });
    return [];
  } catch (error) {
    return ((error as CodedError).details.problems ?? []).map(({ code, field, range }) => [code, field, range]);
  }
}

test('a correction names a field of a catalog, with a value of its kind', () => {
  expect(wrong([{ field: 'shoeSize', to: '44' }])).toEqual([['gdpr.correction', 'corrections[0].field', ['emailAddress', 'firstName']]]);
  expect(wrong([{ field: 'emailAddress', to: ' ' }])).toEqual([['gdpr.correction', 'corrections[0].to', 'email']]);
  expect(wrong([{ field: 'emailAddress', to: null }])).toEqual([]);
  // Nobody can tell before there is a source.
  expect(wrong([{ field: 'shoeSize', to: '44' }], null)).toEqual([]);
});

test('corrections of one field do not lead on to each other, so that doing them twice does nothing the second time', () => {
  const mail = (from: string | null, to: string) => ({ field: 'emailAddress', from, to });
  expect(wrong([mail('a@x.org', 'b@x.org'), mail('c@x.org', 'd@x.org'), { field: 'firstName', to: 'Ada' }])).toEqual([]);
  expect(wrong([mail('a@x.org', 'A@x.org')])).toEqual([]);
  const told = [['gdpr.correction', 'corrections[0].to', expect.stringContaining('none of them')]];
  expect(wrong([mail('a@x.org', 'b@x.org'), mail('B@x.org', 'c@x.org')])).toEqual(told);
  expect(wrong([mail('a@x.org', 'b@x.org'), mail(null, 'c@x.org')])).toEqual(told);
});

test('the id of a case is none of the identifiers, however it is spelled', () => {
  const sent = (caseId: string) => ({
    caseId,
    kinds: ['access'],
    identifiers: [
      { type: 'phone', value: '+49 89 12345678' },
      { type: 'customer_id', value: 'C-4711' },
    ],
  });
  for (const caseId of ['00498912345678', 'C-4711', 'case/c4711', '089-12345678'])
    expect(() => parseNewRequest(sent(caseId), { ...surroundings, correctable })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ problems: [expect.objectContaining({ code: 'gdpr.case_id' })] }) }),
    );
  expect(parseNewRequest(sent('2026-0815'), { ...surroundings, correctable })).toMatchObject({ caseId: '2026-0815' });
});
