import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { CodedError } from '../../errors.ts';
import { CATALOGS } from './all-catalogs.ts';
import { loadCatalog } from './catalog.ts';
import { describeTypes } from './describe-types.ts';
import { attachmentSchema, rowSchema } from './line-schema.ts';

function problemsOf(yaml: string): string[] {
  try {
    loadCatalog(yaml);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'catalog.invalid') return (error.details.problems ?? []).map(({ field }) => field);
    throw error;
  }
  return [];
}

test('the built-in catalogs offer the types of the product', () => {
  const offered = [...CATALOGS.values()].map(({ name, types }) => [name, types.map((type) => [type.name, type.entityTypes.map((entity) => entity.name)])]);
  expect(offered).toEqual([
    [
      'ucsx',
      [
        ['Interaction', ['EmailIn', 'EmailOut', 'Chat', 'PhoneCall', 'Callback', 'Cobrowse', 'OpenMedia']],
        ['Contact', ['Contact']],
      ],
    ],
    ['iwd', [['Event', ['WorkItem', 'WorkItemEvent']]]],
  ]);
});

test('every schema of the built-in catalogs is draft-07 without doubt and has an id of its own', () => {
  const schemas = [...CATALOGS.values()].flatMap((catalog) =>
    catalog.types.flatMap((type) =>
      type.entityTypes.flatMap((entity) => [
        rowSchema(catalog, entity),
        ...(entity.attachments ? [attachmentSchema(catalog, entity, entity.attachments.fields)] : []),
      ]),
    ),
  );
  const ajv = new Ajv({ strict: true, formats: { 'date-time': true } });
  for (const schema of schemas) expect(ajv.validateSchema(schema)).toBe(true);
  expect(new Set(schemas.map((schema) => schema['$id'])).size).toBe(schemas.length);
});

test('an entity type has the fields of its table, then its own', () => {
  const email = CATALOGS.get('ucsx')?.types[0]?.entityTypes[0];
  const names = Object.keys(email?.fields ?? {});
  expect([names[0], names.at(-1)]).toEqual(['ixnId', 'lang']);
  expect(email?.attachments).toMatchObject({ table: 'document', join: { column: 'entity_id', to: 'ixn_id' } });
});

const GOOD = `
name: small
version: 1
title: Small
tables:
  note: { schema: s, table: note, key: id, fields: { id: { column: id, type: string } } }
types:
  - name: Note
    entityTypes: [{ name: Letter, table: note }]
`;

test('a table may say when the source stored its rows; one that does not tells no late rows', () => {
  const arrivals = [...CATALOGS.values()].flatMap((catalog) => catalog.types.flatMap((type) => type.entityTypes.map((entity) => entity.arrival)));
  expect(new Set(arrivals)).toEqual(new Set(['stored_at']));
  expect([...CATALOGS.values()].flatMap(describeTypes).map((type) => type.tellsLateRows)).toEqual([true, true, true]);
  expect(describeTypes(loadCatalog(GOOD))).toMatchObject([{ hasTime: false, tellsLateRows: false }]);
  expect(describeTypes(loadCatalog(GOOD.replace('key: id,', 'key: id, time: at,')))).toMatchObject([{ hasTime: true, tellsLateRows: false }]);
  expect(describeTypes(loadCatalog(GOOD.replace('key: id,', 'key: id, time: at, arrival: seen,')))).toMatchObject([{ hasTime: true, tellsLateRows: true }]);
});

test('a small catalog is enough', () => {
  expect(problemsOf(GOOD)).toEqual([]);
});

test('all problems are named at once', () => {
  const yaml = GOOD.replace('version: 1', 'version: none')
    .replace('column: id, type: string', 'column: id, type: text')
    .replace('name: Letter', 'name: "../Letter"')
    .replace('key: id,', 'key: id, colour: red,');
  expect(problemsOf(yaml).sort()).toEqual(['tables.note', 'tables.note.fields.id.type', 'types[0].entityTypes[0].name', 'version']);
});

test.each([
  ['a table that does not exist', GOOD.replace('table: note }]', 'table: nope }]'), 'types[0].entityTypes[0].table'],
  ['an entity type named twice', GOOD.replace('table: note }]', 'table: note }, { name: Letter, table: note }]'), 'types[0].entityTypes[1].name'],
  [
    'a field the table has already',
    GOOD.replace('table: note }]', 'table: note, fields: { id: { column: x, type: string } } }]'),
    'types[0].entityTypes[0].fields.id',
  ],
  ['an arrival without a time', GOOD.replace('key: id,', 'key: id, arrival: stored_at,'), 'tables.note.arrival'],
  ['broken YAML', 'name: [', 'line 1'],
  ['a key named twice', `${GOOD}\nname: again`, 'line 11'],
])('refuses %s', (_, yaml, field) => {
  expect(problemsOf(yaml)).toContain(field);
});
