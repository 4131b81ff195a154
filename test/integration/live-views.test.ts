import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveViews, openLiveViews } from '../../src/http/live-views.ts';
import { requireSecondFactor } from '../../src/operations/second-factor.ts';
import { signIn } from '../../src/operations/sign-in.ts';
import { ORIGIN } from '../support/origin.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { insertRuns } from '../support/list-rows.ts';
import { sessionListener } from '../support/listener.ts';
import { Recipients } from '../support/recipients.ts';

/** What listeners are told of a run that changes: never a state older than the note. */

const certificates = new Recipients();
let door: Door;
let views: LiveViews;
let token: string;
let run: string;

beforeAll(async () => {
  door = await openDoor();
  await draftIn(door.app, door.actor, certificates.make().certificate);
  [run] = (await sql((client) => insertRuns(client, door.actor.tenantId, 0, 1))) as [string];
  ({ token } = await signIn(door.app.services, { tenant: 'default', user: 'admin', password: 'correct horse battery staple' }, ORIGIN));
  views = openLiveViews(door.app.services);
});

afterAll(async () => {
  await door?.close();
  certificates.remove();
});

const sql = async <T>(work: Parameters<typeof withClient<T>>[1]): Promise<T> => withClient(await superuserOf(door.app.dataFolder), work);
const becomes = (status: string) => sql((client) => client.query('UPDATE run SET status = $2 WHERE id = $1', [run, status]));
const told = () => views.eventOf({ run }, sessionListener(door.app.services, token));

describe('the views of a run that changes', () => {
  it('show the newest state, however soon it came after the one before', async () => {
    for (const status of ['running', 'succeeded', 'failed', 'succeeded_no_data']) {
      await becomes(status);
      expect(await told()).toMatchObject({ event: 'run', data: { id: run, status } });
    }
  });

  it('are looked up again for a note that comes while one is being read', async () => {
    let release = () => {};
    const held = sql(async (client) => {
      await client.query('BEGIN; LOCK TABLE source IN ACCESS EXCLUSIVE MODE');
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      await client.query('COMMIT');
    });
    const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    await expect
      .poll(() =>
        sql(async (client) => (await client.query("SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'source'::regclass")).rowCount),
      )
      .toBe(1);
    const first = told();
    await expect.poll(() => sql(async (client) => (await client.query(waiting)).rowCount)).toBe(1);
    await becomes('failed');
    const second = [told(), told()];
    release();
    await held;
    await first;
    for (const one of second) expect(await one).toMatchObject({ data: { status: 'failed' } });
  });

  it('are not left out when they cannot be read: whoever asks hears of it, and asks again', async () => {
    await sql((client) => client.query('ALTER TABLE source RENAME TO away'));
    await expect(told()).rejects.toThrow();
    await sql((client) => client.query('ALTER TABLE away RENAME TO source'));
    expect(await told()).toMatchObject({ event: 'run', data: { id: run } });
  });

  it('end for whom the tenant wants a second factor of first, as soon as it does', async () => {
    await requireSecondFactor(door.app.services, door.actor, true);
    await expect.poll(told).toBe('signed out');
    await requireSecondFactor(door.app.services, door.actor, false);
    await expect.poll(told).toMatchObject({ data: { id: run } });
  });

  it('are nothing for a run that is not there', async () => {
    expect(await views.eventOf({ run: '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e' }, sessionListener(door.app.services, token))).toBeNull();
  });
});
