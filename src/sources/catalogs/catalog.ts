/**
 * A catalog describes the types of a source: where rows come from, their key and time column,
 * entity types, fields and attachments. It is a YAML file; connectors read the resolved form below.
 */

import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Problem, refuseProblems } from '../../errors.ts';
import {
  type Attachments,
  type EntityType,
  type Field,
  type Fields,
  fieldSchema,
  filterSchema,
  identifier,
  type NestedList,
  type RowFilter,
  type TableReference,
} from './catalog-parts.ts';
import { type PeopleCatalog, type PeoplePlace, peopleProblems, resolvePeople } from './people-catalog.ts';
import { peopleSchema } from './people-schema.ts';

const fieldName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name like ixnId');
/** Names of types and entity types also name files, hence letters and digits only. */
const typeName = z.string().regex(/^[A-Z][A-Za-z0-9]{0,62}$/, 'a name like EmailIn');
const tableName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name like workItem');

const fieldsSchema = z.record(fieldName, fieldSchema);
const joinSchema = z.strictObject({ column: identifier, to: identifier });
const listSchema = z.strictObject({
  schema: identifier,
  table: identifier,
  key: identifier,
  join: joinSchema,
  title: z.string().optional(),
  fields: fieldsSchema,
});
const tableSchema = z.strictObject({
  schema: identifier,
  table: identifier,
  key: identifier,
  time: identifier.optional(),
  arrival: identifier.optional(),
  fields: fieldsSchema,
  lists: z.record(fieldName, listSchema).default({}),
});
const entityTypeSchema = z.strictObject({
  name: typeName,
  table: tableName,
  filter: filterSchema.optional(),
  fields: fieldsSchema.default({}),
  attachments: z.strictObject({ table: tableName, join: joinSchema }).optional(),
});
const catalogSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name like ucsx'),
  version: z.number().int().min(1),
  title: z.string(),
  tables: z.record(tableName, tableSchema),
  types: z.array(z.strictObject({ name: typeName, entityTypes: z.array(entityTypeSchema).min(1) })).min(1),
  people: peopleSchema.optional(),
});
export type { Attachments, EntityType, Field, Fields, NestedList, RowFilter, TableReference };
type CatalogFile = z.infer<typeof catalogSchema>;

export interface CatalogType {
  readonly name: string;
  readonly entityTypes: readonly EntityType[];
}
export interface Catalog {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly types: readonly CatalogType[];
  /** Where it names people; null: it says nothing of them. */
  readonly people: PeopleCatalog | null;
}

/** Reads a catalog; `catalog.invalid` names all problems at once. */
export function loadCatalog(yaml: string): Catalog {
  const document = parseDocument(yaml);
  refuseProblems(
    'catalog.invalid',
    document.errors.map((error) => problem(`line ${error.linePos?.[0].line ?? 1}`, error.code)),
  );
  const parsed = catalogSchema.safeParse(document.toJS());
  if (!parsed.success) {
    refuseProblems(
      'catalog.invalid',
      parsed.error.issues.map((issue) => problem(fieldPath(issue.path), issue.message)),
    );
    throw parsed.error;
  }
  refuseProblems('catalog.invalid', contradictions(parsed.data));
  refuseProblems('catalog.invalid', peopleProblems(parsed.data.people ?? {}, placesOf(parsed.data)));
  return resolve(parsed.data);
}

function problem(field: string, range: string): Problem {
  return { code: 'catalog.invalid', field, range };
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`)).join('');
}

/** What single values cannot show: names that lead nowhere or stand twice. */
function contradictions(file: CatalogFile): Problem[] {
  const found: Problem[] = [];
  const typeNames = new Set<string>();
  file.types.forEach((type, t) => {
    if (typeNames.has(type.name)) found.push(problem(`types[${t}].name`, 'a name that occurs once'));
    typeNames.add(type.name);
    const entityNames = new Set<string>();
    type.entityTypes.forEach((entity, e) => {
      const at = `types[${t}].entityTypes[${e}]`;
      if (entityNames.has(entity.name)) found.push(problem(`${at}.name`, 'a name that occurs once'));
      entityNames.add(entity.name);
      for (const [field, name] of [
        ['table', entity.table],
        ['attachments.table', entity.attachments?.table],
      ] as const) {
        if (name !== undefined && !file.tables[name]) found.push(problem(`${at}.${field}`, Object.keys(file.tables).join(', ')));
      }
      const table = file.tables[entity.table];
      for (const name of Object.keys(entity.fields)) {
        if (table?.fields[name]) found.push(problem(`${at}.fields.${name}`, 'a name the table does not have'));
      }
    });
  });
  for (const [name, table] of Object.entries(file.tables)) {
    for (const [field, { identifies, coded }] of Object.entries(table.fields)) {
      if (identifies !== undefined && coded) found.push(problem(`tables.${name}.fields.${field}.coded`, 'not beside identifies'));
    }
    // Which window a row is late for is known by its time alone.
    if (table.arrival !== undefined && table.time === undefined) found.push(problem(`tables.${name}.arrival`, 'only beside time'));
    for (const list of Object.keys(table.lists)) {
      if (table.fields[list]) found.push(problem(`tables.${name}.lists.${list}`, 'a name that is no field'));
    }
  }
  return found;
}

function resolve(file: CatalogFile): Catalog {
  const tableNamed = (name: string): CatalogFile['tables'][string] => {
    const table = file.tables[name];
    if (!table) throw new Error(`unchecked table ${name}`);
    return table;
  };
  const types = file.types.map((type) => ({
    name: type.name,
    entityTypes: type.entityTypes.map((entity): EntityType => {
      const { schema, table, key, time, arrival, fields, lists } = tableNamed(entity.table);
      const { attachments } = entity;
      return {
        name: entity.name,
        schema,
        table,
        key,
        time: time ?? null,
        arrival: arrival ?? null,
        filter: entity.filter ?? null,
        fields: { ...fields, ...entity.fields },
        lists,
        attachments: attachments ? { ...tableNamed(attachments.table), join: attachments.join } : null,
      };
    }),
  }));
  const entityTypesOf = (table: string) =>
    file.types.flatMap(({ name, entityTypes }, t) =>
      entityTypes.flatMap((entity, e) => {
        const resolved = types[t]?.entityTypes[e];
        return entity.table === table && resolved ? [[name, resolved] as const] : [];
      }),
    );
  const people = file.people ? resolvePeople(file.people, placesOf(file), entityTypesOf) : null;
  return { name: file.name, version: file.version, title: file.title, types, people };
}

/** Every table with the fields of all its entity types, and every list. */
function placesOf(file: CatalogFile): Map<string, PeoplePlace> {
  const entities = file.types.flatMap(({ entityTypes }) => entityTypes);
  return new Map(
    Object.entries(file.tables).flatMap(([name, { schema, table, key, time, fields, lists }]) => {
      const own = entities.filter((entity) => entity.table === name);
      const all = Object.assign({}, fields, ...own.map((entity) => entity.fields)) as Fields;
      const more = [...(time ? [time] : []), ...own.flatMap(({ filter }) => (filter ? [filter.column] : []))];
      const nested = Object.entries(lists).map(([list, one]): [string, PeoplePlace] => [
        `${name}.${list}`,
        { ...one, more: [one.join.column], within: { table: name, join: one.join } },
      ]);
      return [[name, { schema, table, key, fields: all, more, within: null }] as [string, PeoplePlace], ...nested];
    }),
  );
}
