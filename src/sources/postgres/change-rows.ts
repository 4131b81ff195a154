/** Changes and deletes rows for data requests: in one transaction, with the credential that may write, and only what was decided of the locked row. */

import pg from 'pg';
import { columnsOf, type Row } from '../../domain/data-requests/people-rules.ts';
import type { RowVerdict } from '../../domain/data-requests/row-verdict.ts';
import { CodedError } from '../../errors.ts';
import type { PeopleCatalog, PeoplePlace, PeopleSource } from '../catalogs/people-catalog.ts';
import type { RowOutcome, TableKeys } from '../people.ts';
import { foreignKeysOn } from './foreign-keys.ts';
import { placeOf } from './inspect.ts';
import { textOf } from './people-conditions.ts';
import { inSession } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { referenceOf } from './statements.ts';

const { escapeIdentifier: name } = pg;

/** Somebody else's lock is waited for no longer; then the step is tried again later. */
const LOCK_TIMEOUT_MS = 30_000;
const NO_RIGHT = '42501';
/**
 * A rule of the database is broken by what was to be written: not null, foreign key, unique, check, exclusion; or it cannot be stored there: a text that is too
 * long, a number out of range, what the type does not read as one of its values, letters that the encoding has not got.
 */
const BROKEN_RULES = new Set(['23502', '23503', '23505', '23514', '23P01', '23001', '22001', '22003', '22007', '22008', '22P02', '22P05']);
/** Begins anew what `openSession` began as a reader. Triggers of the source find their tables by the path that the account has; our own SQL names schemas. */
const BEGIN = `COMMIT; RESET search_path; BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`;

interface Locked {
  readonly key: string;
  readonly row: Row;
  readonly verdict: RowVerdict;
}

/** See `PeopleVerbs.change`. */
export async function changeRows(
  settings: PostgresSettings,
  people: PeopleCatalog,
  { table, keys }: TableKeys,
  decide: (row: Row) => RowVerdict,
  signal: AbortSignal,
  guard: () => Promise<void> = async () => undefined,
): Promise<RowOutcome[]> {
  const source = people.tables.find(({ rules }) => rules.name === table);
  if (!source) throw new Error(`no table ${table} with people`);
  const place = placeOf(source.place);
  if (!settings.writer) throw new CodedError('gdpr.no_write_access', { value: place });
  return inSession({ ...settings, ...settings.writer }, signal, async ({ client }) => {
    try {
      // Asked before: a replica has no one code for what it cannot do.
      if (await isReplica(client)) throw new CodedError('gdpr.read_only', { value: place });
      await guard();
      await client.query(BEGIN);
      const locked = await lock(client, source, keys, decide);
      const children = await apply(client, people, source, locked);
      await client.query('COMMIT');
      return outcomes(keys, locked, children);
    } catch (error) {
      throw explained(error, place);
    }
  });
}

/** Whether the server follows another one, and so takes no changes. */
export async function isReplica(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ isReplica: boolean }>('SELECT pg_is_in_recovery() AS "isReplica"');
  return rows[0]?.isReplica === true;
}

/** In order of the key, so that two who change the same rows wait for each other and not both. */
async function lock(client: pg.Client, { place, rules }: PeopleSource, keys: readonly string[], decide: (row: Row) => RowVerdict): Promise<Locked[]> {
  const columns = columnsOf(rules);
  const key = `t.${name(place.key)}`;
  const cells = [textOf(place.key), ...columns.map((column) => textOf(column))].join(', ');
  const { rows } = await client.query<(string | null)[]>({
    text: `SELECT ${cells} FROM ${referenceOf(place)} t WHERE ${key} = ANY ($1) ORDER BY ${key} FOR UPDATE`,
    values: [[...keys]],
    rowMode: 'array',
  });
  return rows.map(([found, ...values]) => {
    const row = Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]));
    return { key: found ?? '', row, verdict: decide(row) };
  });
}

/** What belongs to rows first, then what points at those that go, then the rows. Gives how many children went or changed, by key. */
async function apply(client: pg.Client, people: PeopleCatalog, { place, rules }: PeopleSource, locked: readonly Locked[]): Promise<Map<string, number>> {
  const leaving = locked.filter(({ verdict }) => verdict.do === 'delete' || (verdict.do === 'change' && verdict.children));
  const children = new Map<string, number>();
  for (const { key, row } of leaving) {
    let count = 0;
    for (const child of rules.children) count += await changeChildren(client, people, child, row[child.to] ?? null);
    children.set(key, count);
  }
  const gone = locked.filter(({ verdict }) => verdict.do === 'delete').map(({ key }) => key);
  if (gone.length > 0) {
    const known = rules.children.map(({ table, column }) => ({ table: people.places.get(table), column }));
    for (const reference of await foreignKeysOn(client, place)) {
      if (known.some((child) => child.table && placeOf(child.table) === placeOf(reference) && child.column === reference.column)) continue;
      const pointing = `SELECT t.${name(reference.to)} FROM ${referenceOf(place)} t WHERE t.${name(place.key)} = ANY ($1)`;
      await client.query(`UPDATE ${referenceOf(reference)} r SET ${name(reference.column)} = NULL WHERE r.${name(reference.column)} IN (${pointing})`, [gone]);
    }
    const { rowCount } = await client.query(`DELETE FROM ${referenceOf(place)} t WHERE t.${name(place.key)} = ANY ($1)`, [gone]);
    // A trigger may keep rows without a word.
    if (rowCount !== gone.length) throw new CodedError('gdpr.constraint', { value: placeOf(place) });
  }
  for (const { key, verdict } of locked) if (verdict.do === 'change') await update(client, place, place.key, key, verdict.values);
  return children;
}

async function changeChildren(client: pg.Client, people: PeopleCatalog, child: PeopleSource['rules']['children'][number], to: string | null): Promise<number> {
  const place = people.places.get(child.table);
  if (!place || to === null) return 0;
  if (child.change !== null) return update(client, place, child.column, to, child.change);
  const below = people.tables.find(({ rules }) => rules.name === child.table)?.rules.children ?? [];
  let count = 0;
  for (const grandchild of below) {
    const { rows } = await client.query<{ to: string | null }>(
      `SELECT ${textOf(grandchild.to)} AS to FROM ${referenceOf(place)} t WHERE t.${name(child.column)} = $1`,
      [to],
    );
    for (const row of rows) count += await changeChildren(client, people, grandchild, row.to);
  }
  const { rowCount } = await client.query(`DELETE FROM ${referenceOf(place)} t WHERE t.${name(child.column)} = $1`, [to]);
  return count + (rowCount ?? 0);
}

/** Only rows in which something is different count, and are written. */
async function update(client: pg.Client, place: PeoplePlace, column: string, value: string, values: Readonly<Record<string, string | null>>): Promise<number> {
  const entries = Object.entries(values);
  if (entries.length === 0) return 0;
  const set = entries.map(([changed], index) => `${name(changed)} = $${index + 2}`).join(', ');
  const differs = entries.map(([changed], index) => `${textOf(changed)} IS DISTINCT FROM $${index + 2 + entries.length}`).join(' OR ');
  const given = entries.map(([, one]) => one);
  const { rowCount } = await client.query(`UPDATE ${referenceOf(place)} t SET ${set} WHERE t.${name(column)} = $1 AND (${differs})`, [
    value,
    ...given,
    ...given,
  ]);
  return rowCount ?? 0;
}

function outcomes(keys: readonly string[], locked: readonly Locked[], children: ReadonlyMap<string, number>): RowOutcome[] {
  const found = new Set(locked.map(({ key }) => key));
  const done = locked.map(({ key, verdict }): RowOutcome => {
    const what = verdict.do === 'delete' ? 'deleted' : verdict.do === 'change' ? 'changed' : 'kept';
    return { key, done: what, verdict, children: children.get(key) ?? 0 };
  });
  return [...done, ...keys.filter((key) => !found.has(key)).map((key): RowOutcome => ({ key, done: 'gone', verdict: null, children: 0 }))];
}

/** The driver's message may quote rows: only the names of table and rule come out. */
function explained(error: unknown, place: string): unknown {
  const { code, table, constraint, column } = error as { code?: string; table?: string; constraint?: string; column?: string };
  if (code === NO_RIGHT) return new CodedError('gdpr.no_write_access', { value: place });
  if (code !== undefined && BROKEN_RULES.has(code))
    return new CodedError('gdpr.constraint', { value: [table ?? place, constraint ?? column, `SQLSTATE ${code}`].filter(Boolean).join(', ') });
  return error;
}
