import { describe, expect, it } from 'vitest';
import { type StoredValue, valuesInReach, whyNotCarriedOut } from './correction-reach.ts';
import type { PeopleTable } from './people-rules.ts';
import type { Correction, Holder, Knowledge } from './row-verdict.ts';

const to = (name: string, value: string | null, from: string | null = null): Correction => ({ name, from, to: value });
const stands = (field: string, value: string | null, correction: number | null, form = value): StoredValue => ({ field, value, form, correction });

const CONTACT: PeopleTable = {
  name: 'contact',
  subject: true,
  identifiers: [{ column: 'id', type: 'contact_id', role: 'owner', when: null, list: null, personal: [], beside: [] }],
  messages: null,
  house: null,
  children: [],
  erase: 'delete',
  ownerFields: {},
  ground: null,
  rectify: [
    { name: 'mail', column: 'mail', type: 'email', when: null },
    { name: 'title', column: 'title', type: null, when: null },
  ],
  kinds: {},
};
const knowing = (holder: Holder): Knowledge => ({ region: null, holderOf: () => holder });

describe('what corrections reach', () => {
  it('is what stands in the fields that they name, in rows that are the person’s, each with the correction that is for it', () => {
    const row = { id: '1', mail: 'Ada@Example.org', title: 'Dr' };
    const reach = (...corrections: Correction[]) => valuesInReach(CONTACT, row, corrections, knowing('person'));
    expect(reach(to('mail', 'b@example.org', 'c@example.org'), to('mail', 'd@example.org', 'ada@example.org'))).toEqual([
      stands('mail', 'Ada@Example.org', 1, 'ada@example.org'),
    ]);
    expect(reach(to('title', 'Prof', 'Mr'))).toEqual([stands('title', 'Dr', null)]);
    expect(reach(to('title', null), to('mail', null))).toEqual([stands('mail', 'Ada@Example.org', 1, 'ada@example.org'), stands('title', 'Dr', 0)]);
    expect(valuesInReach(CONTACT, row, [to('title', 'Prof')], knowing('both'))).toEqual([]);
  });

  it('is nothing when the field or the old value stands nowhere: each of them is named', () => {
    const wrong = (corrections: Correction[], ...stored: StoredValue[]) => whyNotCarriedOut(corrections, stored)?.value ?? null;
    expect(wrong([to('title', 'Prof')], stands('title', 'Dr', 0))).toBeNull();
    // An empty place is filled.
    expect(wrong([to('title', 'Prof')], stands('title', null, 0))).toBeNull();
    expect(wrong([to('title', 'Prof')])).toBe('corrections[0]: title');
    const two = [to('mail', 'x@x.de'), to('title', 'Prof', 'Dc')];
    expect(wrong(two, stands('mail', 'a@x.de', 0), stands('title', 'Dr', null))).toBe('corrections[1]: title');
    expect(wrong(two, stands('title', 'Dr', null))).toBe('corrections[0]: mail, corrections[1]: title');
  });

  it('may be nothing because it was done before, unless the old value may only be mistyped', () => {
    const code = (...stored: StoredValue[]) => whyNotCarriedOut([to('title', 'Prof', 'Dr'), to('title', 'Dame', 'Ms')], stored)?.code ?? null;
    expect(code(stands('title', 'Prof', null), stands('title', 'Dame', null), stands('title', null, null))).toBeNull();
    expect(code(stands('title', 'Prof', null), stands('title', 'Ms', 1))).toBeNull();
    expect(code(stands('title', 'Prof', null), stands('title', 'Dame', null), stands('title', 'Dott', null))).toBe('gdpr.correction_nowhere');
    // To take a value away that is not there is no more done because another place is empty.
    expect(whyNotCarriedOut([to('title', null, 'Dr')], [stands('title', null, null)])?.code).toBe('gdpr.correction_nowhere');
  });

  it('is one value for each correction without an old one: where several stand it is to say which', () => {
    const why = (corrections: Correction[], ...stored: StoredValue[]) => whyNotCarriedOut(corrections, stored);
    const mail = [to('mail', 'new@x.de')];
    const several = { code: 'gdpr.correction_several', value: 'corrections[0]: mail' };
    expect(why(mail, stands('mail', 'a@x.de', 0), stands('mail', 'b@x.de', 0))).toEqual(several);
    expect(why(mail, stands('mail', 'a@x.de', 0), stands('mail', 'new@x.de', 0))).toEqual(several);
    expect(why([to('mail', null)], stands('mail', 'a@x.de', 0), stands('mail', 'b@x.de', 0))).toEqual(several);
    // The same in other letters, and an empty place.
    expect(why(mail, stands('mail', 'a@x.de', 0), stands('mail', 'A@X.de', 0, 'a@x.de'), stands('mail', null, 0))).toBeNull();
    expect(why([to('mail', 'new@x.de', 'a@x.de')], stands('mail', 'a@x.de', 0), stands('mail', 'b@x.de', null))).toBeNull();
    // What is nowhere is told first.
    expect(why([...mail, to('title', 'Prof')], stands('mail', 'a@x.de', 0), stands('mail', 'b@x.de', 0))).toMatchObject({ value: 'corrections[1]: title' });
  });
});
