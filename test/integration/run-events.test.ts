import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src/lib/log.ts';
import { type RunEvents, startRunEvents } from '../../src/records/run-events.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { openSilentWay } from '../support/silent-way.ts';

let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let admin: pg.Client;
let events: RunEvents;
const heard: string[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  admin = new pg.Client(postgres.connection);
  await admin.connect();
  events = await startRunEvents(postgres.connection, createLog('silent'));
  events.subscribe('tenant', (note) => heard.push('run' in note ? note.run : `changed ${note.changed}`));
});

afterAll(async () => {
  await events?.stop();
  await admin?.end();
  await postgres?.stop();
});

describe('notes of runs that change', () => {
  it('reach the listeners of their tenant and nobody else', async () => {
    await admin.query("SELECT pg_notify('udm_run', 'other run-0'), pg_notify('udm_run', 'tenant run-1')");
    await until(() => heard.length > 0);
    expect(heard).toEqual(['run-1']);
  });

  it('tell of a run by its id and of anything else by its kind', async () => {
    await admin.query("SELECT pg_notify('udm_changed', 'other job'), pg_notify('udm_changed', 'tenant artifact')");
    await until(() => heard.length > 1);
    expect(heard).toEqual(['run-1', 'changed artifact']);
  });

  it('come again after the connection was lost, over one new connection', async () => {
    for (let time = 1; time <= 2; time++) {
      const [before] = await listeners();
      await admin.query('SELECT pg_terminate_backend($1)', [before]);
      await until(async () => (await listeners()).some((pid) => pid !== before));
      expect(await listeners()).toHaveLength(1);
    }
    await until(async () => {
      await admin.query("SELECT pg_notify('udm_run', 'tenant run-2')");
      return heard.includes('run-2');
    });
  });

  it('say that everything may have changed when some were missed', async () => {
    // Notes of the test before may still be on their way: all of them have come when this one has.
    await admin.query("SELECT pg_notify('udm_run', 'tenant run-last')");
    await until(() => heard.includes('run-last'));
    heard.length = 0;
    const [before] = await listeners();
    await admin.query('SELECT pg_terminate_backend($1)', [before]);
    await until(async () => (await listeners()).length === 0);
    await admin.query("SELECT pg_notify('udm_run', 'tenant run-3')");
    await until(() => heard.length >= 4);
    expect(heard.sort()).toEqual(['changed artifact', 'changed certificate', 'changed job', 'changed run']);
  });

  it('come again after the connection was dropped without a word to either side', async () => {
    const way = await openSilentWay(postgres.connection);
    const own = await startRunEvents({ ...postgres.connection, host: '127.0.0.1', port: way.port }, createLog('silent'), 200);
    const told: string[] = [];
    own.subscribe('tenant', (note) => told.push('run' in note ? note.run : note.changed));
    way.fallSilent();
    await until(() => told.includes('run'));
    await admin.query("SELECT pg_notify('udm_run', 'tenant run-4')");
    await until(() => told.includes('run-4'));
    await own.stop();
    way.close();
  });
});

async function listeners(): Promise<number[]> {
  const { rows } = await admin.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE application_name = 'udm-events'");
  return rows.map((row) => row.pid);
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error('it did not happen within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
