import { sql } from 'kysely';
import { CodedError } from '../errors.ts';
import type { Database } from './database.ts';

/**
 * What must hold of the database before UDM opens its port: the working role is bound by row-level security (it neither
 * is nor may become the owner of the tables, whom the lookup policies let see all tenants) and every table with a tenant
 * has it forced. The audit log may only be added to. Errors: `database.version` when there are no tables, `database.role`, `database.audit_rights`, `database.policy` with the table.
 */
export async function proveIsolation(database: Database): Promise<void> {
  const role = await sql<{ unbound: boolean; name: string }>`
    SELECT rolname AS name, rolsuper OR rolbypassrls AS unbound FROM pg_roles WHERE rolname = current_user`.execute(database);
  if (role.rows[0]?.unbound !== false) throw new CodedError('database.role', { value: role.rows[0]?.name });
  const owners = await sql<{ member: boolean }>`
    SELECT pg_has_role(current_user, c.relowner, 'MEMBER') AS member FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = 'tenant' AND c.relkind = 'r'`.execute(database);
  if (!owners.rows[0]) throw new CodedError('database.version', { value: 'no tables' });
  if (owners.rows[0].member) throw new CodedError('database.role', { value: role.rows[0].name });
  const audit = await sql<{ right: string }>`
    SELECT r AS right FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) r WHERE has_table_privilege(current_user, 'public.audit_log', r)`.execute(database);
  if (audit.rows[0]) throw new CodedError('database.audit_rights', { value: audit.rows[0].right });
  const open = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
      AND (c.relname = 'tenant' OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own_tenant' AND p.polcmd = '*'
          AND pg_get_expr(p.polqual, c.oid) IN ('(tenant_id = udm_tenant())', '(id = udm_tenant())') AND pg_get_expr(p.polwithcheck, c.oid) IN ('(tenant_id = udm_tenant())', '(id = udm_tenant())'))
        AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname <> 'own_tenant' AND p.polpermissive
          AND EXISTS (SELECT 1 FROM unnest(p.polroles) r WHERE r = 0 OR pg_has_role(current_user, r, 'MEMBER'))))
    ORDER BY 1`.execute(database);
  const table = open.rows[0]?.name;
  if (table) throw new CodedError('database.policy', { value: table });
}
