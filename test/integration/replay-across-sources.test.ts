import { rm } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { placeHold, releaseLegalHold } from '../../src/operations/data-requests/legal-holds.ts';
import { replaySources } from '../../src/operations/data-requests/replay-sources.ts';
import type { Services } from '../../src/operations/services.ts';
import { addSource } from '../../src/operations/sources.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import type { PeopleVerbs } from '../../src/sources/people.ts';
import { withClient } from '../support/database-text.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { signedInAs } from '../support/officers.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { RequestWork } from '../support/request-work.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Two contact centres of one tenant: what the people of one have in common with those of the other. */

const HOUR = 3_600_000;
const PHONE = '+14155550142';
const NEVER = new AbortController().signal;
let home: string;
let app: App;
let clock: FakeClock;
let server: TestPostgres;
let here: TestConnection;
let there: TestConnection;
let admin: Actor;
let officer: Actor;
let requests: RequestWork;

beforeAll(async () => {
  home = await passableFolder('udm-across-');
  server = await startTestPostgres();
  [here, there] = [await server.newDatabase(), await server.newDatabase()];
  for (const [seed, database] of [here, there].entries())
    await fillSample(database, { contacts: 5, interactions: 10, days: 5, seed, endsAt: new Date('2026-03-01T00:00:00Z') });
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  requests = new RequestWork(app, officer, (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor);
  admin = await administrator(app, 'alpha');
  clock = await fakeClock(app, '2026-03-01T12:00:00Z');
  for (const [name, database] of Object.entries({ here, there })) {
    const { host, port, user, password, database: base } = database as unknown as Record<string, string>;
    const settings = { host, port: Number(port), user, database: base };
    const writer = { user: user ?? '', password: password ?? '' };
    await addSource(app.services, admin, { name, connector: 'postgres', catalog: 'ucsx', settings, secret: password ?? '', writer });
  }
}, 120_000);

afterAll(async () => {
  await app?.stop();
  await server?.stop();
  await rm(home, { recursive: true, force: true });
});

async function ask<Row extends pg.QueryResultRow>(database: TestConnection, sql: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(database, async (client) => (await client.query<Row>(sql, values)).rows ?? []);
}

async function customer(database: TestConnection, id: string): Promise<void> {
  await ask(database, `INSERT INTO ucsx.contact (contact_id, tenant_id, customer_id, created_date, modified_date) VALUES ($1, 101, 'C-' || $1, now(), now())`, [
    id,
  ]);
  await ask(
    database,
    `INSERT INTO ucsx.contact_attribute (attribute_id, contact_id, attribute_name, str_value, is_primary) VALUES ($1 || '-P', $1, 'PhoneNumber', $2, true)`,
    [id, PHONE],
  );
}

const call = (id: string, contact: string | null) =>
  ask(
    here,
    `INSERT INTO ucsx.interaction (ixn_id, status, entity_type_id, tenant_id, start_date, contact_id, phone_number) VALUES ($1, 3, 3, 101, now(), $2, $3)`,
    [id, contact, PHONE],
  );

const calls = async () =>
  (await ask<{ id: string }>(here, "SELECT ixn_id AS id FROM ucsx.interaction WHERE ixn_id LIKE '%CALL' ORDER BY 1")).map(({ id }) => id);

describe('a replay', () => {
  it('keeps what an erasure kept because somebody in another source has the number, too', async () => {
    await customer(here, 'GONE');
    await customer(there, 'STAYS');
    await call('HER-CALL', 'GONE');
    await call('SOMEBODYS-CALL', null);
    const request = await requests.approved([{ type: 'contact_id', value: 'GONE' }]);
    await clock.advance(25 * HOUR);
    expect(await requests.work(request)).toMatchObject({ state: 'verified', error: null });
    await clock.advance(25 * HOUR);
    expect(await requests.work(request)).toMatchObject({ state: 'done', error: null });
    expect(await calls()).toEqual(['SOMEBODYS-CALL']);
    // A backup of before.
    await customer(here, 'GONE');
    await call('HER-CALL', 'GONE');
    expect(await replaySources(app.services, admin, { source: 'here' }, NEVER)).toMatchObject([{ erasures: 1, repeated: 1, error: null }]);
    expect(await calls()).toEqual(['SOMEBODYS-CALL']);
    expect(await ask(here, "SELECT FROM ucsx.contact WHERE contact_id = 'GONE'")).toEqual([]);
    // When the other one goes, the call is nobody else's any more.
    const other = await requests.approved([{ type: 'contact_id', value: 'STAYS' }]);
    await clock.advance(25 * HOUR);
    expect(await requests.work(other)).toMatchObject({ state: 'verified', error: null });
    expect(await calls()).toEqual([]);
  });

  it('keeps what somebody has in common with the person on whom a legal hold comes meanwhile', async () => {
    const identifiers = [{ type: 'contact_id', value: 'STAYS' }];
    await customer(here, 'GONE');
    await call('HER-CALL', 'GONE');
    await call('SOMEBODYS-CALL', null);
    await customer(there, 'STAYS');
    let placed = '';
    const { sharedPeople } = app.services;
    const of = (place: string, given: PeopleVerbs): PeopleVerbs => {
      const people = sharedPeople.of(place, given);
      return {
        ...people,
        async *identifiers(region, signal) {
          yield* people.identifiers(region, signal);
          placed = (await placeHold(app.services, officer, { identifiers, reason: 'Court.' })).id;
        },
      };
    };
    const replay = (services: Services) => replaySources(services, admin, { source: 'here' }, NEVER);
    expect(await replay({ ...app.services, sharedPeople: { of } })).toMatchObject([{ repeated: 1, held: 1, error: null }]);
    expect(await calls()).toEqual(['SOMEBODYS-CALL']);
    await releaseLegalHold(app.services, officer, placed, { reason: 'Over.' });
    expect(await replay(app.services)).toMatchObject([{ repeated: 2, held: 0, error: null }]);
    expect(await calls()).toEqual([]);
  });
});
