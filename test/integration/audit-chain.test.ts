import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROGRAM_FOLDER } from '../../src/config/index.ts';
import type { AuditRecordView, AuditVerificationView } from '../../src/contract/audit.ts';
import { ChainVerifier } from '../../src/domain/audit-chain.ts';
import { anchorChains } from '../../src/operations/anchor-audit.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { getAuditVerification } from '../../src/operations/read-audit.ts';
import type { Services } from '../../src/operations/services.ts';
import { recordActs } from '../../src/records/audit.ts';
import { readChain } from '../../src/records/audit-log.ts';
import { inTenant, openDatabase, switchTenant } from '../../src/records/database.ts';
import { proveIsolation } from '../../src/records/self-test.ts';
import { migrate } from '../../src/records/migrate.ts';
import { cliSession } from '../support/cli-session.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { startTestPostgres } from '../support/postgres.ts';

/** The chain of the audit log in a real database, its anchors beside it, and what is seen of changes made behind UDM's back. */

let door: Door;
let services: Services;
let tenantId: string;
const cli = cliSession(() => door.app.dataFolder);
const anchorFile = () => path.join(door.app.dataFolder, 'anchors', 'audit-anchors.jsonl');
const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const verify = () => getAuditVerification(services, door.actor);

beforeAll(async () => {
  door = await openDoor();
  services = door.app.services;
  tenantId = door.actor.tenantId;
});

afterAll(() => door?.close());

const entry = (id: string, of = tenantId) => ({
  tenantId: of,
  actor: { kind: 'operator' as const, userId: door.actor.userId, origin: 'command line' },
  action: 'run.scheduled' as const,
  object: { kind: 'run', id },
  detail: { text: 'Größe "1,5": ⚙ \\ \n', count: 1.5, none: null, yes: true },
});
const act = (id: string, count = 1) =>
  inTenant(services.database, tenantId, (tx) =>
    recordActs(
      tx,
      Array.from({ length: count }, () => entry(id)),
    ),
  );

describe('the chain', () => {
  it('is without a gap and whole, with many writers at once, rolled back ones, and acts on several tenants', async () => {
    await createTenant(services, { tenant: 'second', user: 'admin', password: 'correct horse battery staple' });
    const [second] = await sql(`SELECT id FROM tenant WHERE name = 'second'`);
    const inBoth = (one: string, other: string) =>
      inTenant(services.database, one, async (tx) => {
        await recordActs(tx, [entry('both', one)]);
        await switchTenant(tx, other);
        await recordActs(tx, [entry('both', other)]);
      });
    const refused = inTenant(services.database, tenantId, async (tx) => {
      await recordActs(tx, [entry('refused')]);
      throw new Error('refused');
    });
    const writers = Array.from({ length: 30 }, (_, index) => {
      if (index % 3 === 0) return act(`alone ${index}`, 1 + (index % 5));
      return index % 3 === 1 ? inBoth(tenantId, second.id) : inBoth(second.id, tenantId);
    });
    await Promise.all([...writers, expect(refused).rejects.toThrow('refused')]);
    for (const id of [tenantId, second.id]) {
      const [chain] = await sql('SELECT min(seq)::int AS first, max(seq)::int AS last, count(*)::int AS count FROM audit_log WHERE tenant_id = $1', [id]);
      expect(chain).toEqual({ first: 1, last: chain.count, count: chain.count });
    }
    expect(await sql(`SELECT 1 FROM audit_log WHERE object_id = 'refused'`)).toEqual([]);
    expect(await verify()).toMatchObject({ ok: true, found: 0, findings: [] });
  });

  it('says from where each act came', async () => {
    await door.call('GET', '/api/session');
    expect(await sql(`SELECT actor_kind, origin FROM audit_log WHERE action = 'session.started' ORDER BY id LIMIT 1`)).toEqual([
      { actor_kind: 'user', origin: '127.0.0.1' },
    ]);
    expect(await sql(`SELECT DISTINCT origin FROM audit_log WHERE action = 'tenant.created'`)).toEqual([{ origin: null }]);
  });

  it('may be added to by the working role, and nothing else', async () => {
    const may = (right: string) => sql(`SELECT has_table_privilege('udm_app', 'audit_log', '${right}') AS may`);
    for (const right of ['INSERT', 'SELECT']) expect(await may(right), right).toEqual([{ may: true }]);
    for (const right of ['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) expect(await may(right), right).toEqual([{ may: false }]);
    await sql('GRANT UPDATE ON audit_log TO udm_app');
    await expect(proveIsolation(services.database)).rejects.toMatchObject({ code: 'database.audit_rights', details: { value: 'UPDATE' } });
    await sql('REVOKE UPDATE ON audit_log FROM udm_app');
    await proveIsolation(services.database);
  });

  it('begins with what was on record before there was a chain', async () => {
    const all = path.join(PROGRAM_FOLDER, 'migrations');
    const before = await mkdtemp(path.join(tmpdir(), 'udm-migration-'));
    const postgres = await startTestPostgres();
    try {
      const database = await postgres.newDatabase();
      await withClient(postgres.connection, async (client) => {
        for (const role of ['owner', 'app']) await client.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'x'`);
        await client.query(`ALTER DATABASE "${database.database}" OWNER TO owner`);
      });
      for (const name of (await readdir(all)).filter((one) => /^00(0|1)\d/.test(one))) await copyFile(path.join(all, name), path.join(before, name));
      const owner = { ...database, user: 'owner', password: 'x' };
      await migrate(owner, 'app', before);
      const tenants = await withClient(database, async (client) => {
        const { rows } = await client.query<{ id: string }>(`INSERT INTO tenant (name) VALUES ('a'), ('b') RETURNING id`);
        for (const index of [0, 1, 0, 0, 1])
          await client.query(
            `INSERT INTO audit_log (tenant_id, actor_kind, action, object_kind, detail) VALUES ($1, 'system', 'run.missed', 'run', '{"a": 1}')`,
            [rows[index]?.id],
          );
        return rows.map((row) => row.id);
      });
      await migrate(owner, 'app', all);
      const { database: kysely, pool } = openDatabase({ ...database, user: 'app', password: 'x' });
      for (const [index, id] of tenants.entries()) {
        const verifier = new ChainVerifier([]);
        verifier.take(await inTenant(kysely, id, (tx) => readChain(tx, id, { seq: 0, id: 0 }, 100)));
        expect(verifier.end()).toMatchObject({ found: 0, records: index === 0 ? 3 : 2 });
      }
      await pool.end();
    } finally {
      await postgres.stop();
      await rm(before, { recursive: true, force: true });
    }
  });
});

describe('anchors', () => {
  it('are written when a chain grew, when it is time or much came, and only of what goes on from the last', async () => {
    await act('first');
    expect(await anchorChains(services)).toBeGreaterThan(0);
    expect(await anchorChains(services)).toBe(0);
    expect(await verify()).toMatchObject({ ok: true, notAnchored: 0 });
    await act('second');
    expect(await anchorChains(services, { everySeconds: 3_600 })).toBe(0);
    expect(await verify()).toMatchObject({ ok: true, notAnchored: 1 });
    await act('many', 1_000);
    expect(await anchorChains(services, { everySeconds: 3_600 })).toBe(1);
    const seen = await verify();
    expect(seen).toMatchObject({ ok: true, notAnchored: 0, verifiedUpTo: { number: seen.records } });
  });

  it('stand in a file that only its owner reads, and show when it was changed', async () => {
    const text = await readFile(anchorFile(), 'utf8');
    const [first, ...rest] = text.split('\n');
    await writeFile(anchorFile(), [first?.replace(/"seq":\d+/, '"seq":1'), ...rest].join('\n'));
    const seen = await cli.command('audit', 'verify');
    expect(seen).toMatchObject({ code: 1 });
    expect(seen.stdout).toMatch(/anchors, line 1, 2.*audit\.anchor_changed/);
    await writeFile(anchorFile(), text);
    expect(await cli.document('audit', 'verify')).toMatchObject({ ok: true, badAnchorLines: [] });
  });
});

describe('a log that was changed behind UDM’s back', () => {
  const rowsOf = () => sql('SELECT count(*)::int AS count FROM audit_log WHERE tenant_id = $1', [tenantId]);
  const at = (number: number) => `tenant_id = '${tenantId}' AND seq = ${number}`;

  beforeEach(async () => {
    await act('before', 10);
    await anchorChains(services);
    await sql('DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept; CREATE TABLE kept.log AS SELECT * FROM audit_log');
  });

  const changes: [name: string, text: (last: number) => string, code: string][] = [
    ['a changed detail', (last) => `UPDATE audit_log SET detail = '{"count": 2}' WHERE ${at(last - 5)}`, 'audit.changed'],
    ['another actor', (last) => `UPDATE audit_log SET actor_id = gen_random_uuid() WHERE ${at(last - 5)}`, 'audit.changed'],
    ['another time', (last) => `UPDATE audit_log SET at = at - interval '1 microsecond' WHERE ${at(last - 5)}`, 'audit.changed'],
    ['a deleted record', (last) => `DELETE FROM audit_log WHERE ${at(last - 5)}`, 'audit.missing'],
    ['a cut tail', (last) => `DELETE FROM audit_log WHERE tenant_id = '${tenantId}' AND seq > ${last - 5}`, 'audit.cut'],
    ['everything gone', () => `DELETE FROM audit_log WHERE tenant_id = '${tenantId}'`, 'audit.cut'],
    [
      'a chain made anew with the very functions of UDM',
      (last) => `CREATE TEMP TABLE acts AS SELECT jsonb_agg(jsonb_build_object('kind', actor_kind, 'user', actor_id, 'token', actor_token, 'origin', origin,
          'action', action, 'object', object_kind, 'object_id', object_id, 'detail', CASE WHEN seq = ${last - 5} THEN '{}' ELSE detail END) ORDER BY seq) AS acts
        FROM audit_log WHERE tenant_id = '${tenantId}';
        DELETE FROM audit_log WHERE tenant_id = '${tenantId}';
        SELECT udm_record_acts('${tenantId}', (SELECT acts FROM acts))`,
      'audit.replaced',
    ],
  ];

  it.each(changes)('shows %s, and is anchored no more', async (_name, text, code) => {
    const [{ count }] = (await rowsOf()) as [{ count: number }];
    await sql(text(count));
    try {
      const view = await verify();
      expect(view).toMatchObject({ ok: false });
      expect(view.findings[0]).toMatchObject({ code });
      if (code === 'audit.changed' || code === 'audit.missing') return expect(view.findings[0]?.number).toBe(count - 5);
      // What does not go on from its last anchor gets none.
      await act('after');
      expect(await anchorChains(services)).toBe(0);
    } finally {
      await sql('DELETE FROM audit_log; INSERT INTO audit_log OVERRIDING SYSTEM VALUE SELECT * FROM kept.log');
    }
    expect(await verify()).toMatchObject({ found: 0 });
  });

  it('is told by the command line and the API alike', async () => {
    await sql(`UPDATE audit_log SET origin = '192.0.2.1' WHERE ${at(20)}`);
    const seen = await cli.command('audit', 'verify', '--json');
    expect(seen.code).toBe(1);
    const view = JSON.parse(seen.stdout) as AuditVerificationView;
    expect(view.findings).toMatchObject([{ code: 'audit.changed', number: 20 }]);
    expect(await door.call('GET', '/api/audit/verification')).toMatchObject({ status: 200, json: view });
    await sql('DELETE FROM audit_log; INSERT INTO audit_log OVERRIDING SYSTEM VALUE SELECT * FROM kept.log');
  });
});

describe('the list', () => {
  it('is filtered by who, what, on which object and when, and paged', async () => {
    await act('listed', 3);
    const list = async (query: string) => (await door.call('GET', `/api/audit?${query}`)).json as { items: AuditRecordView[]; next: string | null };
    const { items } = await list('object=listed&objectKind=run&by=operator&user=admin&action=run.scheduled,run.missed');
    expect(items).toHaveLength(3);
    expect(items[0]).toMatchObject({
      by: { kind: 'operator', user: 'admin' },
      from: 'command line',
      action: 'run.scheduled',
      object: { kind: 'run', id: 'listed' },
    });
    expect(items.map((one) => one.number)).toEqual([...items.map((one) => one.number)].sort((one, other) => other - one));
    const [newest, , oldest] = items as [AuditRecordView, AuditRecordView, AuditRecordView];
    for (const none of ['by=system', 'user=nobody', 'action=run.missed', 'objectKind=job', `to=${oldest.at.slice(0, 4)}-01-01T00:00:00Z`])
      expect((await list(`object=listed&${none}`)).items, none).toEqual([]);
    expect((await list(`object=listed&from=${new Date(Date.parse(newest.at) + 1).toISOString()}`)).items).toEqual([]);
    const page = await list('object=listed&limit=2');
    expect((await list(`object=listed&limit=2&cursor=${page.next}`)).items).toEqual([oldest]);
    expect((await door.call('GET', '/api/audit?by=somebody')).status).toBe(422);
    const told = await cli.command('audit', 'list', '--object', 'listed', '--who', 'admin');
    expect(told.stdout.split('\n')[1]).toMatch(/admin \(operator\) +command line +run\.scheduled +run listed .*text=Größe/);
    expect((await cli.document('audit', 'list', '--action', 'run.scheduled', '--limit', '2')).items).toHaveLength(2);
    expect((await cli.command('audit', 'list', '--from', 'yesterday')).code).toBe(2);
  });
});
