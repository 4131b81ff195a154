import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/sample/random.ts';
import { superuserOf } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';
import { fillTenant } from '../support/tenant.ts';
import { RetentionWorld } from './retention-world.ts';

/**
 * Lives of files with real storage and real serving: none deleted early, none served late, whatever clocks, machine and store do.
 * UDM_TEST_LONG=1 plays as many as are promised, 10,000.
 */

const LIVES = process.env['UDM_TEST_LONG'] === '1' ? 10_000 : 200;
const BEGIN = Date.parse('2026-03-01T10:00:00Z');
const files = new Recipients();
let door: Door;
let superuser: pg.Client;

beforeAll(async () => {
  door = await openDoor();
  superuser = new pg.Client(await superuserOf(door.app.dataFolder));
  await superuser.connect();
});

afterAll(async () => {
  await superuser?.end();
  await door?.close();
  files.remove();
});

it('deletes no file early and serves none late', { timeout: 3_600_000 }, async () => {
  const { ids } = await fillTenant(door.app, door.actor, files.make().certificate);
  await fakeClock(door.app, new Date(BEGIN).toISOString());
  await superuser.query('UPDATE artifact SET object_gone_at = udm_now()');
  const random = new Random(26, 3);
  const world = new RetentionWorld({ services: door.app.services, actor: door.actor, runId: ids.run, superuser, random, begin: BEGIN });
  await world.begin();
  while (world.figures.lives < LIVES && world.broken.length === 0) {
    if (world.alive < 20) await world.store(1 + random.below(4));
    await world.step();
  }
  await world.end();
  console.log(JSON.stringify(world.figures));
  expect(world.broken).toEqual([]);
  // Nothing of it was left out by chance.
  for (const [what, times] of Object.entries(world.figures)) expect(times, what).toBeGreaterThan(0);
});
