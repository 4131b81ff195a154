/**
 * A catalog describes the types of a source: where rows come from, their key and time column,
 * entity types, fields and attachments. It is a YAML file; connectors read the resolved form below.
 */

import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Problem, refuseProblems } from '../../errors.ts';

const identifier = z.string().regex(/^[^\0]{1,63}$/, 'a name of 1 to 63 characters');
const fieldName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name like ixnId');
/** Names of types and entity types also name files, hence letters and digits only. */
const typeName = z.string().regex(/^[A-Z][A-Za-z0-9]{0,62}$/, 'a name like EmailIn');
const tableName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name like workItem');

/** What a field can tell of a person: the customer, or for `employee` somebody who works there. */
const IDENTIFIERS = ['name', 'email', 'phone', 'customer', 'contact', 'address', 'employee'] as const;

const fieldSchema = z.strictObject({
  column: identifier,
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object', 'any', 'base64']),
  format: z.enum(['date-time', 'date', 'time', 'uuid']).optional(),
  nullable: z.boolean().default(true),
  title: z.string().optional(),
  /** What the value tells of a person; a sample never shows it. */
  identifies: z.enum(IDENTIFIERS).optional(),
  /** A code out of a closed list, which nobody types: the one kind of text that a sample shows. */
  coded: z.literal(true).optional(),
});
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
const filterSchema = z.strictObject({ column: identifier, equals: z.union([z.string(), z.number().int(), z.boolean()]) });
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
});
type CatalogFile = z.infer<typeof catalogSchema>;

/** One property of a JSON line and the column behind it. */
export type Field = z.infer<typeof fieldSchema>;
/** JSON name to field, in the order of the line. */
export type Fields = Readonly<Record<string, Field>>;
export type RowFilter = z.infer<typeof filterSchema>;
export interface TableReference {
  readonly schema: string;
  readonly table: string;
}
/** `column` of the dependent table holds what `to` of the main table holds. */
export interface Join {
  readonly column: string;
  readonly to: string;
}
/** Rows of another table nested into the line as an array. */
export interface NestedList extends TableReference {
  readonly key: string;
  readonly join: Join;
  readonly title?: string | undefined;
  readonly fields: Fields;
}
export interface Attachments extends TableReference {
  readonly key: string;
  readonly join: Join;
  readonly fields: Fields;
}
/** Everything needed to read one entity type. */
export interface EntityType extends TableReference {
  readonly name: string;
  readonly key: string;
  readonly time: string | null;
  /** Column (timestamptz) that says when the source stored the row; a database may lack it, then late rows are not told. */
  readonly arrival: string | null;
  readonly filter: RowFilter | null;
  readonly fields: Fields;
  readonly lists: Readonly<Record<string, NestedList>>;
  readonly attachments: Attachments | null;
}
export interface CatalogType {
  readonly name: string;
  readonly entityTypes: readonly EntityType[];
}
export interface Catalog {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly types: readonly CatalogType[];
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
  return { name: file.name, version: file.version, title: file.title, types };
}
