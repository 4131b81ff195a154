/** Finds and reads the rows of people. */

import pg from 'pg';
import { keyOf } from '../../domain/data-requests/identifiers.ts';
import { columnsOf, identifiersOf, type Row } from '../../domain/data-requests/people-rules.ts';
import type { Catalog, EntityType } from '../catalogs/catalog.ts';
import type { PeopleCatalog, PeoplePlace, PeopleSource } from '../catalogs/people-catalog.ts';
import type { FoundRow, PeopleQuestion, PeopleVerbs, PersonRow, TableKeys } from '../people.ts';
import { changeRows } from './change-rows.ts';
import { inspect, type SourceFacts } from './inspect.ts';
import { mayName, textOf, whenCondition } from './people-conditions.ts';
import { openSession, type Session } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { sourceError } from './source-error.ts';
import { lineQuery, referenceOf } from './statements.ts';

const { escapeIdentifier: name } = pg;

/** Few enough to hold, conversations of a megabyte among them. */
const FOUND_AT_ONCE = 100;
const KEYS_AT_ONCE = 200;
const READ_AT_ONCE = 8;

/** What a source in PostgreSQL does for data requests; null when its catalog names no people. */
export function openPeople(settings: PostgresSettings, catalog: Catalog): PeopleVerbs | null {
  const { people } = catalog;
  if (people === null) return null;
  return {
    tables: people.tables.map(({ rules }) => rules),
    mayChange: Boolean(settings.writer),
    find: (question, signal) => inSnapshot(settings, catalog, signal, (session) => find(session, people, question)),
    identifiers: (region, signal) => inSnapshot(settings, catalog, signal, (session) => find(session, people, { wanted: null, region })),
    read: (wanted, signal) => inSnapshot(settings, catalog, signal, (session, facts) => readAll(session, people, wanted, facts)),
    change: (wanted, decide, signal, guard) => changeRows(settings, people, wanted, decide, signal, guard),
  };
}

/** Gives what `work` gives, out of one state of the source. An abort cancels it there; whoever leaves early, too. */
async function* inSnapshot<T>(
  settings: PostgresSettings,
  catalog: Catalog,
  signal: AbortSignal,
  work: (session: Session, facts: SourceFacts) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const session = await openSession(settings, signal);
  let ended: Promise<void> | null = null;
  const end = (how: () => Promise<void>): Promise<void> => {
    ended ??= how();
    return ended;
  };
  const cancel = (): void => void end(() => session.cancel());
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const facts = await inspect(
      session.client,
      catalog.types.flatMap((type) => type.entityTypes),
    );
    for await (const batch of work(session, facts)) {
      signal.throwIfAborted();
      yield batch;
    }
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw sourceError(error, 'read');
  } finally {
    signal.removeEventListener('abort', cancel);
    await end(() => session.end());
  }
}

interface Search extends Omit<PeopleQuestion, 'wanted'> {
  /** Null: whoever it is. */
  readonly wanted: PeopleQuestion['wanted'] | null;
}

async function* find(session: Session, people: PeopleCatalog, { wanted, region, subjectsOnly }: Search): AsyncGenerator<FoundRow[]> {
  const keys = wanted && new Set(wanted.map(keyOf));
  for (const table of people.tables) {
    if (subjectsOnly && !table.rules.subject) continue;
    const condition = wanted ? mayName(table.rules, wanted) : 'TRUE';
    if (condition === null) continue;
    const columns = namingColumns(table);
    for await (const rows of fetched(session, `SELECT ${selected(table, columns)} FROM ${referenceOf(table.place)} t WHERE ${condition}`, FOUND_AT_ONCE)) {
      const found = rows.flatMap((cells): FoundRow[] => {
        const row = rowOf(columns, cells);
        const identifiers = identifiersOf(table.rules, row, region);
        if (keys ? !identifiers.some((one) => keys.has(keyOf(one))) : identifiers.length === 0) return [];
        return [{ table: table.rules.name, ...kindOf(table, row), key: cells[0] ?? '', identifiers }];
      });
      if (found.length > 0) yield found;
    }
  }
}

/** Key first; conversations only of rows that are some. */
function selected({ place, rules }: PeopleSource, columns: readonly string[]): string {
  const { messages } = rules;
  const cells = columns.map((column) => {
    const isAlsoList = rules.identifiers.some((one) => one.column === column);
    const [condition] = messages?.column === column && !isAlsoList ? whenCondition(messages.when) : [];
    return condition === undefined ? textOf(column) : `CASE WHEN ${condition} THEN ${textOf(column)} END`;
  });
  return [textOf(place.key), ...cells].join(', ');
}

/** Columns that tell who is named, and what kind of row it is. */
function namingColumns({ rules, entityTypes }: PeopleSource): string[] {
  const naming = columnsOf({ ...rules, children: [], ownerFields: {}, rectify: [], identifiers: rules.identifiers.map((one) => ({ ...one, beside: [] })) });
  return [...new Set([...naming, ...filterColumns(entityTypes)])];
}

function filterColumns(entityTypes: PeopleSource['entityTypes']): string[] {
  return entityTypes.flatMap(([, { filter }]) => (filter ? [filter.column] : []));
}

function rowOf(columns: readonly string[], [, ...cells]: readonly (string | null)[]): Row {
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? null]));
}

function kindOf({ entityTypes }: PeopleSource, row: Row): Pick<FoundRow, 'type' | 'entityType'> {
  const found = entityTypes.find(([, { filter }]) => filter === null || row[filter.column] === String(filter.equals));
  return { type: found?.[0] ?? null, entityType: found?.[1].name ?? null };
}

async function* readAll(session: Session, people: PeopleCatalog, wanted: readonly TableKeys[], facts: SourceFacts): AsyncGenerator<PersonRow[]> {
  for (const { table, keys } of wanted) {
    const source = people.tables.find(({ rules }) => rules.name === table);
    if (!source) throw new Error(`no table ${table} with people`);
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) yield* readTable(session, people, source, keys.slice(at, at + KEYS_AT_ONCE), facts);
  }
}

/** Rows of each entity type as its lines are; those of none with all fields there are. */
async function* readTable(
  session: Session,
  people: PeopleCatalog,
  source: PeopleSource,
  keys: readonly string[],
  facts: SourceFacts,
): AsyncGenerator<PersonRow[]> {
  const { place, rules, entityTypes } = source;
  const columns = [...new Set([...columnsOf(rules), ...filterColumns(entityTypes)])];
  const filters = entityTypes.map(([, entity]) => filterOf(entity));
  const none = filters.length > 0 ? `NOT coalesce(${filters.join(' OR ')}, FALSE)` : 'TRUE';
  const shapes = [...entityTypes.map(([, entity], index) => ({ ...entity, filter: filters[index] ?? 'TRUE' })), { ...place, lists: {}, filter: none }];
  for (const { fields, lists, filter } of shapes) {
    const line = lineQuery({ ...place, fields }, lists, `t.${name(place.key)} = k."udm key"`, facts);
    const chosen = `SELECT t.${name(place.key)} AS "udm key", ${[textOf(place.key), ...columns.map((column) => textOf(column))].map((cell, index) => `${cell} AS c${index}`).join(', ')}
      FROM ${referenceOf(place)} t WHERE t.${name(place.key)} = ANY ($1) AND ${filter} ORDER BY t.${name(place.key)}`;
    const cells = ['', ...columns].map((_, index) => `k.c${index}`).join(', ');
    const sql = `SELECT ${cells}, l.line::text FROM (${chosen}) k CROSS JOIN LATERAL (${line}) l`;
    const names = Object.entries(fields).map(([json, { column }]) => [json, column] as const);
    for await (const rows of fetched(session, sql, READ_AT_ONCE, [keys])) {
      for (const row of rows) {
        const read = personRow(source, columns, row, names);
        yield [read];
        yield* childrenOf(session, people, source, read, facts);
      }
    }
  }
}

function personRow(source: PeopleSource, columns: readonly string[], cells: readonly (string | null)[], fields: PersonRow['fields']): PersonRow {
  const row = rowOf(columns, cells.slice(0, -1));
  return { table: source.rules.name, ...kindOf(source, row), key: cells[0] ?? '', parent: null, row, line: cells.at(-1) ?? '{}', fields };
}

/** What belongs to a row and has lines of its own. */
async function* childrenOf(
  session: Session,
  people: PeopleCatalog,
  { rules }: PeopleSource,
  { table, key, row }: PersonRow,
  facts: SourceFacts,
): AsyncGenerator<PersonRow[]> {
  for (const child of rules.children) {
    const place = people.places.get(child.table);
    const to = row[child.to] ?? null;
    if (!place || place.within !== null || to === null) continue;
    const line = lineQuery(place, {}, `t.${name(place.key)} = k.${name(place.key)}`, facts);
    const sql = `SELECT ${textOf(place.key, 'k')}, l.line::text
      FROM (SELECT * FROM ${referenceOf(place)} t WHERE t.${name(child.column)} = $1 ORDER BY t.${name(place.key)}) k CROSS JOIN LATERAL (${line}) l`;
    const fields = fieldsOf(place);
    // An attachment may be large: one at a time.
    for await (const rows of fetched(session, sql, 1, [to]))
      yield rows.map(([childKey, text]) => ({
        table: child.table,
        type: null,
        entityType: null,
        key: childKey ?? '',
        parent: { table, key },
        row: {},
        line: text ?? '{}',
        fields,
      }));
  }
}

function fieldsOf({ fields }: PeoplePlace): PersonRow['fields'] {
  return Object.entries(fields).map(([json, { column }]) => [json, column] as const);
}

function filterOf({ filter }: EntityType): string {
  return filter === null ? 'TRUE' : `${textOf(filter.column)} = ${pg.escapeLiteral(String(filter.equals))}`;
}

let cursors = 0;

/** The rows of a query, so many at once; other queries may be asked between. */
async function* fetched({ client }: Session, sql: string, atOnce: number, values: readonly unknown[] = []): AsyncGenerator<(string | null)[][]> {
  cursors += 1;
  const cursor = `udm_${cursors}`;
  await client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`, [...values]);
  while (true) {
    const { rows } = await client.query<(string | null)[]>({ text: `FETCH ${atOnce} FROM ${cursor}`, rowMode: 'array' });
    if (rows.length > 0) yield rows;
    if (rows.length < atOnce) break;
  }
  await client.query(`CLOSE ${cursor}`);
}
