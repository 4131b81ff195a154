import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteArtifact } from '../../src/operations/delete-artifact.ts';
import { withdrawArtifact } from '../../src/operations/withdraw-artifact.ts';
import { openSlowLine, type SlowLine } from '../e2e/support/slow-line.ts';
import { withRoles } from '../support/roles.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';
import { storeSparse } from '../support/stored-artifact.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';

/** What ends while its bytes are on their way: the answer is cut, and the next range refused. */

const SIZE = 3_000_000_000;
const STEP = 16_384;
/** A response that is open is cut within this long. */
const LIMIT_MS = 5_000;
const files = new Recipients();
let door: Door;
let line: SlowLine;
let things: TenantThings;
let clock: FakeClock;
let headers: Record<string, string>;
let artifact: string;
let expiry: string;
let part = 1;

beforeAll(async () => {
  door = await openDoor();
  things = await fillTenant(door.app, door.actor, files.make().certificate);
  clock = await fakeClock(door.app, '2026-03-01T10:00:00Z');
  const server = await door.listen();
  headers = server.headers;
  // Whatever the clock says, the session does not end by itself.
  await sql(`UPDATE session SET expires_at = '2100-01-01Z', idle_minutes = 100000000`);
  line = await openSlowLine(`http://127.0.0.1:${server.port}`);
});

afterAll(async () => {
  await line?.close();
  await door?.close();
  files.remove();
});

beforeEach(async () => {
  await clock.set('2026-03-01T10:00:00Z');
  part += 1;
  artifact = (await storeSparse(door.app, door.actor, { runId: things.ids.run, part, bytes: SIZE, markEvery: SIZE, hash: false })).id;
  const [row] = await sql('SELECT expires_at FROM artifact WHERE id = $1', [artifact]);
  expiry = row.expires_at.toISOString();
});

const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const range = (from: number) => fetch(`${line.url}/api/artifacts/${artifact}/content`, { headers: { ...headers, range: `bytes=${from}-` } });
const codeOf = async (answer: Response) => ({ status: answer.status, code: ((await answer.json()) as { code: string }).code });

/** Begins the download, lets `happen` happen in its middle and reads on, slowly; gives how long the answer went on, and the answer to the next range. */
async function cutBy(happen: () => Promise<unknown>, response: Promise<Response>): Promise<{ milliseconds: number; received: number }> {
  line.allow(8 * STEP);
  const { body } = await response;
  let received = 0;
  let since = Number.NaN;
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      if (Number.isNaN(since)) {
        await happen();
        since = performance.now();
      }
      line.allow(STEP);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
  } finally {
    line.allow(Number.POSITIVE_INFINITY);
  }
  return { milliseconds: performance.now() - since, received };
}

describe('withdrawing', () => {
  it('takes the file back at once, says why, is on record once, and changes nothing when it is done again', async () => {
    const withdraw = (reason: string) => door.call('POST', `/api/artifacts/${artifact}/withdraw`, { reason });
    expect(await withdraw('wrong_data')).toMatchObject({
      status: 200,
      json: { state: 'withdrawn', withdrawnFor: 'wrong_data', remainingDays: 0, file: { state: 'gone' } },
    });
    expect(await withdraw('other')).toMatchObject({ status: 200, json: { withdrawnFor: 'wrong_data' } });
    expect(await withdraw('because')).toMatchObject({ status: 422, json: { errors: [{ field: 'reason' }] } });
    const acts = await sql(`SELECT detail->>'reason' AS reason FROM audit_log WHERE action = 'artifact.withdrawn' AND object_id = $1`, [artifact]);
    expect(acts).toEqual([{ reason: 'wrong_data' }]);
    expect((await door.call('GET', '/api/artifacts?state=withdrawn')).json).toMatchObject({ items: [{ id: artifact }] });
    const { json } = await door.call('POST', '/api/artifacts/bundle', { ids: [artifact] });
    expect(json).toMatchObject({ errors: [{ code: 'artifact.withdrawn' }] });
  });

  it('is refused for what somebody deleted before', async () => {
    await deleteArtifact(door.app.services, door.actor, artifact);
    expect(await door.call('POST', `/api/artifacts/${artifact}/withdraw`, { reason: 'other' })).toMatchObject({
      status: 410,
      json: { code: 'artifact.deleted' },
    });
  });
});

describe('a download that is under way', () => {
  it.each([
    ['expires', () => clock.set(expiry), { status: 410, code: 'artifact.gone' }],
    ['is withdrawn', () => withdrawArtifact(door.app.services, door.actor, artifact, 'wrong_recipient'), { status: 410, code: 'artifact.withdrawn' }],
    ['is deleted', () => deleteArtifact(door.app.services, door.actor, artifact), { status: 410, code: 'artifact.deleted' }],
  ])('is cut when the file %s, and goes on no more', async (_, happen, refusal) => {
    const { milliseconds, received } = await cutBy(happen, range(0));
    expect(received).toBeLessThan(SIZE);
    expect(milliseconds).toBeLessThan(LIMIT_MS);
    expect(await codeOf(await range(received))).toEqual(refusal);
  });

  it('is cut when its reader loses the right, also in a stream of several files', async () => {
    const ids = [artifact];
    const bundle = fetch(`${line.url}/api/artifacts/bundle`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ ids }),
    });
    const { milliseconds, received } = await cutBy(() => sql(withRoles('{iwd_administrator}')), bundle);
    expect(received).toBeLessThan(SIZE);
    expect(milliseconds).toBeLessThan(LIMIT_MS);
    expect(await codeOf(await range(received))).toEqual({ status: 404, code: 'not_found' });
    await sql(withRoles('{tenant_administrator}'));
  });

  it('is cut when its reader signs out', async () => {
    const { milliseconds, received } = await cutBy(() => sql('DELETE FROM session'), range(0));
    expect(received).toBeLessThan(SIZE);
    expect(milliseconds).toBeLessThan(LIMIT_MS);
    expect(await codeOf(await range(received))).toEqual({ status: 401, code: 'sign_in.required' });
  });
});
