import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactView } from '../../src/contract/artifact.ts';
import type { RetentionView } from '../../src/contract/retention.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { deleteFilesDue } from '../../src/operations/delete-files.ts';
import { planRepair, repair } from '../../src/operations/repair-storage.ts';
import { watchRetentionClock, whenKeptFrom } from '../../src/operations/retention-clock.ts';
import type { Services } from '../../src/operations/services.ts';
import { inTenant } from '../../src/records/database.ts';
import { openLocalStorage } from '../../src/storage/local/index.ts';
import { LossyDisk } from '../crash/lossy-disk.ts';
import { withRoles } from '../support/roles.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';
import { storeArtifact } from '../support/stored-artifact.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';

/** The life of a file after its publishing: kept, expired, deleted; and what a clock in doubt changes. */

const BYTES = randomBytes(1_000);
const START = Date.parse('2026-03-01T10:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const files = new Recipients();
let door: Door;
let things: TenantThings;
let clock: FakeClock;
let artifact: string;
let parts = 1;
/** The clock of the machine. */
let boot = { bootId: 'first start', milliseconds: 50_000 };

beforeAll(async () => {
  door = await openDoor();
  // The door's own services, so that what is asked through it has the same clock.
  Object.assign(door.app.services, { bootClock: { read: () => boot } });
  things = await fillTenant(door.app, door.actor, files.make().certificate);
  clock = await fakeClock(door.app, new Date(START).toISOString());
  // A session lives by the clock too.
  await door.call('GET', '/api/retention');
  await sql(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000`);
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

beforeEach(async () => {
  await clock.set(new Date(START).toISOString());
  boot = { bootId: `start ${parts}`, milliseconds: 50_000 };
  await sql(`TRUNCATE clock_watch; UPDATE retention_halt SET agreed_at = now() WHERE agreed_at IS NULL; UPDATE artifact SET object_gone_at = now()`);
  parts += 1;
  await sql(`UPDATE run SET finished_at = '${new Date(START).toISOString()}'`);
  artifact = await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, `file-${parts}.zip.p7m`);
  await housekeeping();
});

const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const look = (isStart = false, services: Services = door.app.services) => watchRetentionClock(services, isStart);
const housekeeping = async (services: Services = door.app.services, isStart = false) => deleteFilesDue(services, await look(isStart));
const view = async () => (await door.call('GET', `/api/artifacts/${artifact}`)).json as ArtifactView;
const retention = async () => (await door.call('GET', '/api/retention')).json as RetentionView;
const download = () => door.call('GET', `/api/artifacts/${artifact}/content`, undefined, { range: 'bytes=5-9' });
const objectSize = async () =>
  door.app.services.storage.size((await sql('SELECT object_key FROM artifact WHERE id = $1', [artifact]))[0]?.object_key as string);

/** From when on an artifact of now is kept, when that is not now. */
const keptFrom = () => inTenant(door.app.services.database, door.actor.tenantId, (tx) => whenKeptFrom(door.app.services, tx));

/** Both clocks go on. */
async function pass(milliseconds: number): Promise<void> {
  await clock.advance(milliseconds);
  boot = { ...boot, milliseconds: boot.milliseconds + milliseconds };
}

describe('a file', () => {
  it('is served to the last moment, refused from its instant of expiry, and deleted within a day, not at once', async () => {
    await pass(30 * DAY - 1);
    expect((await download()).status).toBe(206);
    await pass(1);
    expect(await download()).toMatchObject({ status: 410, json: { code: 'artifact.gone' } });
    expect(await housekeeping()).toBe(0);
    expect(await view()).toMatchObject({ state: 'expired', file: { state: 'to_delete' } });
    await pass(2 * HOUR - 1);
    expect(await housekeeping()).toBe(0);
    await pass(1);
    expect(await housekeeping()).toBe(1);
    expect(await objectSize()).toBeNull();
    expect(await view()).toMatchObject({ state: 'expired', file: { state: 'gone', since: new Date(START + 30 * DAY + 2 * HOUR).toISOString(), tries: 0 } });
    const acts = await sql(`SELECT actor_kind, detail FROM audit_log WHERE action = 'artifact.file_deleted' AND object_id = $1`, [artifact]);
    expect(acts).toEqual([{ actor_kind: 'system', detail: { cause: 'expired', bytes: BYTES.length, failures: 0 } }]);
    expect(await housekeeping()).toBe(0);
  });

  it('whose deletion fails is tried again, later each time, and says so until it is gone', async () => {
    await pass(31 * DAY);
    const { storage } = door.app.services;
    const busy = Object.assign(Object.create(storage), { remove: async () => Promise.reject(Object.assign(new Error('busy'), { code: 'EBUSY' })) });
    const stuck = { ...door.app.services, storage: busy };
    const tries: unknown[] = [];
    for (let minute = 0; minute <= 8; minute += 1) {
      expect(await housekeeping(stuck)).toBe(0);
      const { file } = await view();
      tries.push(file.tries);
      if (minute === 0) expect(file).toMatchObject({ state: 'failed', nextTryAt: new Date(START + 31 * DAY + 60_000).toISOString(), cause: 'internal' });
      await pass(60_000);
    }
    expect(tries).toEqual([1, 2, 2, 3, 3, 3, 3, 4, 4]);
    expect(await objectSize()).toBe(BYTES.length);
    await pass(HOUR);
    expect(await housekeeping()).toBe(1);
    expect((await view()).file).toMatchObject({ state: 'gone', tries: 4, nextTryAt: null, cause: null });
  });

  it('is not called gone when it only seemed to be deleted', async () => {
    await pass(31 * DAY);
    const { storage } = door.app.services;
    const idle = { ...door.app.services, storage: { ...storage, size: storage.size.bind(storage), remove: async () => {} } };
    expect(await housekeeping(idle)).toBe(0);
    expect((await view()).file).toMatchObject({ state: 'failed', cause: 'storage.remove_failed' });
  });

  it('whose deletion could not be put on record is on record with the next round', async () => {
    await pass(31 * DAY);
    await sql('REVOKE INSERT ON audit_log FROM udm_app');
    try {
      await expect(housekeeping()).rejects.toThrow(/permission denied/);
    } finally {
      await sql('GRANT INSERT ON audit_log TO udm_app');
    }
    expect(await objectSize()).toBeNull();
    expect((await view()).file.state).toBe('to_delete');
    expect(await housekeeping()).toBe(1);
    expect((await view()).file.state).toBe('gone');
    expect(await sql(`SELECT 1 FROM audit_log WHERE action = 'artifact.file_deleted' AND object_id = $1`, [artifact])).toHaveLength(1);
  });

  it('is never said to be gone while it is there, at whatever operation on its deletion the power goes', async () => {
    await pass(31 * DAY);
    await look();
    const [{ object_key: key } = { object_key: '' }] = await sql('SELECT object_key FROM artifact WHERE id = $1', [artifact]);
    const cuts: string[] = [];
    for (let cut = 0; cut < 8; cut += 1) {
      await sql('UPDATE artifact SET object_gone_at = NULL, deletion_next_at = NULL WHERE id = $1', [artifact]);
      const disk = new LossyDisk();
      const storage = await openLocalStorage('/data', disk.files);
      for (const folder of ['/', '/data', '/data/sealed']) await disk.files.syncFolder(folder);
      const object = await storage.create(key);
      await object.write(BYTES);
      await object.seal();
      const services = { ...door.app.services, storage };
      disk.dieAfter(cut);
      await housekeeping(services);
      disk.powerCut();
      const isThere = (await storage.size(key)) !== null;
      const { state } = (await view()).file;
      cuts.push(`${isThere ? 'there' : 'not there'}, ${state}`);
      expect(isThere && state === 'gone', `power goes after ${cut} operations`).toBe(false);
      await sql('UPDATE artifact SET deletion_next_at = NULL WHERE id = $1', [artifact]);
      await housekeeping(services);
      expect((await view()).file.state).toBe('gone');
      expect(await storage.size(key)).toBeNull();
    }
    // It went at every stage: before the deletion, after it, and when it was on record.
    expect(new Set(cuts)).toEqual(new Set(['there, failed', 'not there, failed', 'not there, gone']));
  });

  it('that somebody deleted leaves with the next round when it could not at once, whatever the clock', async () => {
    const { storage } = door.app.services;
    const remove = storage.remove.bind(storage);
    storage.remove = () => Promise.reject(new Error('busy'));
    try {
      expect((await door.call('DELETE', `/api/artifacts/${artifact}`)).status).toBe(204);
    } finally {
      storage.remove = remove;
    }
    expect(await view()).toMatchObject({ state: 'deleted', file: { state: 'failed', tries: 1 } });
    await clock.advance(-400 * DAY);
    expect(await housekeeping()).toBe(1);
    expect((await view()).file.state).toBe('gone');
  });

  it('that is not where it should be can be made again', async () => {
    await sql(`UPDATE artifact SET damage = 'missing', damaged_at = now() WHERE id = $1`, [artifact]);
    expect(await view()).toMatchObject({ state: 'available', file: { state: 'missing' }, runAgain: expect.not.stringMatching('not_needed') });
  });
});

describe('a clock that leaps while UDM runs', () => {
  it('forward: nothing is deleted until somebody agrees, and all tenants have it on record', async () => {
    await clock.advance(40 * DAY);
    expect(await housekeeping()).toBe(0);
    expect(await objectSize()).toBe(BYTES.length);
    const { halt, filesWaiting, mayAgree } = await retention();
    expect(halt).toMatchObject({ cause: 'leap', expectedAt: new Date(START).toISOString(), foundAt: new Date(START + 40 * DAY).toISOString() });
    expect({ filesWaiting, mayAgree }).toEqual({ filesWaiting: 1, mayAgree: true });
    await pass(DAY);
    expect(await housekeeping()).toBe(0);
    expect(await sql(`SELECT detail->>'cause' AS cause FROM audit_log WHERE action = 'retention.halted' ORDER BY id DESC LIMIT 1`)).toEqual([
      { cause: 'leap' },
    ]);

    const agreed = await door.call('POST', '/api/retention/agree', { halt: halt?.id });
    expect(agreed).toMatchObject({ status: 200, json: { halt: null } });
    expect(await housekeeping()).toBe(1);
    expect(await sql(`SELECT actor_kind, actor_id FROM audit_log WHERE action = 'retention.agreed' ORDER BY id DESC LIMIT 1`)).toEqual([
      { actor_kind: 'user', actor_id: things.userId },
    ]);
    expect(await door.call('POST', '/api/retention/agree', { halt: halt?.id })).toMatchObject({ status: 409, json: { code: 'retention.not_halted' } });
  });

  it('back: what had expired stays refused, and what is published is kept as long as ever', async () => {
    await pass(30 * DAY);
    await look();
    expect(await keptFrom()).toBeNull();
    await clock.advance(-10 * DAY);
    expect(await keptFrom()).toEqual(new Date(START + 30 * DAY));
    expect(await download()).toMatchObject({ status: 410, json: { code: 'artifact.gone' } });
    await housekeeping();
    expect((await retention()).halt?.cause).toBe('leap');
    expect(await objectSize()).toBe(BYTES.length);
  });

  it('back by less than an hour halts nothing, and serves nothing that had expired', async () => {
    await pass(30 * DAY - 1_000);
    await look();
    expect((await download()).status).toBe(206);
    boot = { ...boot, milliseconds: boot.milliseconds + 1_000 };
    await clock.advance(-0.9 * HOUR);
    expect(await download()).toMatchObject({ status: 410, json: { code: 'artifact.gone' } });
    await housekeeping();
    expect((await retention()).halt).toBeNull();
  });
});

describe('a clock that went back over a stop', () => {
  it('halts, though the machine started anew', async () => {
    await pass(10 * DAY);
    await look();
    boot = { bootId: 'another start', milliseconds: 1_000 };
    await clock.advance(-2_000);
    await look(true);
    expect((await retention()).halt).toMatchObject({ cause: 'went_back' });
  });

  it('does not halt when it went on', async () => {
    boot = { bootId: 'another start', milliseconds: 1_000 };
    await clock.advance(90 * DAY);
    expect(await housekeeping(door.app.services, true)).toBe(1);
    expect((await retention()).halt).toBeNull();
  });
});

describe('a process that stood still between its looks at the two clocks', () => {
  it('says nothing of them', async () => {
    const readings = [boot.milliseconds, boot.milliseconds + 9 * HOUR];
    const asleep = { ...door.app.services, bootClock: { read: () => ({ ...boot, milliseconds: readings.shift() as number }) } };
    expect(await look(false, asleep)).toBeNull();
    expect((await retention()).halt).toBeNull();
  });
});

describe('who may agree', () => {
  it('is an administrator, and where there are several tenants nobody but the operator', async () => {
    await clock.advance(40 * DAY);
    await look();
    const id = (await retention()).halt?.id;
    await sql(withRoles('{ucsx_exporter}'));
    expect((await retention()).mayAgree).toBe(false);
    expect(await door.call('POST', '/api/retention/agree', { halt: id })).toMatchObject({ status: 403, json: { code: 'permission.denied' } });
    await sql(withRoles('{tenant_administrator}'));
    expect((await retention()).mayAgree).toBe(true);
    await createTenant(door.app.services, { tenant: 'second', user: 'admin', password: 'correct horse battery staple' });
    expect(await door.call('POST', '/api/retention/agree', { halt: id })).toMatchObject({ status: 403, json: { code: 'permission.denied' } });
  });
});

describe('a repair after the clock was set back while UDM was stopped', () => {
  const operator = () => ({ ...door.actor, kind: 'operator' as const });
  // What other tests left in storage is nobody's.
  const deletions = async () => (await planRepair(door.app.services, operator())).steps.filter((one) => one.kind === 'delete_file');

  beforeEach(async () => {
    await sql('UPDATE artifact SET expires_at = $1 WHERE id = $2', [new Date(START - DAY), artifact]);
    expect(await deletions()).toEqual([{ kind: 'delete_file', tenantId: door.actor.tenantId, artifactId: artifact }]);
    await clock.set(new Date(START - HOUR / 2).toISOString());
    boot = { bootId: `${boot.bootId}, another`, milliseconds: 3_000 };
  });

  it('plans to delete nothing, changes nothing, and leaves the halt to the service that starts', async () => {
    const known = await sql('SELECT * FROM clock_watch');
    expect(await deletions()).toEqual([]);
    expect(await sql('SELECT * FROM clock_watch')).toEqual(known);
    expect((await retention()).halt).toBeNull();
    expect(await look(true)).toMatchObject({ isHalted: true });
    expect((await retention()).halt).toMatchObject({ cause: 'went_back' });
  });

  it('halts retention when it is done, for it is the first that looks, and deletes nothing', async () => {
    const step = { kind: 'delete_file' as const, tenantId: door.actor.tenantId, artifactId: artifact };
    expect(await repair(door.app.services, operator(), [step, step])).toEqual({ done: 0, failed: 0 });
    expect((await retention()).halt).toMatchObject({ cause: 'went_back' });
    expect(await objectSize()).toBe(BYTES.length);
  });
});

describe('the housekeeping of a service', () => {
  // The last test: it stops UDM.
  it('does all of this by itself, and ends with the file in hand when UDM stops', async () => {
    for (let more = 0; more < 4; more += 1) {
      parts += 1;
      await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, `file-${parts}.zip.p7m`);
    }
    await pass(31 * DAY);
    const { storage, queue } = door.app.services;
    const [remove, stop] = [storage.remove.bind(storage), queue.stop.bind(queue)];
    const queueStops = Promise.withResolvers<void>();
    let begun = 0;
    Object.assign(storage, {
      remove: async (key: string) => {
        begun += 1;
        // From the second file on it takes for as long as workers may still take runs.
        if (begun > 1) await queueStops.promise;
        return remove(key);
      },
    });
    Object.assign(queue, {
      stop: async () => {
        queueStops.resolve();
        return stop();
      },
    });
    door.app.startHousekeeping();
    const gone = `SELECT id FROM artifact WHERE object_gone_at IS NOT NULL AND part > ${parts - 5}`;
    await expect.poll(async () => [(await sql(gone)).length, begun], { timeout: 20_000 }).toEqual([1, 2]);
    await door.app.stop();
    expect(begun).toBe(2);
  }, 40_000);
});
