import { expect, test } from 'vitest';
import { CodedError } from '../../errors.ts';
import { CATALOGS } from './all-catalogs.ts';
import { loadCatalog } from './catalog.ts';

const GOOD = `
name: small
version: 1
title: Small
tables:
  person:
    schema: s
    table: person
    key: id
    fields: { id: { column: id, type: string, nullable: false }, mail: { column: mail, type: string }, age: { column: age, type: integer } }
    lists:
      phones: { schema: s, table: phone, key: n, join: { column: person_id, to: id }, fields: { n: { column: n, type: integer }, number: { column: number, type: string } } }
  note:
    schema: s
    table: note
    key: n
    fields: { n: { column: n, type: integer }, person: { column: person_id, type: string }, to: { column: recipients, type: array } }
types:
  - name: Note
    entityTypes: [{ name: Letter, table: note, filter: { column: kind, equals: 1 }, fields: { lang: { column: lang, type: string } } }]
  - name: Person
    entityTypes: [{ name: Person, table: person }]
people:
  person:
    subject: true
    identifiers: [{ column: id, type: contact_id, role: owner }, { column: mail, type: email, role: alias }]
    children: [{ table: person.phones, column: person_id, to: id }]
    erase: delete
    rectify: [{ name: mail, column: mail, type: email }]
  person.phones:
    subject: true
    identifiers: [{ column: person_id, type: contact_id, role: owner }, { column: number, type: phone, role: alias }]
    erase: delete
  note:
    identifiers: [{ column: person_id, type: contact_id, role: owner }, { column: recipients, list: address, type: email, role: participant }]
    erase: anonymise
    ground: because
    ownerFields: { person_id: null, lang: null }
`;

function problemsOf(yaml: string): string[] {
  try {
    loadCatalog(yaml);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'catalog.invalid') return (error.details.problems ?? []).map(({ field }) => field);
    throw error;
  }
  return [];
}

test('records come before people, and what belongs to a row before the row', () => {
  const order = (catalog = loadCatalog(GOOD)) => catalog.people?.tables.map(({ rules }) => rules.name);
  expect(order()).toEqual(['note', 'person.phones', 'person']);
  expect(order(CATALOGS.get('ucsx'))).toEqual(['interaction', 'contact.attributes', 'contact']);
  expect(order(CATALOGS.get('iwd'))).toEqual(['workItem']);
  expect(loadCatalog(GOOD.slice(0, GOOD.indexOf('people:'))).people).toBeNull();
});

test('a table knows the entity types of its rows and what its columns take', () => {
  const interaction = CATALOGS.get('ucsx')?.people?.tables[0];
  expect(interaction?.entityTypes.map(([type, entity]) => `${type}.${entity.name}`)).toContain('Interaction.Chat');
  expect(interaction?.rules.kinds).toMatchObject({ cc_addresses: 'json', from_address: 'text', start_date: 'other', entity_type_id: 'other' });
});

test('every identifier that a built-in catalog marks is one that its section knows, save those of employees', () => {
  for (const catalog of CATALOGS.values()) {
    const named = new Set(
      catalog.people?.tables.flatMap(({ place, rules }) =>
        [...rules.identifiers.map(({ column }) => column), ...rules.identifiers.flatMap(({ beside }) => beside), rules.house].map(
          (column) => `${place.table}.${column}`,
        ),
      ),
    );
    const marked = catalog.types.flatMap(({ entityTypes }) =>
      entityTypes.flatMap((entity) =>
        Object.values(entity.fields).flatMap(({ identifies, column }) =>
          ['email', 'phone', 'customer', 'contact'].includes(identifies ?? '') ? [`${entity.table}.${column}`] : [],
        ),
      ),
    );
    expect(marked.filter((one) => !named.has(one))).toEqual([]);
  }
});

test.each<[string, (yaml: string) => string, string]>([
  ['no such table', (yaml) => yaml.replace('\n  note:\n    identifiers', '\n  notes:\n    identifiers'), 'people.notes'],
  ['no such column', (yaml) => yaml.replace('{ column: mail, type: email', '{ column: post, type: email'), 'people.person'],
  ['an unknown type', (yaml) => yaml.replace('{ column: mail, type: email', '{ column: mail, type: fax'), 'people.person.identifiers[1].type'],
  ['an unknown role', (yaml) => yaml.replace('role: participant', 'role: guest'), 'people.note.identifiers[1].role'],
  ['no such child', (yaml) => yaml.replace('table: person.phones', 'table: person.faxes'), 'people.person.children[0].table'],
  ['no such column of a child', (yaml) => yaml.replace('column: person_id, to: id }]', 'column: owner_id, to: id }]'), 'people.person.children[0]'],
  ['no such column of the parent', (yaml) => yaml.replace('column: person_id, to: id }]', 'column: person_id, to: nr }]'), 'people.person'],
  [
    'a circle',
    (yaml) =>
      yaml.replace(
        'role: alias }]\n    erase: delete\n  note',
        'role: alias }]\n    children: [{ table: person, column: id, to: person_id }]\n    erase: delete\n  note',
      ),
    'people.person.phones.children',
  ],
  [
    'children that change under a row that goes',
    (yaml) => yaml.replace('to: id }]\n    erase', 'to: id, change: { number: null } }]\n    erase'),
    'people.person.children[0].change',
  ],
  [
    'a ground where nothing stays',
    (yaml) => yaml.replace('erase: delete\n  note', 'erase: delete\n    ground: because\n  note'),
    'people.person.phones.ground',
  ],
  ['no ground where rows stay', (yaml) => yaml.replace('    ground: because\n', ''), 'people.note.ground'],
  ['nothing taken out of rows that stay', (yaml) => yaml.replace('    ownerFields: { person_id: null, lang: null }\n', ''), 'people.note.ownerFields'],
  [
    'null in what is never null',
    (yaml) => yaml.replace('rectify: [{ name: mail', 'ownerFields: { id: null }\n    rectify: [{ name: mail'),
    'people.person.ownerFields.id',
  ],
  [
    'a list in a number',
    (yaml) => yaml.replace('{ column: mail, type: email, role: alias }', '{ column: age, list: x, type: email, role: alias }'),
    'people.person.identifiers[1].list',
  ],
  [
    'a key that may be corrected',
    (yaml) => yaml.replace('{ name: mail, column: mail, type: email }', '{ name: mail, column: id }'),
    'people.person.rectify[0].column',
  ],
])('refuses %s', (_, change, field) => {
  expect(problemsOf(GOOD)).toEqual([]);
  expect(change(GOOD)).not.toBe(GOOD);
  expect(problemsOf(change(GOOD))).toContain(field);
});
