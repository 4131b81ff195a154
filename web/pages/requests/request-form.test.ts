import { describe, expect, it } from 'vitest';
import { draftOf, emptyForm, newIdentifier } from './request-form.ts';

const form = { ...emptyForm('2026-03-01'), caseId: ' 2026-1 ', kinds: ['access'] };

describe('what is sent of the form', () => {
  it('keeps every row of identifiers in its place, also an empty one, so that the server can speak of it', () => {
    const identifiers = [newIdentifier(), { key: 'b', type: 'phone', value: '+49 89 1' }];
    expect(draftOf({ ...form, identifiers })).toEqual({
      caseId: '2026-1',
      kinds: ['access'],
      receivedOn: '2026-03-01',
      identifiers: [
        { type: 'email', value: '' },
        { type: 'phone', value: '+49 89 1' },
      ],
    });
  });

  it('has corrections with a rectification alone; an empty new value takes the old one away', () => {
    const corrections = [{ key: 'a', field: ' lastName ', from: '', to: '' }];
    expect(draftOf({ ...form, corrections }).corrections).toBeUndefined();
    expect(draftOf({ ...form, corrections, kinds: ['rectification'] }).corrections).toEqual([{ field: 'lastName', to: null }]);
  });

  it('confirms a duplicate when told, and notes no identity that nobody wrote', () => {
    expect(draftOf(form).confirmDuplicate).toBeUndefined();
    expect(draftOf(form, true).confirmDuplicate).toBe(true);
    expect(draftOf({ ...form, identityNote: '  ' }).identityNote).toBeUndefined();
  });
});
