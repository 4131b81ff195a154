/** The files of a request: their names, schemas and SQL. */

import type { Attachments, Catalog, EntityType, TableReference } from '../catalogs/catalog.ts';
import { attachmentSchema, rowSchema } from '../catalogs/line-schema.ts';
import type { SourceFile, SourceWindow } from '../source.ts';
import { certainTypes } from './certain-types.ts';
import { lateConditions, RANGE, rowConditions, type Scope } from './conditions.ts';
import { placeOf, type SourceFacts } from './inspect.ts';
import { suppressionOf } from './suppression.ts';
import { attachmentStatements, type CopyStatements, type FileStatements, rowStatements } from './statements.ts';

export interface ReadableFile {
  readonly file: SourceFile;
  readonly sql: FileStatements;
  /** Table named in errors. */
  readonly place: string;
  /** Rows in order of a time can be read in ranges of it; null: in one go only. */
  readonly ranges: Ranges | null;
  /** Of rows that another session could see in another state: only the first one may read them. */
  readonly isElsewhere: boolean;
}

export interface Ranges {
  readonly window: SourceWindow;
  readonly table: TableReference;
  readonly time: string;
  /** The rows of one range: `RANGE` stands for its condition. */
  readonly sql: CopyStatements;
}

/** Rows and, where the entity type has any, their attachments, which follow from the same conditions. */
export interface Section {
  readonly rows: ReadableFile;
  readonly attachments: ReadableFile | null;
}

/** The rows of the window. */
export function windowSection(catalog: Catalog, entity: EntityType, scope: Scope, facts: SourceFacts): Section {
  return section(catalog, entity, 'window', [...rowConditions(entity, scope, facts), ...suppressionOf(catalog, entity, scope.without ?? [])], facts, scope);
}

/** The late rows of a run of a chain; null when there can be none. */
export function lateSection(catalog: Catalog, entity: EntityType, scope: Scope, facts: SourceFacts): Section | null {
  const conditions = lateConditions(entity, scope, facts);
  return conditions ? section(catalog, entity, 'late', [...conditions, ...suppressionOf(catalog, entity, scope.without ?? [])], facts, scope) : null;
}

type Kind = 'window' | 'late';
const ENDING = { window: '', late: '-Late' } as const;
const ROWS = { window: 'rows', late: 'late_rows' } as const;
const ATTACHMENTS = { window: 'attachments', late: 'late_attachments' } as const;

function section(catalog: Catalog, entity: EntityType, kind: Kind, conditions: readonly string[], facts: SourceFacts, { window }: Scope): Section {
  // Late rows are few.
  const ranges = kind === 'window' ? rangesOf(catalog, entity, conditions, facts, window) : null;
  const file: SourceFile = {
    name: `${entity.name}${ENDING[kind]}.jsonl`,
    entityType: entity.name,
    content: ROWS[kind],
    schemaName: `${entity.name}.schema.json`,
    schema: rowSchema(catalog, entity),
    certain: certainTypes(entity, entity.fields, facts),
  };
  const isElsewhere = anyElsewhere([entity, ...Object.values(entity.lists)], facts);
  const rows = { file, sql: rowStatements(entity, catalog.people, conditions, facts), place: placeOf(entity), ranges, isElsewhere };
  const { attachments } = entity;
  return { rows, attachments: attachments ? attachmentFile(catalog, entity, attachments, kind, conditions, facts) : null };
}

function rangesOf({ people }: Catalog, entity: EntityType, conditions: readonly string[], facts: SourceFacts, window: SourceWindow): Ranges | null {
  const { time } = entity;
  if (time === null || !facts.get(placeOf(entity))?.readableInstants.has(time)) return null;
  const { copy, binary } = rowStatements(entity, people, [...conditions, RANGE], facts);
  return { window, table: entity, time, sql: { copy, binary } };
}

function attachmentFile(
  catalog: Catalog,
  entity: EntityType,
  attachments: Attachments,
  kind: Kind,
  conditions: readonly string[],
  facts: SourceFacts,
): ReadableFile {
  const file: SourceFile = {
    name: `${entity.name}${ENDING[kind]}-Attachment.jsonl`,
    entityType: entity.name,
    content: ATTACHMENTS[kind],
    schemaName: `${entity.name}-Attachment.schema.json`,
    schema: attachmentSchema(catalog, entity, attachments.fields),
    certain: certainTypes(attachments, attachments.fields, facts),
  };
  const isElsewhere = anyElsewhere([entity, attachments], facts);
  return { file, sql: attachmentStatements(entity, attachments, conditions, facts), place: placeOf(attachments), ranges: null, isElsewhere };
}

function anyElsewhere(tables: readonly TableReference[], facts: SourceFacts): boolean {
  return tables.some((table) => facts.get(placeOf(table))?.isElsewhere);
}
