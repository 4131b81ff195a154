import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type IdentifierType, isStrong, keyOf, type NormalIdentifier } from './identifiers.ts';
import { holderIn, PersonSearch } from './person-graph.ts';
import type { SubjectRow } from './same-person.ts';

function id(type: IdentifierType, normal: string): NormalIdentifier {
  return { type, normal };
}

function row(key: string, ...identifiers: NormalIdentifier[]): SubjectRow {
  return rowIn('s', key, ...identifiers);
}

function rowIn(source: string, key: string, ...identifiers: NormalIdentifier[]): SubjectRow {
  return { source, table: 'contact', key, identifiers: identifiers.map((one) => ({ ...one, value: one.normal, role: 'alias' })) };
}

/** Asks a world of rows until nothing leads on. */
function search(world: readonly SubjectRow[], request: readonly NormalIdentifier[], isConfirmed = false, also: readonly NormalIdentifier[] = []): PersonSearch {
  const found = new PersonSearch(request, isConfirmed);
  ask(found, world);
  found.alsoAsk(also);
  ask(found, world);
  return found;
}

function ask(found: PersonSearch, world: readonly SubjectRow[]): void {
  for (let wanted = found.next(); wanted.length > 0; wanted = found.next()) {
    const keys = new Set(wanted.map(keyOf));
    found.take(world.filter(({ identifiers }) => identifiers.some((one) => keys.has(keyOf(one)))));
  }
}

const keys = (found: PersonSearch): string[] =>
  found
    .subjects()
    .map(({ key }) => key)
    .sort();
const ADA = row('ada', id('contact_id', 'A'), id('email', 'ada@x'), id('phone', '+1'));
const OLD_ADA = row('old', id('contact_id', 'O'), id('contact_id', 'A'), id('email', 'old@x'));
const BEN = row('ben', id('contact_id', 'B'), id('email', 'ben@x'), id('phone', '+1'));
const WORLD = [ADA, OLD_ADA, BEN];

test('a shared phone drags nobody in, and is known to be of others too', () => {
  const found = search(WORLD, [id('email', 'old@x')], false, [id('email', 'ben@x'), id('email', 'copy@x')]);
  expect([found.candidates(), keys(found)]).toEqual([{ state: 'found', people: 1, more: false }, ['ada', 'old']]);
  const holder = holderIn(found.holders());
  expect(['ada@x', 'old@x', 'ben@x', 'copy@x', 'new@x'].map((address) => holder(id('email', address)))).toEqual([
    'person',
    'person',
    'others',
    'nobody',
    'unknown',
  ]);
  expect([holder(id('phone', '+1')), holder(id('contact_id', 'O')), holder(id('contact_id', 'B')), holder(id('customer_id', 'Z'))]).toEqual([
    'both',
    'person',
    'others',
    'others',
  ]);
});

test('what leads to two people is ambiguous until more is said, or it is confirmed', () => {
  const alone = search(WORLD, [id('phone', '+1')]);
  expect([alone.candidates(), alone.aliases(), keys(alone)]).toEqual([{ state: 'ambiguous', people: 2, more: false }, [], []]);
  expect(keys(search(WORLD, [id('phone', '+1'), id('email', 'ben@x')]))).toEqual(['ben']);
  expect(keys(search(WORLD, [id('phone', '+1')], true))).toEqual(['ada', 'ben', 'old']);
  expect(search(WORLD, [id('email', 'ada@x'), id('email', 'ben@x')]).candidates()).toEqual({ state: 'ambiguous', people: 2, more: false });
  expect(search(WORLD, [id('contact_id', 'A'), id('email', 'ben@x')]).candidates().state).toBe('ambiguous');
});

test('strangers of two sources with the same contact id are not one person before somebody says so', () => {
  const eu = rowIn('eu', 'ada', id('contact_id', '1'), id('email', 'ada@x'));
  const us = rowIn('us', 'bob', id('contact_id', '1'), id('email', 'bob@y'));
  const of = (other: SubjectRow, ...request: NormalIdentifier[]) => search([eu, other], request).candidates();
  for (const request of [id('email', 'ada@x'), id('email', 'bob@y'), id('contact_id', '1')])
    expect(of(us, request)).toEqual({ state: 'ambiguous', people: 2, more: false });
  expect(search([eu, us], [id('email', 'ada@x')]).aliases()).toEqual([]);
  const confirmed = search([eu, us], [id('email', 'ada@x')], true);
  expect([confirmed.candidates().people, keys(confirmed)]).toEqual([2, ['ada', 'bob']]);
  // A second row of either says nothing more.
  expect(search([eu, us, rowIn('us', 'more', id('contact_id', '1'), id('phone', '+2'))], [id('email', 'ada@x')]).candidates().people).toBe(2);
  // Something else that both have does; in one source the contact id is enough.
  for (const other of [
    rowIn('us', 'other', id('contact_id', '1'), id('email', 'ada@x')),
    rowIn('us', 'other', id('contact_id', '1'), id('customer_id', 'C')),
    rowIn('eu', 'other', id('contact_id', '1'), id('email', 'bob@y')),
  ])
    expect(search([eu, rowIn('eu', 'also', id('contact_id', '1'), id('customer_id', 'C')), other], [id('email', 'ada@x')]).candidates()).toMatchObject({
      state: 'found',
      people: 1,
    });
});

test('nobody is found, and what was asked for is still what records are searched for', () => {
  const found = search(WORLD, [id('email', 'eve@x'), id('customer_id', 'E')]);
  expect(found.candidates()).toEqual({ state: 'none', people: 0, more: false });
  expect(found.aliases().map(({ normal }) => normal)).toEqual(['eve@x', 'E']);
  expect(holderIn(found.holders())(id('customer_id', 'E'))).toBe('person');
});

test('an identifier of thousands is no person’s, not even when confirmed; nor does it stand in the way as one of her aliases', () => {
  const many = Array.from({ length: 3_000 }, (_, n) => row(`m${n}`, id('contact_id', `M${n}`), id('email', 'info@x')));
  expect(search(many, [id('email', 'info@x')], true).candidates()).toMatchObject({ state: 'ambiguous', more: true });
  const eve = row('eve', id('contact_id', 'E'), id('email', 'info@x'));
  const found = search([...many, eve], [id('contact_id', 'E')]);
  expect([keys(found), holderIn(found.holders())(id('email', 'info@x'))]).toEqual([['eve'], 'both']);
  // Nor beside what names her; but what she does not have is not read as hers.
  const named = search([...many, eve], [id('email', 'info@x'), id('contact_id', 'E')]);
  expect([named.candidates(), keys(named), holderIn(named.holders())(id('email', 'info@x'))]).toEqual([
    { state: 'found', people: 1, more: false },
    ['eve'],
    'both',
  ]);
  expect(search([...many, ADA], [id('email', 'info@x'), id('contact_id', 'A')]).candidates()).toMatchObject({ state: 'ambiguous', more: true });
});

test('found is what a search by hand finds, whatever the world', () => {
  const strong = fc.record({ type: fc.constantFrom<IdentifierType>('contact_id', 'customer_id'), normal: fc.nat(8).map(String) });
  const weak = fc.record({ type: fc.constantFrom<IdentifierType>('email', 'phone'), normal: fc.nat(6).map(String) });
  const drawnRow = fc.tuple(fc.array(strong, { minLength: 1, maxLength: 3 }), fc.array(weak, { maxLength: 3 }), fc.constantFrom('s', 's', 's', 't'));
  const rows = fc.array(drawnRow, { maxLength: 14 });
  let [people, strangers] = [0, 0];
  fc.assert(
    fc.property(rows, fc.array(fc.oneof(strong, weak), { minLength: 1, maxLength: 3 }), fc.boolean(), (drawn, request, isConfirmed) => {
      const world = drawn.map(([a, b, source], n) => rowIn(source, `r${n}`, ...a, ...b));
      const groups = groupsOf(world);
      const withIt = (one: NormalIdentifier) => groups.filter((group) => group.some((r) => has(r, one)));
      const named = [...new Set(request.filter(({ type }) => isStrong(type)).flatMap(withIt))];
      const leads = request
        .map((one) => (named.length === 1 && withIt(one).some((group) => named.includes(group)) ? named : withIt(one)))
        .filter((group) => group.length > 0);
      const led = [...new Set(leads.flat())];
      const meant = isConfirmed ? led : led.filter((group) => leads.every((lead) => lead.includes(group)));
      const found = search(world, request, isConfirmed);
      const count = (some: SubjectRow[][]) => some.reduce((sum, group) => sum + peopleByHand(group), 0);
      const isFound = led.length > 0 && (isConfirmed || count(meant) === 1);
      if (meant.length === 1 && !isFound) strangers += 1;
      expect(found.candidates()).toEqual({
        state: led.length === 0 ? 'none' : isFound ? 'found' : 'ambiguous',
        people: count(isFound ? meant : led),
        more: false,
      });
      expect(keys(found)).toEqual(
        isFound
          ? meant
              .flat()
              .map(({ key }) => key)
              .sort()
          : [],
      );
      if (!isFound) return;
      people += 1;
      const hers = meant.flat();
      const holder = holderIn(found.holders());
      for (const one of hers.flatMap(({ identifiers }) => identifiers)) {
        const others = world.some((r) => !hers.includes(r) && has(r, one));
        expect(holder(one), keyOf(one)).toBe(others ? 'both' : 'person');
        if (isStrong(one.type)) expect(others).toBe(false);
      }
    }),
    { numRuns: 1_500 },
  );
  expect(people).toBeGreaterThan(200);
  expect(strangers).toBeGreaterThan(20);
});

function has({ identifiers }: SubjectRow, one: NormalIdentifier): boolean {
  return identifiers.some((other) => keyOf(other) === keyOf(one));
}

function groupsOf(world: readonly SubjectRow[]): SubjectRow[][] {
  return merged(
    world.map((one) => [one]),
    (one, other) => inCommon(one, other).some(({ type }) => isStrong(type)),
  );
}

/** Within a source by any strong identifier, beyond it by customer id; what that leaves by a contact id and something weak. */
function peopleByHand(group: readonly SubjectRow[]): number {
  const certain = merged(
    group.map((one) => [one]),
    (one, other) =>
      inCommon(one, other).some(({ type }) => type === 'customer_id') ||
      one.some((a) => other.some((b) => a.source === b.source && inCommon([a], [b]).some(({ type }) => isStrong(type)))),
  );
  const withWeak = (one: readonly SubjectRow[], other: readonly SubjectRow[]): boolean => {
    const both = inCommon(one, other);
    return both.some(({ type }) => type === 'contact_id') && both.some(({ type }) => !isStrong(type));
  };
  // Those that a chain of such pairs holds together.
  let count = 0;
  const left = new Set(certain);
  for (const one of certain) {
    if (!left.delete(one)) continue;
    count += 1;
    const chain = [one];
    for (const link of chain) for (const other of [...left]) if (withWeak(link, other) && left.delete(other)) chain.push(other);
  }
  return count;
}

function inCommon(one: readonly SubjectRow[], other: readonly SubjectRow[]): NormalIdentifier[] {
  return one.flatMap(({ identifiers }) => identifiers.filter((each) => other.some((row) => has(row, each))));
}

/** By merging again and again until nothing changes. */
function merged(groups: SubjectRow[][], areOne: (one: SubjectRow[], other: SubjectRow[]) => boolean): SubjectRow[][] {
  for (let index = 0; index < groups.length; index += 1) {
    const group = groups[index] as SubjectRow[];
    const other = groups.findIndex((candidate, at) => at !== index && areOne(group, candidate));
    if (other === -1) continue;
    group.push(...(groups[other] as SubjectRow[]));
    groups.splice(other, 1);
    index = -1;
  }
  return groups;
}
