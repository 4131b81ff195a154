import { execFileSync } from 'node:child_process';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditChainView } from '../../src/contract/audit.ts';
import { anchorChains } from '../../src/operations/anchor-audit.ts';
import { openAuditChecker } from '../../src/operations/check-audit.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { proofsOf } from '../../src/operations/examine-installation.ts';
import { getAuditVerification } from '../../src/operations/read-audit.ts';
import type { Services } from '../../src/operations/services.ts';
import { recordActs } from '../../src/records/audit.ts';
import { inTenant } from '../../src/records/database.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';

/** The daily look at every record of every audit log, what it tells, and anchors that change under a UDM that runs. */

let door: Door;
let services: Services;
let tenantId: string;
const calm = new AbortController().signal;
const anchorFile = () => path.join(door.app.dataFolder, 'anchors', 'audit-anchors.jsonl');
const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const chain = async () => (await door.call('GET', '/api/audit/chain')).json as AuditChainView;
const doctor = async () =>
  (await proofsOf(services, 'migrations'))
    .find(({ check }) => check === 'audit log')
    ?.look()
    .catch((error: unknown) => error);
const act = (count: number) =>
  inTenant(services.database, tenantId, (tx) =>
    recordActs(
      tx,
      Array.from({ length: count }, (_, index) => ({
        tenantId,
        actor: { kind: 'system' as const },
        action: 'run.scheduled' as const,
        object: { kind: 'run', id: String(index) },
      })),
    ),
  );
const told = async () => (await sql(`SELECT user_id, kind, facts->>'code' AS code, facts->>'title' AS title FROM notice ORDER BY created_at`)) as object[];
const makeDue = () => sql(`UPDATE audit_check SET checked_at = checked_at - interval '25 hours'`);

/** Steps of a whole look at what is due; how many there were. */
async function look(sliceMs?: number): Promise<number> {
  const checker = openAuditChecker(services, sliceMs);
  let steps = 1;
  while (!(await checker.step(calm))) steps += 1;
  return steps;
}

beforeAll(async () => {
  door = await openDoor([], null, { UDM_SMTP_HOST: '127.0.0.1', UDM_SMTP_PORT: '1', UDM_SMTP_SECURITY: 'none', UDM_SMTP_FROM: 'udm@example.org' });
  services = door.app.services;
  tenantId = door.actor.tenantId;
  await createTenant(services, { tenant: 'second', user: 'admin', password: 'correct horse battery staple' });
  await sql(`UPDATE app_user SET email = 'admin@example.org', notice_kinds = '{}'`);
  await act(5_000);
});

beforeEach(async () => {
  await anchorChains(services);
  await sql('TRUNCATE audit_check, notice');
});

afterAll(() => door?.close());

describe('the daily look', () => {
  it('sees every record of every tenant, a little at a time, once a day', async () => {
    expect(await chain()).toMatchObject({ holds: true, check: null });
    // No slice is longer than one piece of the log.
    expect(await look(0)).toBeGreaterThan(5);
    const rows = await sql('SELECT records, found, code, number FROM audit_check ORDER BY records DESC');
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({ records: String((await chain()).records), found: 0, code: null, number: null });
    expect((await chain()).check).toMatchObject({ found: 0, code: null });
    const seen = await sql('SELECT checked_at FROM audit_check ORDER BY tenant_id');
    expect(await look()).toBe(1);
    expect(await sql('SELECT checked_at FROM audit_check ORDER BY tenant_id')).toEqual(seen);
    await makeDue();
    await look();
    expect(await sql('SELECT checked_at FROM audit_check ORDER BY tenant_id')).not.toEqual(seen);
    expect(await told()).toEqual([]);
    expect(await doctor()).toEqual({ detail: expect.stringContaining('the last anchors hold') });
  });

  it('tells the administrators of that tenant alone of a changed record, once, and marks it on the page and in udm doctor', async () => {
    const [row] = await sql(`SELECT * FROM audit_log WHERE tenant_id = $1 AND seq = 2000`, [tenantId]);
    const error = vi.spyOn(services.log, 'error');
    await sql(`UPDATE audit_log SET object_id = 'other' WHERE tenant_id = $1 AND seq = 2000`, [tenantId]);
    try {
      for (let day = 0; day < 3; day += 1) {
        await look();
        await makeDue();
      }
      expect(await told()).toEqual([{ user_id: door.actor.userId, kind: 'audit_broken', code: 'audit.changed', title: '2000' }]);
      expect((await chain()).check).toMatchObject({ found: 1, code: 'audit.changed', number: 2000 });
      expect(await doctor()).toMatchObject({ code: 'audit.changed', details: { value: [{ tenant: 'default', number: 2000, found: 1 }] } });
      expect(error).toHaveBeenCalledWith({ event: 'audit.broken', tenantId, code: 'audit.changed', count: 1 });
      expect((await sql(`SELECT found FROM audit_check WHERE tenant_id <> $1`, [tenantId]))[0]).toEqual({ found: 0 });
      // Something else is told again.
      await sql(`UPDATE audit_log SET action = 'run.missed' WHERE tenant_id = $1 AND seq = 1000`, [tenantId]);
      await look();
      expect(await told()).toHaveLength(2);
      await sql(`UPDATE audit_log SET action = 'run.scheduled' WHERE tenant_id = $1 AND seq = 1000`, [tenantId]);
    } finally {
      error.mockRestore();
      await sql(`UPDATE audit_log SET object_id = $2 WHERE tenant_id = $1 AND seq = 2000`, [tenantId, row?.object_id]);
    }
    await makeDue();
    await look();
    expect((await chain()).check).toMatchObject({ found: 0, code: null, number: null });
    expect(await doctor()).toEqual({ detail: expect.anything() });
  });

  it('tells of a chain that is not what was anchored, and of one that ends before its anchor', async () => {
    await sql('DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept; CREATE TABLE kept.log AS SELECT * FROM audit_log');
    await sql(`DELETE FROM audit_log WHERE tenant_id = $1 AND seq > 4900`, [tenantId]);
    await look();
    expect((await chain()).check).toMatchObject({ code: 'audit.cut', number: 4901 });
    expect(await told()).toMatchObject([{ code: 'audit.cut' }]);
    await sql('DELETE FROM audit_log; INSERT INTO audit_log OVERRIDING SYSTEM VALUE SELECT * FROM kept.log');
  });

  it('is late when nobody looked for two days', async () => {
    await look();
    await sql(`UPDATE audit_check SET checked_at = checked_at - interval '49 hours' WHERE tenant_id = $1`, [tenantId]);
    expect(await doctor()).toMatchObject({ detail: expect.stringContaining('of so many tenants: 1'), fix: expect.stringContaining('udm serve') });
  });
});

describe('the file of anchors of a UDM that runs', () => {
  it('may be moved away and put back: what it holds now counts, without a restart', async () => {
    const { services: running } = door.app;
    const kept = `${anchorFile()}.kept`;
    // As after a restore of an older backup: the log ends before its anchors.
    await sql('DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept; CREATE TABLE kept.log AS SELECT * FROM audit_log');
    await sql(`DELETE FROM audit_log WHERE tenant_id = $1 AND seq > 4000`, [tenantId]);
    expect(await anchorChains(running)).toBe(0);
    expect((await chain()).holds).toBe(false);
    await rename(anchorFile(), kept);
    expect(await chain()).toMatchObject({ holds: true, anchored: null });
    expect(await anchorChains(running)).toBe(2);
    expect(await chain()).toMatchObject({ holds: true, anchored: { number: 4000 } });
    expect(await getAuditVerification(running, door.actor)).toMatchObject({ ok: true, anchors: 1 });
    // Put back: the anchors of before speak again, and lines are added to them.
    await rename(kept, anchorFile());
    expect((await chain()).holds).toBe(false);
    await sql('DELETE FROM audit_log; INSERT INTO audit_log OVERRIDING SYSTEM VALUE SELECT * FROM kept.log');
    expect((await chain()).holds).toBe(true);
    await act(1);
    expect(await anchorChains(running)).toBeGreaterThan(0);
    expect(await getAuditVerification(running, door.actor)).toMatchObject({ ok: true, notAnchored: 0, badAnchorLines: [] });
  });

  it('is added to where somebody else added a line', async () => {
    const text = execFileSync('tail', ['-n', '1', anchorFile()], { encoding: 'utf8' });
    execFileSync('sh', ['-c', `tail -n 1 "$0" >> "$0"`, anchorFile()]);
    await act(1);
    await anchorChains(services);
    // The line that was doubled names another before it: that is seen, and what comes after goes on from it.
    const seen = await getAuditVerification(services, door.actor);
    expect(seen.badAnchorLines).toHaveLength(1);
    expect(text).toContain('udm-audit-anchor/1');
  });
});
