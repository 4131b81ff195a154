import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ERASED, type IdentifierType, isStrong, OTHER_PERSON } from './identifiers.ts';
import { identifiersOf, type IdentifierColumn, type PeopleTable, type Role, type Row } from './people-rules.ts';
import { erasureOf, type Holder, isCorrected, type Knowledge, rectificationOf, standingOf, valuesToCorrect, viewOf } from './row-verdict.ts';

function column(name: string, type: IdentifierType, role: Role, more: Partial<IdentifierColumn> = {}): IdentifierColumn {
  return { column: name, type, role, when: null, list: null, personal: [], beside: [], ...more };
}

const RECORD: PeopleTable = {
  name: 'record',
  subject: false,
  identifiers: [
    column('contact', 'contact_id', 'owner'),
    column('sender', 'email', 'owner', { beside: ['sender_name'] }),
    column('phone', 'phone', 'owner'),
    column('copies', 'email', 'participant', { list: 'address', personal: ['name'] }),
  ],
  messages: {
    column: 'talk',
    when: { column: 'kind', equals: 'chat' },
    author: { path: 'from.id', type: 'contact_id' },
    owner: { path: 'from.type', equals: 'Customer' },
    personal: ['text', 'from.nickname', 'from.id'],
  },
  house: 'mailbox',
  children: [],
  erase: 'delete',
  ownerFields: { contact: null, sender: null, sender_name: null, phone: null, body: null, talk: null },
  ground: null,
  rectify: [],
  kinds: { contact: 'text', sender: 'text', sender_name: 'text', phone: 'text', body: 'text', talk: 'text', copies: 'json' },
};

/** Whose a piece of a row is; `shared`: hers and others'. */
type Who = 'her' | 'other' | 'shared' | 'nobody' | 'unknown' | 'house';
const CONTACTS: Partial<Record<Who, string>> = { her: 'H1', other: 'O1' };
const PHONES: Partial<Record<Who, string>> = { her: '+15550000001', other: '+15550000002', shared: '(555) 000-0003' };
const HOLDERS: Readonly<Record<Who, Holder>> = { her: 'person', other: 'others', shared: 'both', nobody: 'nobody', unknown: 'unknown', house: 'nobody' };

function address(who: Who): string {
  return `${who === 'her' ? 'HER' : who}@Example.com`;
}

const KNOWN = new Map<string, Holder>([
  ...Object.entries(HOLDERS).map(([who, holder]): [string, Holder] => [`email ${address(who as Who).toLowerCase()}`, holder]),
  ...Object.entries(CONTACTS).map(([who, id]): [string, Holder] => [`contact_id ${id}`, HOLDERS[who as Who]]),
  ['phone +15550000001', 'person'],
  ['phone +15550000002', 'others'],
  ['phone +15550000003', 'both'],
]);
const KNOWLEDGE: Knowledge = {
  region: 'US',
  holderOf: ({ type, normal }) => KNOWN.get(`${type} ${normal}`) ?? (isStrong(type) ? 'others' : 'unknown'),
};

/** `anonymous`: a customer's message without an id. */
type Author = 'her' | 'other' | 'agent' | 'anonymous';
interface Drawn {
  readonly contact: 'her' | 'other' | null;
  readonly sender: Who | null;
  readonly phone: 'her' | 'other' | 'shared' | null;
  readonly copies: readonly Who[];
  /** Null: no chat. */
  readonly talk: readonly Author[] | null;
}

const WHO = fc.constantFrom<Who>('her', 'other', 'shared', 'nobody', 'unknown', 'house');
const DRAWN: fc.Arbitrary<Drawn> = fc.record({
  contact: fc.constantFrom('her', 'other', null),
  sender: fc.option(WHO),
  phone: fc.constantFrom('her', 'other', 'shared', null),
  copies: fc.array(WHO, { maxLength: 4 }),
  talk: fc.option(fc.array(fc.constantFrom<Author>('her', 'other', 'agent', 'anonymous'), { maxLength: 5 })),
});

/** What somebody wrote, so that it can be found again. */
function words(who: string, index: number): string {
  return `words of ${who} \u2028 "${index}"`;
}

function rowOf({ contact, sender, phone, copies, talk }: Drawn): Row {
  const messages = (talk ?? []).map((author, index) => {
    const id = author === 'her' || author === 'other' ? `"id":"${CONTACTS[author]}",` : '';
    const from = `{${id}"nickname":"nick of ${author}","type":"${author === 'agent' ? 'Agent' : 'Customer'}"}`;
    return `{ "index":${index}, "n":12345678901234567890, "from":${from},"text":${JSON.stringify(words(author, index))} }`;
  });
  return {
    kind: talk ? 'chat' : 'mail',
    contact: contact === null ? null : (CONTACTS[contact] ?? null),
    sender: sender === null ? null : address(sender),
    sender_name: sender === null ? null : `name of ${sender}`,
    phone: phone === null ? null : (PHONES[phone] ?? null),
    copies: `[${copies.map((who) => `{"address": "${address(who)}","name":"copy of ${who}","x":1.50}`).join(' , ')}]`,
    talk: talk ? `[${messages.join(',\n')}]` : 'a letter',
    mailbox: address('house').toUpperCase(),
    body: 'body of the owner',
    note: 'the house wrote this',
  };
}

/** Whose the row is, told by how it was drawn. */
function expectedStanding({ contact, sender, phone, copies, talk }: Drawn): string {
  const authors = talk ?? [];
  const isIn = contact === 'her' || sender === 'her' || phone === 'her' || copies.includes('her') || authors.includes('her');
  if (contact !== null) return contact === 'her' ? 'owner' : isIn ? 'participant' : 'none';
  const owners = [...(sender === null || sender === 'house' ? [] : [sender]), ...(phone === null ? [] : [phone])];
  const inIt = [...copies.filter((who) => who !== 'house'), ...authors.filter((who) => who !== 'agent').map((who) => (who === 'anonymous' ? 'unknown' : who))];
  const claims = (owners.length > 0 ? owners : inIt).filter((who) => who !== 'nobody');
  if (claims.some((who) => who === 'other' || who === 'unknown')) return isIn ? 'participant' : 'none';
  if (claims.includes('her')) return 'owner';
  return claims.includes('shared') ? 'uncertain' : isIn ? 'participant' : 'none';
}

test('of her nothing is left, of others nothing is lost, and a second time changes nothing', () => {
  const met = new Map<string, number>();
  fc.assert(
    fc.property(DRAWN, (drawn) => {
      const row = rowOf(drawn);
      const standing = expectedStanding(drawn);
      expect(standingOf(RECORD, row, KNOWLEDGE)).toBe(standing);
      const verdict = erasureOf(RECORD, row, KNOWLEDGE);
      met.set(`${standing} ${verdict.do}`, (met.get(`${standing} ${verdict.do}`) ?? 0) + 1);
      if (verdict.do === 'delete') return expectNobodyElse(drawn);
      const after = verdict.do === 'keep' ? row : { ...row, ...verdict.values };
      expectHersGone(drawn, after, standing === 'owner');
      expectOthersStay(drawn, row, after, standing === 'owner');
      const again = erasureOf(RECORD, after, KNOWLEDGE);
      if (again.do === 'delete') return expectNobodyElse(drawn);
      expect(again.do).toBe('keep');
    }),
    { numRuns: 4_000 },
  );
  for (const one of ['owner delete', 'owner change', 'participant change', 'uncertain keep', 'uncertain change', 'none keep'])
    expect(met.get(one) ?? 0, one).toBeGreaterThan(20);
});

function expectNobodyElse({ contact, sender, phone, copies, talk }: Drawn): void {
  expect([contact, phone]).not.toContain('other');
  expect(sender).not.toBe('other');
  for (const who of ['other', 'unknown'] as const) expect(copies).not.toContain(who);
  expect(talk ?? []).not.toContain('other');
}

function expectHersGone({ sender, talk }: Drawn, after: Row, wasOwner: boolean): void {
  const left = identifiersOf(RECORD, after, 'US').map((one) => KNOWLEDGE.holderOf(one));
  expect(left).not.toContain('person');
  const text = JSON.stringify(Object.values(after));
  for (const word of ['words of her', 'nick of her', 'copy of her', 'name of her', '"H1"', 'HER@']) expect(text).not.toContain(word);
  if (!wasOwner) return;
  expect(left).not.toContain('both');
  expect([after['body'], after['contact']]).toEqual([null, null]);
  if (sender !== 'other') expect(after['sender_name']).toBeNull();
  if (talk) expect(text).not.toContain('words of anonymous');
}

function expectOthersStay({ sender, phone, copies, talk }: Drawn, row: Row, after: Row, wasOwner: boolean): void {
  for (const [index, author] of (talk ?? []).entries()) {
    const isGone = author === 'her' || (wasOwner && author === 'anonymous');
    const message = (JSON.parse(after['talk'] ?? '') as { text: string; from: { nickname: string; type: string } }[])[index];
    expect([message?.text, message?.from.nickname]).toEqual(isGone ? [ERASED, ERASED] : [words(author, index), `nick of ${author}`]);
  }
  // Byte by byte: what is not replaced is as it was.
  const hers = (who: Who): boolean => who === 'her' || (wasOwner && who === 'shared');
  const expectedCopies = copies.map((who) =>
    hers(who) ? `{"address": "${ERASED}","name":"${ERASED}","x":1.50}` : `{"address": "${address(who)}","name":"copy of ${who}","x":1.50}`,
  );
  expect(after['copies']).toBe(`[${expectedCopies.join(' , ')}]`);
  if (sender === 'other') expect([after['sender'], after['sender_name']]).toEqual([row['sender'], row['sender_name']]);
  if (phone === 'other') expect(after['phone']).toBe(row['phone']);
  expect(after['note']).toBe(row['note']);
  if (!talk) expect(after['talk']).toBe(wasOwner ? null : 'a letter');
  if (wasOwner) return;
  expect([after['body'], after['contact']]).toEqual([row['body'], row['contact']]);
  if (sender !== 'her') expect([after['sender'], after['sender_name']]).toEqual([row['sender'], row['sender_name']]);
  if (phone !== 'her') expect(after['phone']).toBe(row['phone']);
}

test('she sees all that is hers, and of others nothing', () => {
  let [seen, moved] = [0, 0];
  fc.assert(
    fc.property(DRAWN, (drawn) => {
      const row = rowOf(drawn);
      const view = viewOf(RECORD, row, KNOWLEDGE);
      const standing = expectedStanding(drawn);
      expect(view === null).toBe(standing === 'none' || standing === 'uncertain');
      if (view === null) return;
      seen += 1;
      expect(view.children).toBe(standing === 'owner');
      const text = JSON.stringify(Object.values({ ...row, ...view.values }));
      for (const word of [
        'words of other',
        'nick of other',
        'copy of other',
        'copy of nobody',
        'name of other',
        '"O1"',
        'name of unknown',
        'other@',
        'unknown@',
        '0000002',
      ])
        expect(text).not.toContain(word);
      // Where she stands as the owner of a row that is hers, an address that nobody has is hers.
      const isOld = standing === 'owner' && drawn.sender === 'nobody';
      if (isOld) moved += 1;
      for (const word of ['nobody@', 'name of nobody']) expect(text.includes(word)).toBe(isOld);
      expect({ ...row, ...view.values }['copies']).not.toContain('nobody@');
      if (drawn.talk?.includes('her')) expect(text).toContain('words of her');
      if (drawn.sender === 'her') expect(text).toContain('name of her');
      for (const who of ['her', 'shared'] as const) if (drawn.copies.includes(who)) expect(text).toContain(`copy of ${who}`);
      expect(text.includes('body of the owner')).toBe(standing === 'owner');
      if (drawn.talk?.includes('agent')) expect(text).toContain('words of agent');
      if (drawn.talk?.includes('other')) expect(text).toContain(OTHER_PERSON);
    }),
    { numRuns: 3_000 },
  );
  expect(seen).toBeGreaterThan(500);
  expect(moved).toBeGreaterThan(50);
});

const SUBJECT: PeopleTable = {
  ...RECORD,
  name: 'subject',
  subject: true,
  identifiers: [
    column('contact', 'contact_id', 'owner'),
    column('mail', 'email', 'alias'),
    column('text', 'phone', 'alias', { when: { column: 'name', equals: 'Phone' } }),
  ],
  messages: null,
  house: null,
  ownerFields: {},
  rectify: [
    { name: 'email', column: 'mail', when: null, type: 'email' },
    { name: 'firstName', column: 'first', when: null, type: null },
    { name: 'phone', column: 'text', when: { column: 'name', equals: 'Phone' }, type: 'phone' },
  ],
};

test('a subject’s row goes whole, whatever nobody has looked for', () => {
  expect(erasureOf(SUBJECT, { contact: 'H1', mail: 'new@x', text: null, name: null }, KNOWLEDGE)).toEqual({ do: 'delete' });
  expect(erasureOf(SUBJECT, { contact: 'O1', mail: address('shared'), text: null, name: null }, KNOWLEDGE)).toEqual({ do: 'keep', why: 'not_hers' });
});

test('a subject’s row is shown to that subject alone, also when her number stands in it', () => {
  const bobs = { contact: 'SINCE-THEN', mail: address('her'), text: 'Private', name: 'Note' };
  expect(standingOf(SUBJECT, bobs, KNOWLEDGE)).toBe('participant');
  expect(viewOf(SUBJECT, bobs, KNOWLEDGE)).toBeNull();
  // Whole, with an address that was added since anybody looked.
  expect(viewOf(SUBJECT, { ...bobs, contact: 'H1', mail: 'new@x' }, KNOWLEDGE)).toEqual({ values: {}, children: true });
});

test('an address that nobody has is hers in a row of hers, and not where she takes part in one of somebody else', () => {
  const table = { ...RECORD, ownerFields: {} };
  const row = { kind: 'mail', contact: 'H1', sender: address('nobody'), sender_name: 'Ada', phone: PHONES.her ?? null };
  expect(viewOf(table, row, KNOWLEDGE)).toEqual({ values: {}, children: true });
  expect(viewOf(table, { ...row, contact: 'O1' }, KNOWLEDGE)?.values).toEqual({ contact: OTHER_PERSON, sender: OTHER_PERSON, sender_name: OTHER_PERSON });
});

test('a correction reaches every place of its name where the old value stands, and hers alone', () => {
  const row = { contact: 'H1', mail: 'Her@example.com', first: 'Ada', name: 'Phone', text: '(555) 000-0001' };
  const correct = (corrections: { name: string; from: string | null; to: string | null }[], over: Row = {}) =>
    rectificationOf(SUBJECT, { ...row, ...over }, corrections, KNOWLEDGE);
  expect(correct([{ name: 'email', from: 'HER@EXAMPLE.COM', to: 'ada@x' }])).toEqual({ mail: 'ada@x' });
  expect(correct([{ name: 'email', from: 'old@x', to: 'ada@x' }])).toBeNull();
  expect(correct([{ name: 'firstName', from: null, to: null }])).toEqual({ first: null });
  expect(correct([{ name: 'firstName', from: null, to: 'Ada' }])).toBeNull();
  expect(correct([{ name: 'phone', from: '+15550000001', to: '+15550000009' }])).toEqual({ text: '+15550000009' });
  expect(correct([{ name: 'phone', from: '+15550000001', to: '+15550000009' }], { name: 'Fax' })).toBeNull();
  expect(correct([{ name: 'email', from: null, to: 'ada@x' }], { contact: 'O1' })).toBeNull();
  // Before and after.
  const phone = [{ name: 'phone', from: '+15550000001', to: '+15550000009' }];
  const stands = (over: Row) => isCorrected(SUBJECT, { ...row, ...over }, phone, KNOWLEDGE);
  expect(valuesToCorrect(SUBJECT, row, phone, KNOWLEDGE)).toEqual([{ name: 'phone', column: 'text', stored: '(555) 000-0001', to: '+15550000009' }]);
  expect([
    stands({}),
    stands({ text: '+15550000009' }),
    stands({ text: '+15550000009', contact: 'O1' }),
    stands({ text: '+15550000009', name: 'Fax' }),
  ]).toEqual([false, true, false, false]);
});
