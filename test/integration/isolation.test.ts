import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { buildServer } from '../../src/http/server.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { signIn } from '../../src/operations/sign-in.ts';
import { setRoles } from '../../src/operations/users.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { ORIGIN } from '../support/origin.ts';
import { roleOf, superuserOf, urlOf, withClient } from '../support/database-text.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';
import { type Mutation, takeTenantOut } from '../support/without-tenant.ts';

/** Two tenants in one database: nothing of one is seen, changed or guessed by the other, by operation, address or SQL. */

const PASSWORD = 'correct horse battery staple';
const files = new Recipients();
let home: string;
let dataDir: string;
let app: App;
let server: FastifyInstance;
let a: TenantThings;
let b: TenantThings;

beforeAll(async () => {
  home = await passableFolder('udm-isolation-');
  dataDir = await newDataFolder(home);
  app = await openApp(loadConfig({ ...testEnvironment(dataDir), UDM_LOG_LEVEL: 'silent' }), 'owner');
  for (const tenant of ['alpha', 'beta']) await createTenant(app.services, { tenant, user: 'admin', password: PASSWORD });
  a = await fillTenant(app, await administrator(app, 'alpha'), files.make().certificate);
  b = await fillTenant(app, await administrator(app, 'beta'), files.make().certificate);
  // Nothing is refused them for want of a role: what is not found is of another tenant.
  for (const tenant of ['alpha', 'beta']) await letDoEverything(await administrator(app, tenant));
  for (const tenant of ['alpha', 'beta']) await signIn(app.services, { tenant, user: 'admin', password: PASSWORD }, ORIGIN);
  server = await buildServer({ services: app.services, events: { subscribe: () => () => {}, stop: async () => {} }, hosts: null, webFolder: '/nonexistent' });
});

afterAll(async () => {
  await server?.close();
  await app?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

async function letDoEverything(admin: Actor): Promise<void> {
  await setRoles(app.services, admin, admin.userId, ['tenant_administrator', 'privacy_officer']);
}

async function sessionOf(tenant: string): Promise<Record<string, string>> {
  const answer = await server.inject({ method: 'POST', url: '/api/session', payload: { tenant, user: 'admin', password: PASSWORD } });
  expect(answer.statusCode).toBe(200);
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] as string, 'x-csrf-token': answer.json().csrfToken };
}

/** Tables with a tenant, asked of the catalogue, so that a new table cannot be forgotten here. */
async function tenantTables(): Promise<string[]> {
  return withClient(await superuserOf(dataDir), async (client) => {
    const { rows } = await client.query<{ name: string }>(`
      SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND column_name = 'tenant_id' AND table_type = 'BASE TABLE' ORDER BY 1`);
    return rows.map((row) => row.name);
  });
}

/** All columns but those that the database reckons itself. */
async function writableColumns(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [table],
  );
  return rows.map((row) => row.name).join(', ');
}

/** Bodies of calls that are refused without one before anything is looked up. */
const BODIES: Readonly<Record<string, object>> = {
  'PUT /api/certificates/{id}': { label: 'x' },
  'POST /api/artifacts/{id}/withdraw': { reason: 'other' },
  'POST /api/certificates/{id}/proof': { proof: 'x', word: 'x' },
  'PUT /api/sources/{id}': { name: 'x' },
  'PUT /api/users/{id}': { email: null },
  'PUT /api/requests/{id}/identity': { note: 'x' },
  'POST /api/requests/{id}/identifiers': { identifiers: [] },
  'POST /api/requests/{id}/extend': { reason: 'x' },
  'POST /api/requests/{id}/withdraw-exports': {},
  'POST /api/requests/{id}/refuse': { ground: 'excessive', reason: 'x' },
  'POST /api/requests/{id}/end-in-part': { reason: 'x' },
  'POST /api/requests/{id}/stop': { reason: 'x' },
  'POST /api/holds/{id}/release': { reason: 'x' },
  'PUT /api/users/{id}/roles': { roles: [] },
};

describe.each([
  ['as it is', false],
  ['with the tenant taken out of every lookup', true],
] as const)('one tenant and the ids of another, %s', (_how, isMutated) => {
  let mutation: Mutation | null = null;

  beforeAll(() => {
    if (isMutated) mutation = takeTenantOut();
  });

  afterAll(() => mutation?.undo());

  it('answers every address with an id of the other tenant with the bytes of an unknown id', async () => {
    const headers = await sessionOf('alpha');
    const document = (await server.inject('/api/openapi.json')).json() as { paths: Record<string, object> };
    const routes = Object.entries(document.paths)
      .filter(([address]) => address.includes('{id}'))
      .flatMap(([address, methods]) => Object.keys(methods).map((method) => ({ address, method: method.toUpperCase() as 'GET' })));
    expect(routes.length).toBeGreaterThan(8);
    const unknown = (await server.inject({ url: '/api/jobs/5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e', headers })).body;
    for (const { address, method } of routes) {
      for (const id of [...Object.values(b.ids), b.userId]) {
        const payload = BODIES[`${method} ${address}`];
        const answer = await server.inject({
          method,
          url: address.replace('{id}', id),
          headers: { ...headers, 'if-match': '"1"' },
          ...(payload && { payload }),
        });
        expect(`${method} ${address} ${answer.statusCode} ${answer.body}`).toBe(`${method} ${address} 404 ${unknown}`);
      }
    }
    // The same addresses answer their owner: it is the tenant that made the difference.
    const own = await sessionOf('beta');
    for (const address of [
      `jobs/${b.ids.job}`,
      `runs/${b.ids.run}`,
      `runs/${b.ids.run}/manifest`,
      `runs/${b.ids.run}/manifest/signature`,
      `artifacts/${b.ids.artifact}`,
      `artifacts/${b.ids.artifact}/content`,
    ])
      expect((await server.inject({ url: `/api/${address}`, headers: own })).statusCode).toBe(200);
  });

  it('shows in lists only what is its own, also when filtered by ids and texts of the other', async () => {
    const headers = await sessionOf('alpha');
    const list = async (address: string) => (await server.inject({ url: `/api/${address}`, headers })).json() as { items: { id: string }[]; total?: object };
    for (const address of ['jobs', 'runs', 'artifacts', 'certificates', 'sources']) {
      const { items } = await list(address);
      expect(items).toHaveLength(1);
      expect(Object.values(a.ids)).toContain(items[0]?.id);
    }
    for (const address of [
      `runs?job=${b.ids.job}`,
      `artifacts?run=${b.ids.run}`,
      `artifacts?job=${b.ids.job}`,
      `jobs?text=${b.secret}`,
      `runs?text=${b.secret}`,
    ])
      expect(await list(address)).toMatchObject({ items: [], total: { count: 0, exact: true } });
  });

  it('acts on no job of the other, and says of it what it says of an unknown one', async () => {
    const headers = await sessionOf('alpha');
    const bulk = async (id: string, dryRun: boolean) => {
      const payload = { action: 'delete', selection: { ids: [id] }, dryRun };
      const sent = await server.inject({ method: 'POST', url: '/api/jobs/bulk', headers: { ...headers, 'idempotency-key': randomUUID() }, payload });
      return { ...sent.json(), fingerprint: '' };
    };
    for (const dryRun of [true, false]) {
      const foreign = await bulk(b.ids.job, dryRun);
      expect(foreign).toMatchObject({ total: 1, done: 0, skipped: [{ code: 'not_found', count: 1, jobs: [] }] });
      expect(foreign).toEqual(await bulk('5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e', dryRun));
    }
    expect((await server.inject({ url: `/api/jobs/${b.ids.job}`, headers: await sessionOf('beta') })).statusCode).toBe(200);
  });

  it('refuses a job with a source or certificate of the other in the words for unknown ones', async () => {
    const headers = await sessionOf('alpha');
    const post = async (change: object) =>
      (await server.inject({ method: 'POST', url: '/api/jobs', headers, payload: { ...a.draft, ...change } })).json().errors[0];
    expect(await post({ recipients: [b.ids.certificate] })).toMatchObject({ code: 'recipients.unknown', field: 'recipients[0]' });
    expect(await post({ source: b.sourceName })).toEqual({ ...(await post({ source: 'nowhere' })), value: b.sourceName });
  });

  it('answers a body that names a job of the other with the bytes of an unknown one, and its coverage in the words for an unknown source', async () => {
    const headers = await sessionOf('alpha');
    const stretch = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    const answersOf = async (job: string): Promise<string[]> => {
      const preview = { job, run: { kind: 'daily', time: '06:00' }, range: { kind: 'since_previous' } };
      const bodies = { '/api/jobs/preview': preview, '/api/coverage/gaps': { job, ...stretch }, '/api/coverage/fill': { job, gaps: [stretch] } };
      const answers = await Promise.all(Object.entries(bodies).map(([url, payload]) => server.inject({ method: 'POST', url, headers, payload })));
      return answers.map((answer) => `${answer.statusCode} ${answer.body}`);
    };
    const unknown = await answersOf('5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e');
    expect(unknown).toEqual([1, 2, 3].map(() => expect.stringMatching(/^404 /)));
    expect(await answersOf(b.ids.job)).toEqual(unknown);
    // The owner's own job is known; its run of all data leaves no gap there.
    expect((await answersOf(a.ids.job)).map((answer) => answer.slice(0, 3))).toEqual(['200', '200', '409']);
    const coverage = async (source: string) =>
      (await server.inject({ url: `/api/coverage?${new URLSearchParams({ source, type: 'Interaction', ...stretch })}`, headers })).json();
    expect((await coverage(b.sourceName)).errors[0]).toEqual({ ...(await coverage('nowhere')).errors[0], value: b.sourceName });
    expect(await coverage(a.sourceName)).toMatchObject({ source: a.sourceName, complete: true });
  });

  it('knows a session by its tenant and takes no CSRF token of another one', async () => {
    const headers = await sessionOf('alpha');
    expect((await server.inject({ url: '/api/session', headers })).json()).toMatchObject({ tenant: 'alpha' });
    const mixed = { ...headers, 'x-csrf-token': (await sessionOf('beta'))['x-csrf-token'] as string };
    expect((await server.inject({ method: 'DELETE', url: '/api/session', headers: mixed })).statusCode).toBe(403);
  });

  if (!isMutated) return;

  it('would tell them, were there no row-level security behind it', async () => {
    const headers = await sessionOf('alpha');
    const foreign = () => server.inject({ url: `/api/jobs/${b.ids.job}`, headers }).then((answer) => answer.statusCode);
    expect(await foreign()).toBe(404);
    const tables = await tenantTables();
    const open = async (how: string) =>
      withClient(await superuserOf(dataDir), (client) => client.query(tables.map((table) => `ALTER TABLE ${table} ${how} ROW LEVEL SECURITY`).join('; ')));
    await open('DISABLE');
    try {
      expect(await foreign()).toBe(200);
    } finally {
      await open('ENABLE');
    }
    // Not a few of them were without it.
    expect(mutation?.statements.size).toBeGreaterThan(40);
  });
});

describe('the database behind a forgotten tenant', () => {
  it('has a tenant and forced row-level security on every table of tenant data, and this test sees them all filled', async () => {
    const tables = await tenantTables();
    const known = 'app_user artifact audit_log bulk_act certificate chain export_job idempotency_key job_recipient run run_attempt run_manifest session source';
    expect(tables).toEqual(expect.arrayContaining(known.split(' ')));
    await withClient(await superuserOf(dataDir), async (client) => {
      const { rows } = await client.query(
        `SELECT relname FROM pg_class WHERE relname = ANY($1) AND relkind = 'r' AND NOT (relrowsecurity AND relforcerowsecurity)`,
        [[...tables, 'tenant']],
      );
      expect(rows).toEqual([]);
      for (const table of tables) expect(Number((await client.query(`SELECT count(DISTINCT tenant_id) AS n FROM ${table}`)).rows[0].n), table).toBe(2);
    });
  });

  it('shows the working role no row of any table while no tenant is set, and takes none', async () => {
    const tables = await tenantTables();
    await withClient(await roleOf(dataDir, 'app'), async (client) => {
      for (const table of [...tables, 'tenant']) expect((await client.query(`SELECT * FROM ${table}`)).rowCount, table).toBe(0);
      await expect(
        client.query(`INSERT INTO source (tenant_id, name, connector, catalog, settings, sealed_secret) VALUES ($1, 'x', 'x', 'x', '{}', '')`, [a.tenantId]),
      ).rejects.toThrow(/row-level security/);
      await expect(client.query(`INSERT INTO tenant (name) VALUES ('gamma')`)).rejects.toThrow(/row-level security/);
    });
  });

  it('shows with one tenant set nothing of the other, and neither takes, changes nor moves a row of it', async () => {
    const tables = await tenantTables();
    await withClient(await roleOf(dataDir, 'app'), async (client) => {
      await client.query(`SELECT set_config('udm.tenant', $1, false)`, [a.tenantId]);
      for (const table of tables) {
        const { rows } = await client.query<{ tenant_id: string }>(`SELECT tenant_id FROM ${table}`);
        expect(rows.length, table).toBeGreaterThan(0);
        expect(new Set(rows.map((row) => row.tenant_id)), table).toEqual(new Set([a.tenantId]));
        // Only ever added to.
        if (['audit_log', 'run_manifest', 'run_estimate'].includes(table)) continue;
        // Revoked, or written anew; never deleted.
        if (table !== 'api_token' && table !== 'audit_check')
          expect((await client.query(`DELETE FROM ${table} WHERE tenant_id = $1`, [b.tenantId])).rowCount, table).toBe(0);
        const moved = table === 'run_subjects' ? /permission denied/ : /row-level security/;
        await expect(client.query(`UPDATE ${table} SET tenant_id = $1`, [b.tenantId]), table).rejects.toThrow(moved);
        // A row like one of its own, but for the other tenant.
        const columns = await writableColumns(client, table);
        await expect(
          client.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM (SELECT (jsonb_populate_record(t, $1)).* FROM ${table} t LIMIT 1) one`, [
            { tenant_id: b.tenantId },
          ]),
          table,
        ).rejects.toThrow(/row-level security/);
      }
      expect((await client.query('SELECT id FROM tenant')).rows).toEqual([{ id: a.tenantId }]);
    });
  });

  it('lets nobody change or delete what the audit log says', async () => {
    await withClient(await roleOf(dataDir, 'app'), async (client) => {
      await client.query(`SELECT set_config('udm.tenant', $1, false)`, [a.tenantId]);
      for (const statement of [
        `UPDATE audit_log SET action = 'x'`,
        'DELETE FROM audit_log',
        'TRUNCATE audit_log',
        'ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY',
        'DROP POLICY own_tenant ON run',
        'CREATE TABLE mine (x int)',
        'SET ROLE udm_owner',
      ]) {
        await expect(client.query(statement), statement).rejects.toThrow(/permission denied|must be owner/);
      }
    });
  });

  it('gives from its lookups a tenant and an id, and nothing else', async () => {
    await withClient(await roleOf(dataDir, 'app'), async (client) => {
      const { rows } = await client.query<{ name: string; result: string }>(`
        SELECT proname AS name, pg_get_function_result(oid) AS result FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1`);
      expect(rows).toEqual([
        { name: 'udm_audit_heads', result: 'TABLE(tenant_id uuid, seq bigint, hash bytea)' },
        { name: 'udm_find_due_requests', result: 'TABLE(tenant_id uuid, request_id uuid)' },
        { name: 'udm_find_due_tenants', result: 'TABLE(tenant_id uuid)' },
        { name: 'udm_find_files_to_delete', result: 'TABLE(tenant_id uuid, artifact_id uuid)' },
        { name: 'udm_find_notice_tenants', result: 'TABLE(tenant_id uuid)' },
        { name: 'udm_find_open_runs', result: 'TABLE(tenant_id uuid, run_id uuid)' },
        { name: 'udm_find_packages_to_delete', result: 'TABLE(tenant_id uuid, request_id uuid)' },
        { name: 'udm_find_session', result: 'TABLE(tenant_id uuid, session_id uuid)' },
        { name: 'udm_find_tenant', result: 'uuid' },
        { name: 'udm_find_tenants', result: 'TABLE(tenant_id uuid)' },
        { name: 'udm_find_tenants_planned_ahead', result: 'TABLE(tenant_id uuid)' },
        { name: 'udm_find_token', result: 'TABLE(tenant_id uuid, token_id uuid)' },
        { name: 'udm_find_user', result: 'TABLE(tenant_id uuid, user_id uuid)' },
      ]);
      expect((await client.query(`SELECT udm_find_tenant('beta') AS id`)).rows).toEqual([{ id: b.tenantId }]);
      expect((await client.query(`SELECT * FROM udm_find_user('alpha', 'admin')`)).rows).toEqual([{ tenant_id: a.tenantId, user_id: a.userId }]);
      const tenants = (await client.query<{ tenant_id: string }>('SELECT * FROM udm_find_tenants()')).rows.map((row) => row.tenant_id);
      expect(tenants.sort()).toEqual([a.tenantId, b.tenantId].sort());
      const lookups = async () =>
        (await client.query('SELECT tenant_id FROM udm_find_due_tenants() UNION ALL SELECT * FROM udm_find_tenants_planned_ahead()')).rows;
      expect(await lookups()).toEqual([]);
      await client.query(`SELECT set_config('udm.tenant', $1, false)`, [b.tenantId]);
      await client.query(`UPDATE export_job SET next_run_at = udm_now(), planned_until = udm_now() + interval '1 hour' WHERE id = $1`, [b.ids.job]);
      await client.query(`SELECT set_config('udm.tenant', '', false)`);
      expect(await lookups()).toEqual([{ tenant_id: b.tenantId }, { tenant_id: b.tenantId }]);
    });
  });

  it('leaves the tenant of a transaction behind: the next borrower of the connection sees nothing', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const headers = await sessionOf(turn % 2 ? 'alpha' : 'beta');
      await server.inject({ url: '/api/jobs', headers });
    }
    const found = await Promise.all(Array.from({ length: 20 }, () => app.services.database.selectFrom('run').selectAll().execute()));
    expect(found.flat()).toEqual([]);
  });
});

describe('the proof at the start', () => {
  /** Opens UDM from another data folder on this database, as a role of ours. */
  const opensAs = async (url: string): Promise<string> => {
    const other = await mkdtemp(path.join(home, 'other-'));
    await chmod(other, 0o711);
    await cp(path.join(dataDir, 'master.key'), path.join(other, 'master.key'));
    return openApp(loadConfig({ ...testEnvironment(other), UDM_DATABASE_URL: url, UDM_LOG_LEVEL: 'silent' }), 'owner').then(
      (opened) => opened.stop().then(() => 'opened'),
      (error: { code: string; details: { value: unknown } }) => `${error.code} ${error.details.value}`,
    );
  };

  /** As the superuser: does one thing, looks, and undoes it. */
  async function whileSo(change: string, undo: string, look: () => Promise<void>): Promise<void> {
    const superuser = await superuserOf(dataDir);
    await withClient(superuser, (client) => client.query(change));
    try {
      await look();
    } finally {
      await withClient(superuser, (client) => client.query(undo));
    }
  }

  it('passes as things are', async () => {
    expect(await opensAs(urlOf(await roleOf(dataDir, 'app')))).toBe('opened');
  });

  it('refuses a superuser, a role that may bypass row-level security, and the owner of the tables', async () => {
    expect(await opensAs(urlOf(await superuserOf(dataDir)))).toBe('database.role udm_superuser');
    expect(await opensAs(urlOf(await roleOf(dataDir, 'owner')))).toBe('database.role udm_owner');
    const app = urlOf(await roleOf(dataDir, 'app'));
    await whileSo('ALTER ROLE udm_app BYPASSRLS', 'ALTER ROLE udm_app NOBYPASSRLS', async () => expect(await opensAs(app)).toBe('database.role udm_app'));
    await whileSo('GRANT udm_owner TO udm_app', 'REVOKE udm_owner FROM udm_app', async () => expect(await opensAs(app)).toBe('database.role udm_app'));
  });

  it('refuses a table with a tenant whose policy is gone, or that does not force it, old tables and new', async () => {
    const app = urlOf(await roleOf(dataDir, 'app'));
    const policy = 'CREATE POLICY own_tenant ON certificate TO udm_app USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant())';
    await whileSo('DROP POLICY own_tenant ON certificate', policy, async () => expect(await opensAs(app)).toBe('database.policy certificate'));
    await whileSo('ALTER TABLE run NO FORCE ROW LEVEL SECURITY', 'ALTER TABLE run FORCE ROW LEVEL SECURITY', async () =>
      expect(await opensAs(app)).toBe('database.policy run'),
    );
    await whileSo('ALTER TABLE tenant DISABLE ROW LEVEL SECURITY', 'ALTER TABLE tenant ENABLE ROW LEVEL SECURITY', async () =>
      expect(await opensAs(app)).toBe('database.policy tenant'),
    );
    await whileSo('CREATE TABLE forgotten (tenant_id uuid)', 'DROP TABLE forgotten', async () => expect(await opensAs(app)).toBe('database.policy forgotten'));
    await whileSo('CREATE POLICY everyone ON artifact USING (true)', 'DROP POLICY everyone ON artifact', async () =>
      expect(await opensAs(app)).toBe('database.policy artifact'),
    );
    expect(await opensAs(app)).toBe('opened');
  });
});
