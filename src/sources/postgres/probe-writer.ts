/** Whether the account to write with may do what data requests ask for, and how much more. */

import { CodedError } from '../../errors.ts';
import type { PeopleCatalog } from '../catalogs/people-catalog.ts';
import type { SourceWriter, WriterFacts } from '../source.ts';
import { isReplica } from './change-rows.ts';
import { placeOf } from './inspect.ts';
import { inSession } from './session.ts';
import type { PostgresSettings } from './settings.ts';

/** `wanted`: schema, table, right. */
const LACKING = `
  SELECT w.place, w.needed
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS w(schema_name, table_name, place, needed, number)
    LEFT JOIN pg_namespace n ON n.nspname = w.schema_name
    LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name AND c.relkind IN ('r', 'p', 'v', 'f')
   WHERE c.oid IS NULL OR NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, w.needed)
   ORDER BY w.number`;

const BEYOND = `
  SELECT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) AS "isSuperuser",
         coalesce((SELECT string_agg(n.nspname || '.' || c.relname, ', ' ORDER BY n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
             AND n.nspname || '.' || c.relname <> ALL ($1::text[]) AND has_schema_privilege(n.oid, 'USAGE')
             AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')), '') AS beyond`;

interface Right {
  readonly schema: string;
  readonly table: string;
  readonly right: 'SELECT' | 'UPDATE' | 'DELETE';
}

/** Signs in as the account, in a session that changes nothing. */
export async function probeWriter(settings: PostgresSettings, writer: SourceWriter, people: PeopleCatalog | null, signal: AbortSignal): Promise<WriterFacts> {
  const rights = people === null ? [] : neededRights(people);
  return inSession({ ...settings, ...writer }, signal, async ({ client }) => {
    if (await isReplica(client)) throw new CodedError('gdpr.read_only');
    const asked = [rights.map(({ schema }) => schema), rights.map(({ table }) => table), rights.map(placeOf), rights.map(({ right }) => right)];
    const { rows: lacking } = await client.query<{ place: string; needed: string }>(LACKING, asked);
    if (lacking.length > 0) throw new CodedError('gdpr.no_write_access', { value: lacking.map(({ place, needed }) => `${needed} on ${place}`).join(', ') });
    const { rows } = await client.query<Omit<WriterFacts, 'user'>>(BEYOND, [rights.map(placeOf)]);
    return { user: writer.user, isSuperuser: rows[0]?.isSuperuser === true, beyond: rows[0]?.beyond ?? '' };
  });
}

/** Rows are locked before they go or change, which takes the right to change them. */
function neededRights({ tables, places }: PeopleCatalog): Right[] {
  const needed = tables.flatMap(({ place, rules }) => [
    ...rightsOn(place, rules.erase === 'delete' ? ['SELECT', 'UPDATE', 'DELETE'] : ['SELECT', 'UPDATE']),
    ...rules.children.flatMap(({ table, change }) => {
      const child = places.get(table);
      return child ? rightsOn(child, ['SELECT', change === null ? 'DELETE' : 'UPDATE']) : [];
    }),
  ]);
  return [...new Map(needed.map((one) => [`${placeOf(one)} ${one.right}`, one])).values()];
}

function rightsOn({ schema, table }: Omit<Right, 'right'>, rights: readonly Right['right'][]): Right[] {
  return rights.map((right) => ({ schema, table, right }));
}
