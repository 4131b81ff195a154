import { mkdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactView } from '../../src/contract/artifact.ts';
import { objectKey } from '../../src/domain/artifact.ts';
import { checkStorage } from '../../src/operations/check-storage.ts';
import { planRepair, repair } from '../../src/operations/repair-storage.ts';
import type { Services } from '../../src/operations/services.ts';
import { sweepStorage } from '../../src/operations/sweep-storage.ts';
import { nodeFiles } from '../../src/storage/local/file-operations.ts';
import { openLocalStorage } from '../../src/storage/local/index.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';
import { storeArtifact } from '../support/stored-artifact.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';

/** Storage beside the rows: what lies there that nobody knows, what should lie there and does not, and what is done about it. */

const START = Date.parse('2026-03-01T10:00:00Z');
const DAY = 86_400_000;
const TRUSTED = { isHalted: false };
const FOREIGN_TENANT = '6f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const FOREIGN_RUN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const BYTES = Buffer.from('encrypted');
const files = new Recipients();
let door: Door;
let things: TenantThings;
let clock: FakeClock;
let artifact: string;
let parts = 1;

beforeAll(async () => {
  door = await openDoor();
  things = await fillTenant(door.app, door.actor, files.make().certificate);
  clock = await fakeClock(door.app, new Date(START).toISOString());
  await door.call('GET', '/api/retention');
  // What is made up by hand is no manifest, and the chain was never run.
  await sql(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000; DELETE FROM run_manifest; UPDATE run SET chain_id = NULL`);
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

beforeEach(async () => {
  await clock.set(new Date(START).toISOString());
  await sql(`UPDATE run SET finished_at = '2026-03-01T10:00:00Z', status = 'succeeded'`);
  await sql(
    'UPDATE artifact SET object_gone_at = now(); UPDATE data_request_package SET object_gone_at = now(); TRUNCATE orphan_object, clock_watch; UPDATE retention_halt SET agreed_at = now()',
  );
  await rm(sealed(), { recursive: true, force: true });
  await mkdir(sealed());
  parts += 1;
  artifact = await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, `file-${parts}.zip.p7m`);
});

const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const sealed = (...below: string[]) => path.join(door.app.dataFolder, 'artifacts', 'sealed', ...below);
const temporary = (name: string) => path.join(door.app.dataFolder, 'artifacts', 'temporary', name);
const sweep = (look: { isHalted: boolean } | null = TRUSTED) => sweepStorage(door.app.services, look);
const view = async () => (await door.call('GET', `/api/artifacts/${artifact}`)).json as ArtifactView;
const operator = () => ({ ...door.actor, kind: 'operator' as const });
const check = async () => (await checkStorage(door.app.services, operator(), { readData: false })).findings.map(({ code, about }) => `${code} ${about}`);
const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** An object of the run that no artifact lists. */
async function makeOrphan(runId = things.ids.run, tenantId = door.actor.tenantId, attempt = 7): Promise<string> {
  const key = objectKey(tenantId, runId, attempt, 1);
  const object = await door.app.services.storage.create(key);
  await object.write(BYTES);
  await object.seal();
  return key;
}

describe('an object that no artifact lists', () => {
  it('goes when it is still such after a day, with a record', async () => {
    const key = await makeOrphan();
    expect(await sweep()).toMatchObject({ orphans: 1, orphansRemoved: 0 });
    await clock.advance(DAY - 1_000);
    expect(await sweep()).toMatchObject({ orphans: 1, orphansRemoved: 0 });
    await clock.advance(1_000);
    expect(await sweep({ isHalted: true })).toMatchObject({ orphansRemoved: 0 });
    expect(await sweep(null)).toMatchObject({ orphansRemoved: 0 });
    expect(await sweep()).toMatchObject({ orphans: 1, orphansRemoved: 1 });
    expect(await door.app.services.storage.size(key)).toBeNull();
    expect(await door.app.services.storage.size(objectKey(door.actor.tenantId, things.ids.run, 1, parts))).toBe(BYTES.length);
    expect(await sql(`SELECT object_id, detail FROM audit_log WHERE action = 'orphan.deleted' ORDER BY id DESC LIMIT 1`)).toEqual([
      { object_id: things.ids.run, detail: { attempt: 7, part: 1, bytes: BYTES.length } },
    ]);
    expect(await sql('SELECT 1 FROM orphan_object')).toEqual([]);
  });

  it('begins its day anew when it was known in between', async () => {
    const key = await makeOrphan();
    await sweep();
    await sql(`UPDATE artifact SET object_key = $1 WHERE id = $2`, [key, artifact]);
    await clock.advance(DAY);
    await sweep();
    await sql(`UPDATE artifact SET object_key = $1 WHERE id = $2`, [objectKey(door.actor.tenantId, things.ids.run, 1, parts), artifact]);
    expect(await sweep()).toMatchObject({ orphans: 1, orphansRemoved: 0 });
  });

  it('stays while its run waits or is going, and when somebody lists it at the last moment', async () => {
    const key = await makeOrphan();
    await sweep();
    await clock.advance(2 * DAY);
    for (const status of ['scheduled', 'queued', 'running']) {
      await sql('UPDATE run SET status = $1 WHERE id = $2', [status, things.ids.run]);
      expect(await sweep(), status).toMatchObject({ orphans: 0, orphansRemoved: 0 });
    }
    await sql(`UPDATE run SET status = 'succeeded'`);
    const { steps: plan } = await planRepair(door.app.services, operator());
    expect(plan).toContainEqual({ kind: 'remove_orphan', key });
    await sql('UPDATE artifact SET object_key = $1 WHERE id = $2', [key, artifact]);
    expect(
      await repair(
        door.app.services,
        operator(),
        plan.filter((one) => one.kind === 'remove_orphan' && one.key === key),
      ),
    ).toEqual({ done: 0, failed: 0 });
    expect(await door.app.services.storage.size(key)).toBe(BYTES.length);
  });

  it('of a tenant that is no more goes too, and what UDM did not name stays', async () => {
    const key = await makeOrphan(FOREIGN_RUN, FOREIGN_TENANT);
    await writeFile(sealed('notes.txt'), 'mine');
    await sweep();
    await clock.advance(DAY);
    const logged: unknown[] = [];
    const log = { ...door.app.services.log, warn: (fields: unknown) => logged.push(fields) };
    expect(await sweepStorage({ ...door.app.services, log }, TRUSTED)).toMatchObject({ orphans: 1, orphansRemoved: 1 });
    // No audit log is there for it.
    expect(logged).toContainEqual({ event: 'orphan.deleted', tenantId: FOREIGN_TENANT, runId: FOREIGN_RUN, attempt: 7, bytes: BYTES.length });
    expect(await door.app.services.storage.size(key)).toBeNull();
    expect(await isThere(sealed('notes.txt'))).toBe(true);
    expect(await check()).toEqual(['check.foreign_file notes.txt']);
  });
});

describe('a row without its object', () => {
  it('is marked and shown, never dropped, and the mark goes when the file is back', async () => {
    const file = sealed(...objectKey(door.actor.tenantId, things.ids.run, 1, parts).split('/'));
    await rm(file);
    expect(await check()).toEqual([`check.object_missing file-${parts}.zip.p7m`]);
    expect((await view()).file.state).toBe('kept');
    expect(await sweep()).toMatchObject({ missing: 1 });
    expect(await view()).toMatchObject({ state: 'available', file: { state: 'missing', since: new Date(START).toISOString() } });
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, BYTES);
    expect(await sweep()).toMatchObject({ missing: 0 });
    expect((await view()).file.state).toBe('kept');
    await truncate(file, 3);
    expect(await check()).toEqual([`check.object_length file-${parts}.zip.p7m`]);
    expect(await sweep()).toMatchObject({ missing: 1 });
    expect((await view()).file.state).toBe('damaged');
  });

  it('is refused while its file is marked as damaged, and can be had when it is right again', async () => {
    const file = sealed(...objectKey(door.actor.tenantId, things.ids.run, 1, parts).split('/'));
    const content = `/api/artifacts/${artifact}/content`;
    await truncate(file, 3);
    await sweep();
    expect(await door.call('GET', content)).toMatchObject({ status: 410, json: { code: 'artifact.damaged' } });
    expect(await door.call('GET', content, undefined, { range: 'bytes=1-2' })).toMatchObject({ status: 410, json: { code: 'artifact.damaged' } });
    expect((await door.call('HEAD', content)).status).toBe(410);
    expect((await door.call('POST', '/api/artifacts/bundle', { ids: [artifact] })).json).toMatchObject({ errors: [{ code: 'artifact.damaged' }] });
    expect(await sql(`SELECT 1 FROM audit_log WHERE action = 'artifact.downloaded' AND object_id = $1`, [artifact])).toEqual([]);
    await writeFile(file, BYTES);
    await sweep();
    expect(await door.call('GET', content)).toMatchObject({ status: 200, bytes: BYTES });
  });
});

/** The door's services on a disk that fails with EIO at whatever `isBad` says. */
async function onBadDisk(isBad: (does: 'unlink' | 'stat' | 'list', place: string) => boolean): Promise<Services> {
  const guarded =
    <T>(does: 'unlink' | 'stat' | 'list', work: (place: string) => Promise<T>) =>
    async (place: string) => {
      if (isBad(does, place)) throw Object.assign(new Error('the disk'), { code: 'EIO' });
      return work(place);
    };
  const files = { ...nodeFiles, unlink: guarded('unlink', nodeFiles.unlink), stat: guarded('stat', nodeFiles.stat), list: guarded('list', nodeFiles.list) };
  return { ...door.app.services, storage: await openLocalStorage(path.join(door.app.dataFolder, 'artifacts'), files) };
}

/** Two orphans, two dead temporary objects, two artifacts of which one is missing, and a folder; of each the first that is touched is bad. */
async function halfBadStorage(): Promise<Services> {
  for (const attempt of [7, 8]) await makeOrphan(things.ids.run, door.actor.tenantId, attempt);
  await makeOrphan(FOREIGN_RUN, FOREIGN_TENANT);
  for (const name of ['dead-1', 'dead-2']) {
    await writeFile(temporary(name), 'half');
    await utimes(temporary(name), new Date(0), new Date(0));
  }
  parts += 1;
  await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, `file-${parts}.zip.p7m`);
  const [first, second] = await sql('SELECT object_key FROM artifact WHERE object_gone_at IS NULL ORDER BY id');
  await rm(sealed(...second.object_key.split('/')));
  const bad = new Map<string, string>();
  return onBadDisk((does, place) => {
    if (does === 'stat') return place.endsWith(first.object_key);
    if (does === 'list') return place.endsWith(FOREIGN_TENANT);
    const room = path.basename(path.dirname(place)) === 'temporary' ? 'temporary' : 'sealed';
    if (!bad.has(room)) bad.set(room, place);
    return bad.get(room) === place;
  });
}

const repairsOnRecord = async () =>
  (await sql(`SELECT actor_kind, action, detail FROM audit_log WHERE action LIKE 'storage.repair%' ORDER BY id DESC LIMIT 2`)).reverse();

describe('an object that cannot be removed or looked at', () => {
  it('does not keep the sweep from the rest, and is counted', async () => {
    const services = await halfBadStorage();
    await sweepStorage(services, TRUSTED);
    // The temporary object that could be removed is gone since.
    await clock.advance(DAY);
    expect(await sweepStorage(services, TRUSTED)).toEqual({ temporary: 0, orphans: 2, orphansRemoved: 1, missing: 1, failed: 4 });
    expect(await sql('SELECT object_key FROM orphan_object')).toHaveLength(1);
    expect(await sql('SELECT damage FROM artifact WHERE object_gone_at IS NULL ORDER BY id')).toEqual([{ damage: null }, { damage: 'missing' }]);
    expect(await sweep()).toMatchObject({ temporary: 1, orphans: 2, orphansRemoved: 1, failed: 0 });
  });

  it('does not keep a check from the rest, and is told', async () => {
    const services = await onBadDisk((does, place) => does === 'list' && (place.endsWith(FOREIGN_TENANT) || place.endsWith('temporary')));
    await makeOrphan(things.ids.run);
    await makeOrphan(FOREIGN_RUN, FOREIGN_TENANT);
    const { findings } = await checkStorage(services, operator(), { readData: false });
    expect(findings.map(({ code, about }) => `${code} ${about.split('/')[0]}`).sort()).toEqual([
      `check.orphan ${door.actor.tenantId}`,
      `storage.unreadable ${FOREIGN_TENANT}`,
      'storage.unreadable temporary objects',
    ]);
  });

  it('does not keep a repair from the rest, which counts what was done', async () => {
    const services = await halfBadStorage();
    const { steps, unseen } = await planRepair(services, operator());
    expect(unseen).toHaveLength(2);
    expect(steps.map((one) => one.kind)).toEqual(['remove_orphan', 'remove_orphan', 'remove_temporary', 'remove_temporary', 'mark']);
    expect(await repair(services, operator(), steps)).toEqual({ done: 3, failed: 2 });
    expect((await repairsOnRecord()).map((one) => one.detail)).toEqual([
      { remove_orphan: 2, remove_temporary: 2, mark: 1 },
      { remove_orphan: 1, remove_temporary: 1, mark: 1, failed: 2 },
    ]);
    await sweep();
  });

  it('whose deletion is tried by a repair counts as failed', async () => {
    await sql('UPDATE artifact SET deleted_at = udm_now() WHERE id = $1', [artifact]);
    const services = await onBadDisk((does) => does === 'unlink');
    const { steps } = await planRepair(services, operator());
    expect(await repair(services, operator(), steps)).toEqual({ done: 0, failed: 1 });
    expect((await view()).file).toMatchObject({ state: 'failed', cause: 'storage.remove_failed' });
  });
});

describe('a sweep that is stopped', () => {
  it('ends with the object in hand', async () => {
    for (const attempt of [7, 8, 9]) await makeOrphan(things.ids.run, door.actor.tenantId, attempt);
    await sweep();
    await clock.advance(DAY);
    const stopping = new AbortController();
    let removed = 0;
    const services = await onBadDisk((does) => {
      if (does === 'unlink') {
        removed += 1;
        stopping.abort();
      }
      return false;
    });
    await expect(sweepStorage(services, TRUSTED, stopping.signal)).rejects.toThrow(/abort/);
    expect(removed).toBe(1);
  });

  it('ends while it looks for what is missing', async () => {
    parts += 1;
    await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, `file-${parts}.zip.p7m`);
    const stopping = new AbortController();
    let looked = 0;
    const services = await onBadDisk((does) => {
      if (does === 'stat') {
        looked += 1;
        stopping.abort();
      }
      return false;
    });
    await expect(sweepStorage(services, TRUSTED, stopping.signal)).rejects.toThrow(/abort/);
    expect(looked).toBe(1);
  });
});

describe('a repair', () => {
  it('plans, changes nothing until it is told, does its plan and no more, and leaves nothing to find', async () => {
    const key = await makeOrphan();
    for (const name of ['dead', 'young']) await writeFile(temporary(name), 'half');
    await utimes(temporary('dead'), new Date(0), new Date(0));
    await rm(sealed(...objectKey(door.actor.tenantId, things.ids.run, 1, parts).split('/')));
    parts += 1;
    const gone = await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, 'deleted.zip.p7m');
    await sql(`UPDATE artifact SET deleted_at = now() WHERE id = $1`, [gone]);
    expect(await check()).toEqual([`check.object_missing file-${parts - 1}.zip.p7m`, `check.orphan ${key}`, 'check.temporary dead']);
    const { steps: plan } = await planRepair(door.app.services, operator());
    expect(plan.map((one) => one.kind)).toEqual(['remove_orphan', 'remove_temporary', 'delete_file', 'mark']);
    expect(await isThere(temporary('dead'))).toBe(true);
    expect(await door.app.services.storage.size(key)).toBe(BYTES.length);
    expect(await repair(door.app.services, operator(), plan)).toEqual({ done: 4, failed: 0 });
    expect([await isThere(temporary('dead')), await isThere(temporary('young'))]).toEqual([false, true]);
    expect((await view()).file.state).toBe('missing');
    expect(await check()).toEqual([`check.object_missing file-${parts - 1}.zip.p7m`]);
    expect(await planRepair(door.app.services, operator())).toEqual({ steps: [], unseen: [] });
    const all = { remove_orphan: 1, remove_temporary: 1, delete_file: 1, mark: 1 };
    expect(await repairsOnRecord()).toEqual([
      { actor_kind: 'operator', action: 'storage.repair_begun', detail: all },
      { actor_kind: 'operator', action: 'storage.repaired', detail: { ...all, failed: 0 } },
    ]);
    await rm(temporary('young'));
  });

  it('gives a run that nobody works on to a worker', async () => {
    await sql(`UPDATE run SET status = 'queued'; DELETE FROM pgboss.job WHERE name = 'execute-run'`);
    expect(await check()).toContain(`check.run_stuck ${things.ids.run}`);
    const { steps: plan } = await planRepair(door.app.services, operator());
    expect(plan).toContainEqual({ kind: 'requeue_run', runId: things.ids.run });
    expect(await repair(door.app.services, operator(), plan)).toEqual({ done: plan.length, failed: 0 });
    expect(await check()).toEqual([]);
  });

  it('is for the operator alone, as the check is', async () => {
    const user = { ...door.actor, kind: 'user' as const };
    await expect(planRepair(door.app.services, user)).rejects.toMatchObject({ code: 'permission.denied' });
    await expect(repair(door.app.services, user, [])).rejects.toMatchObject({ code: 'permission.denied' });
    await expect(checkStorage(door.app.services, user, { readData: false })).rejects.toMatchObject({ code: 'permission.denied' });
  });
});

describe('a check of the rows', () => {
  it('finds windows that leave a gap, runs without files, and files that are overdue', async () => {
    const { chain, job, run } = things.ids;
    await sql(`UPDATE chain SET edge = '2026-02-01Z' WHERE id = $1`, [chain]);
    await sql(`UPDATE run SET chain_id = $1, window_from = '2026-01-01Z', window_to = '2026-02-01Z' WHERE id = $2`, [chain, run]);
    expect(await check()).toEqual([`check.coverage ${job}`]);
    await sql('UPDATE run SET window_from = NULL');
    expect(await check()).toEqual([]);
    await sql(`UPDATE chain SET edge = '2026-02-02Z' WHERE id = $1`, [chain]);
    expect(await check()).toEqual([`check.coverage ${job}`]);
    await sql('UPDATE run SET chain_id = NULL');
    await clock.advance(30 * DAY + 25 * 3_600_000);
    expect(await check()).toEqual([`check.deletion_overdue file-${parts}.zip.p7m`]);
    await sql('DELETE FROM artifact');
    expect((await check()).filter((one) => !one.startsWith('check.orphan'))).toEqual([`check.run_without_files ${run}`]);
  });
});
