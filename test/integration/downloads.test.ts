import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withRoles } from '../support/roles.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';
import { storeArtifact } from '../support/stored-artifact.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';

/** Downloads through the HTTP door: ranges, conditions, expiry, permission, deletion, and what is on record. */

const BYTES = randomBytes(300_000);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const ETAG = `"${SHA256}"`;
const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const files = new Recipients();
let door: Door;
let things: TenantThings;
let clock: FakeClock;
let content: string;
let artifact: string;
let parts = 1;

beforeAll(async () => {
  door = await openDoor();
  things = await fillTenant(door.app, door.actor, files.make().certificate);
  clock = await fakeClock(door.app, '2026-03-01T10:00:00.250Z');
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

beforeEach(async () => {
  await clock.set('2026-03-01T10:00:00.250Z');
  parts += 1;
  artifact = await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, `file-${parts}.zip.p7m`);
  content = `/api/artifacts/${artifact}/content`;
});

const get = (headers: Record<string, string> = {}) => door.call('GET', content, undefined, headers);
const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const recorded = async () =>
  (await sql(`SELECT detail FROM audit_log WHERE action = 'artifact.downloaded' AND object_id = $1 ORDER BY id`, [artifact])).map((row) => row.detail);

describe('the whole file', () => {
  it('comes with its length, its hash as the tag, its date, and the word that ranges are answered', async () => {
    const answer = await get();
    // As old as the end of its run.
    const [created] = await sql('SELECT finished_at FROM run WHERE id = $1', [things.ids.run]);
    expect(answer.status).toBe(200);
    expect(answer.bytes.equals(BYTES)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': String(BYTES.length),
      'etag': ETAG,
      'last-modified': new Date(created?.finished_at).toUTCString(),
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-type': 'application/pkcs7-mime',
      'content-disposition': `attachment; filename="file-${parts}.zip.p7m"`,
    });
    expect(answer.headers['content-range']).toBeUndefined();
  });

  it('HEAD says the same without a byte, whatever the range, and is no download', async () => {
    const answer = await door.call('HEAD', content, undefined, { range: 'bytes=5-9' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': String(BYTES.length), 'etag': ETAG, 'accept-ranges': 'bytes' } });
    expect(answer.bytes.length).toBe(0);
    expect(await recorded()).toEqual([]);
  });
});

describe('a range', () => {
  it('brings exactly its bytes and names them', async () => {
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=1-262144', 1, 262_144],
      ['bytes=262143-262145', 262_143, 262_145],
      ['bytes=299999-', 299_999, 299_999],
      ['bytes=-7', 299_993, 299_999],
      ['bytes=100-9999999', 100, 299_999],
    ] as const) {
      const answer = await get({ range, 'if-range': ETAG });
      expect(answer).toMatchObject({ status: 206, headers: { 'content-range': `bytes ${start}-${end}/300000`, 'content-length': String(end - start + 1) } });
      expect(answer.bytes.equals(BYTES.subarray(start, end + 1)), range).toBe(true);
    }
  });

  it('puts the file together again from pieces of any length', async () => {
    const pieces: Buffer[] = [];
    for (let at = 0, step = 1; at < BYTES.length; step = step * 3 + 1) {
      const { status, bytes } = await get({ range: `bytes=${at}-${at + step - 1}`, 'if-range': ETAG });
      expect(status).toBe(206);
      pieces.push(bytes);
      at += bytes.length;
    }
    expect(Buffer.concat(pieces).equals(BYTES)).toBe(true);
  });

  it('behind the end or the wrong way round is refused with the length of the file', async () => {
    for (const range of ['bytes=300000-', 'bytes=5-2', 'bytes=-0']) {
      const answer = await get({ range });
      expect(answer).toMatchObject({
        status: 416,
        headers: { 'content-range': 'bytes */300000' },
        json: { code: 'download.range', range: 'bytes 0 to 299999' },
      });
    }
    expect(await recorded()).toEqual([]);
  });

  it('of another file, several ranges and no range at all bring the whole file', async () => {
    const several = `bytes=${Array.from({ length: 100 }, (_, at) => `${at * 10}-${at * 10 + 1}`).join(',')}`;
    const ignored: Record<string, string>[] = [{ range: 'bytes=5-9', 'if-range': '"stale"' }, { range: several }, { range: 'bytes=x' }, { range: 'lines=1-2' }];
    for (const headers of ignored) {
      const answer = await get(headers);
      expect(answer.status).toBe(200);
      expect(answer.bytes.length).toBe(BYTES.length);
    }
  });

  it('answers conditions before it: 304 without a byte, 412 for another file', async () => {
    expect(await get({ 'if-none-match': ETAG, 'range': 'bytes=0-9' })).toMatchObject({ status: 304, headers: { etag: ETAG }, bytes: Buffer.alloc(0) });
    expect(await get({ 'if-match': '"other"' })).toMatchObject({ status: 412, json: { code: 'download.changed' } });
    expect(await recorded()).toEqual([]);
  });
});

describe('every range asks anew', () => {
  it('refuses from the very instant of expiry, also in the middle of a download', async () => {
    const [row] = await sql('SELECT expires_at FROM artifact WHERE id = $1', [artifact]);
    const expiry = new Date(row?.expires_at).getTime();
    await clock.set(new Date(expiry - 1).toISOString());
    // The session is older than its hours by then: a new one.
    await sql(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000`);
    expect((await get({ range: 'bytes=0-9' })).status).toBe(206);
    await clock.set(new Date(expiry).toISOString());
    expect(await get({ 'range': 'bytes=10-19', 'if-range': ETAG })).toMatchObject({ status: 410, json: { code: 'artifact.gone' } });
    expect((await door.call('GET', `/api/artifacts/${artifact}`)).json).toMatchObject({ state: 'expired', remainingDays: 0, runAgain: 'possible' });
  });

  it('refuses once the permission, or the session, is gone', async () => {
    expect((await get({ range: 'bytes=0-9' })).status).toBe(206);
    await sql(withRoles('{iwd_administrator}'));
    expect(await get({ range: 'bytes=10-19' })).toMatchObject({ status: 404 });
    await sql(withRoles('{}'));
    expect(await get({ range: 'bytes=10-19' })).toMatchObject({ status: 403, json: { code: 'permission.denied' } });
    await sql(withRoles('{tenant_administrator}'));
    expect((await get({ range: 'bytes=10-19' })).status).toBe(206);
    expect(await get({ range: 'bytes=10-19', cookie: 'udm_session=other' })).toMatchObject({ status: 401 });
  });

  it('answers an unknown and a foreign artifact alike', async () => {
    const unknown = await door.call('GET', `/api/artifacts/${UNKNOWN}/content`, undefined, { range: 'bytes=0-9' });
    expect(unknown).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(unknown.headers['content-range']).toBeUndefined();
  });
});

describe('what is on record', () => {
  it('a download once, however many ranges it takes; a second download again', async () => {
    for (let at = 0; at < 30; at += 1) await get({ range: `bytes=${at * 10_000}-${at * 10_000 + 9_999}` });
    expect(await recorded()).toEqual([{}]);
    await get();
    expect(await recorded()).toEqual([{}, {}]);
  });

  it('a range that goes on with nothing that is on record, or with what is too long ago', async () => {
    await get({ range: 'bytes=100-199' });
    await get({ range: 'bytes=200-299' });
    expect(await recorded()).toEqual([{ from: 100, bytes: 100 }]);
    await clock.advance(12 * 3_600_000 + 1);
    await sql(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000`);
    await get({ range: 'bytes=300-399' });
    expect(await recorded()).toEqual([
      { from: 100, bytes: 100 },
      { from: 300, bytes: 100 },
    ]);
  });
});

describe('deletion', () => {
  it('ends every download with its own code, removes the object, keeps the row, and is on record once', async () => {
    const [row] = await sql('SELECT object_key FROM artifact WHERE id = $1', [artifact]);
    const key = row?.object_key as string;
    expect(await door.app.services.storage.size(key)).toBe(BYTES.length);
    expect((await get({ range: 'bytes=0-9' })).status).toBe(206);
    for (let time = 0; time < 3; time += 1) expect((await door.call('DELETE', `/api/artifacts/${artifact}`)).status).toBe(204);
    expect(await get({ range: 'bytes=10-19' })).toMatchObject({ status: 410, json: { code: 'artifact.deleted' } });
    expect((await door.call('HEAD', content)).status).toBe(410);
    expect(await door.app.services.storage.size(key)).toBeNull();
    expect((await door.call('GET', `/api/artifacts/${artifact}`)).json).toMatchObject({
      state: 'deleted',
      deletedAt: '2026-03-01T10:00:00.250Z',
      remainingDays: 0,
      runAgain: 'possible',
    });
    const acts = await sql(`SELECT actor_kind, detail FROM audit_log WHERE action = 'artifact.deleted' AND object_id = $1`, [artifact]);
    expect(acts).toEqual([{ actor_kind: 'user', detail: { bytes: BYTES.length } }]);
  });

  it('is refused without a role, for an unknown artifact and for another role', async () => {
    expect((await door.call('DELETE', `/api/artifacts/${UNKNOWN}`)).status).toBe(404);
    await sql(withRoles('{iwd_administrator}'));
    expect((await door.call('DELETE', `/api/artifacts/${artifact}`)).status).toBe(404);
    await sql(withRoles('{}'));
    expect((await door.call('DELETE', `/api/artifacts/${artifact}`)).status).toBe(403);
    await sql(withRoles('{tenant_administrator}'));
    expect((await get()).status).toBe(200);
  });

  it('an object that vanished under a live row is missing, not an error of the server', async () => {
    const [row] = await sql('SELECT object_key FROM artifact WHERE id = $1', [artifact]);
    await door.app.services.storage.remove(row?.object_key as string);
    expect(await get()).toMatchObject({ status: 410, json: { code: 'artifact.missing' } });
  });
});
