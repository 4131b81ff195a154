/** The newest rows of an entity type, masked inside the source: of what is not shown, only the size is asked for. */

import pg from 'pg';
import { CodedError } from '../../errors.ts';
import type { EntityType, Field } from '../catalogs/catalog.ts';
import { isShown, sampleCell } from '../catalogs/masking.ts';
import type { EntitySample, SampleCell } from '../source.ts';
import { rowConditions } from './conditions.ts';
import { inspect, placeOf, type SourceFacts } from './inspect.ts';
import { inSession, type Session } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { sourceError } from './source-error.ts';
import { referenceOf } from './statements.ts';

const { escapeIdentifier: name } = pg;
/** Somebody waits for a sample in front of a form. */
const TIMEOUT_MS = 5_000;
const STATEMENT_CANCELLED = '57014';

/** Reads a sample in a session of its own. Errors: `source.*`; `source.too_slow`; the signal's reason after an abort. */
export async function readSample(settings: PostgresSettings, entityTypes: readonly EntityType[], rows: number, signal: AbortSignal): Promise<EntitySample[]> {
  return inSession(settings, signal, (session) => readAll(session, entityTypes, rows));
}

async function readAll({ client }: Session, entityTypes: readonly EntityType[], rows: number): Promise<EntitySample[]> {
  await client.query(`SET LOCAL statement_timeout = ${TIMEOUT_MS}`);
  const facts = await inspect(client, entityTypes);
  const samples: EntitySample[] = [];
  for (const entity of entityTypes) {
    try {
      const found = await client.query<{ row: string }>(statementOf(entity, rows, facts));
      samples.push({ entityType: entity.name, rows: found.rows.map(({ row }) => maskedRow(entity, JSON.parse(row) as Record<string, unknown>)) });
    } catch (error) {
      const tooSlow = (error as { code?: string }).code === STATEMENT_CANCELLED;
      throw tooSlow
        ? new CodedError('source.too_slow', { value: placeOf(entity), range: `${TIMEOUT_MS / 1_000} seconds` })
        : sourceError(error, 'read', placeOf(entity));
    }
  }
  return samples;
}

function maskedRow(entity: EntityType, row: Readonly<Record<string, unknown>>): Record<string, SampleCell> {
  const cells = Object.entries(entity.fields).map(([json, field]): [string, SampleCell] => [json, sampleCell(field, row[json])]);
  const lists = Object.keys(entity.lists).map((json): [string, SampleCell] => [json, sampleCell(LIST, row[json])]);
  return Object.fromEntries([...cells, ...lists]);
}

const LIST: Field = { column: '', type: 'array', nullable: false };

/** Rows are chosen on bare columns, below the sizes: else the size of every row of the table would be worked out. */
function statementOf(entity: EntityType, rows: number, facts: SourceFacts): string {
  const time = entity.time === null ? null : `t.${name(entity.time)}`;
  const conditions = [
    ...rowConditions(entity, { window: { from: null, to: null }, dataFrom: null, arrival: null }, facts),
    ...(time === null ? [] : [`${time} IS NOT NULL`]),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const needed = [...Object.values(entity.fields).map((field) => field.column), ...Object.values(entity.lists).map((list) => list.join.to)];
  const bare = [...new Set(needed)].map((column) => `t.${name(column)}`).join(', ');
  // Without NULLS LAST, which no index in the usual order serves.
  const newest = `SELECT ${bare} FROM ${referenceOf(entity)} t ${where} ORDER BY ${time ?? `t.${name(entity.key)}`} DESC LIMIT ${rows}`;
  const columns = Object.entries(entity.fields).map(([json, field]) => `${expression(field)} AS ${name(json)}`);
  const lists = Object.entries(entity.lists).map(
    ([json, list]) => `(SELECT count(*) FROM ${referenceOf(list)} l WHERE l.${name(list.join.column)} = s.${name(list.join.to)}) AS ${name(json)}`,
  );
  return `SELECT row_to_json(r)::text AS row FROM (SELECT ${[...columns, ...lists].join(', ')} FROM (${newest}) s) r`;
}

function expression(field: Field): string {
  const bare = `s.${name(field.column)}`;
  if (isShown(field)) return bare;
  return field.type === 'base64' ? `octet_length(${bare})` : `char_length(${bare}::text)`;
}
