import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { placeHold, releaseLegalHold } from '../../src/operations/data-requests/legal-holds.ts';
import { type RefusedSources, replayDue } from '../../src/operations/data-requests/replay-ledger.ts';
import { replaySources, wantSourceReplay } from '../../src/operations/data-requests/replay-sources.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import type { Services } from '../../src/operations/services.ts';
import { addSource, listSourcesFor } from '../../src/operations/sources.ts';
import { startHousekeeping } from '../../src/operations/start-housekeeping.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import type { PeopleVerbs } from '../../src/sources/people.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { signedInAs } from '../support/officers.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';
import { RequestWork } from '../support/request-work.ts';
import { addSampleSources } from '../support/sample-sources.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** What happens while erasures are repeated in a source, which may take hours: here whatever it is comes exactly between two of its steps. */

const HOUR = 3_600_000;
const NEVER = new AbortController().signal;
/** In the order of the ledger. */
const PEOPLE = ['GONE-1', 'GONE-2'];
const recipients = new Recipients();
let home: string;
let app: App;
let clock: FakeClock;
let server: TestPostgres;
let database: TestConnection;
let admin: Actor;
let officer: Actor;
let certificateId: string;

beforeAll(async () => {
  home = await passableFolder('udm-under-way-');
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, { contacts: 5, interactions: 10, days: 5, seed: 3, endsAt: new Date('2026-03-01T00:00:00Z') });
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  const requests = new RequestWork(app, officer, (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor);
  admin = await administrator(app, 'alpha');
  certificateId = (await addCertificate(app.services, admin, { content: recipients.make().certificate })).id;
  clock = await fakeClock(app, '2026-03-01T12:00:00Z');
  await addSampleSources(app.services, admin, database, true);
  for (const id of PEOPLE) {
    await putBack(id);
    const request = await requests.approved([{ type: 'contact_id', value: id }]);
    await clock.advance(25 * HOUR);
    expect(await requests.work(request)).toMatchObject({ state: 'verified', error: null });
    await clock.advance(25 * HOUR);
    expect(await requests.work(request)).toMatchObject({ state: 'done', error: null });
  }
  expect(await left()).toEqual([]);
}, 120_000);

beforeEach(async () => {
  await clock.advance(HOUR);
  for (const id of PEOPLE) await putBack(id);
});

afterAll(async () => {
  await app?.stop();
  await server?.stop();
  recipients.remove();
  await rm(home, { recursive: true, force: true });
});

async function ask<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(database, async (client) => (await client.query<Row>(sql, values)).rows ?? []);
}

async function udm<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(await superuserOf(app.dataFolder), async (client) => (await client.query<Row>(sql, values)).rows ?? []);
}

/** A customer with a call, as a backup of the source has them. */
async function putBack(id: string): Promise<void> {
  await ask(
    `INSERT INTO ucsx.contact (contact_id, tenant_id, customer_id, created_date, modified_date) VALUES ($1, 101, 'C-' || $1, '2026-02-20Z', '2026-02-20Z') ON CONFLICT DO NOTHING`,
    [id],
  );
  await ask(
    `INSERT INTO ucsx.interaction (ixn_id, status, entity_type_id, tenant_id, start_date, contact_id) VALUES ('CALL-' || $1, 3, 3, 101, '2026-02-20Z', $1) ON CONFLICT DO NOTHING`,
    [id],
  );
}

async function left(): Promise<string[]> {
  const sql = `SELECT contact_id AS id FROM ucsx.contact WHERE contact_id LIKE 'GONE-%' UNION ALL SELECT ixn_id FROM ucsx.interaction WHERE contact_id LIKE 'GONE-%' ORDER BY 1`;
  return (await ask<{ id: string }>(sql)).map(({ id }) => id);
}

/** Why the export of all contacts as they are now cannot be downloaded any more, asked later. */
async function exported(source = 'ucsx'): Promise<() => Promise<string | null | undefined>> {
  const how = { entityTypes: 'all', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' }, recipients: [certificateId] };
  const { id: jobId } = await createJob(app.services, admin, { title: `Contacts of ${source}`, source, type: 'Contact', ...how }, null);
  const [run] = await udm<{ id: string }>('SELECT id FROM run WHERE job_id = $1', [jobId]);
  await executeRun(app.services, { tenantId: admin.tenantId, runId: run?.id as string }, NEVER);
  return async () => (await udm<{ reason: string | null }>('SELECT withdrawn_for AS reason FROM artifact WHERE run_id = $1', [run?.id]))[0]?.reason;
}

/** Services whose sources do something first: when everything was read, or with how many changes were made before. */
function meanwhile(on: { readonly read?: () => Promise<unknown>; readonly change?: (before: number) => Promise<unknown> }): Services {
  const { sharedPeople } = app.services;
  let changes = 0;
  const of = (place: string, given: PeopleVerbs): PeopleVerbs => {
    const people = sharedPeople.of(place, given);
    return {
      ...people,
      async *identifiers(region, signal) {
        yield* people.identifiers(region, signal);
        await on.read?.();
      },
      async change(wanted, decide, signal, guard) {
        await on.change?.(changes);
        changes += 1;
        return people.change(wanted, decide, signal, guard);
      },
    };
  };
  return { ...app.services, sharedPeople: { of } };
}

const replay = (services: Services = app.services, source = 'ucsx') => replaySources(services, admin, { source }, NEVER);
const hold = (id: string) => placeHold(app.services, officer, { identifiers: [{ type: 'contact_id', value: id }], reason: 'Court.' });
const standing = async (source = 'ucsx') => (await listSourcesFor(app.services, admin)).find(({ name }) => name === source);
const recorded = (action: string) => udm<{ rows: number }>("SELECT (detail ->> 'rows')::int AS rows FROM audit_log WHERE action = $1 ORDER BY seq", [action]);

describe('a legal hold that comes while erasures are repeated', () => {
  it('keeps the person when the source is being searched, and nobody else', async () => {
    await ask("DELETE FROM ucsx.contact WHERE contact_id = 'GONE-2'");
    const withdrawnFor = await exported();
    await putBack('GONE-2');
    let placed = '';
    const done = await replay(meanwhile({ read: async () => (placed = (await hold('GONE-1')).id) }));
    expect(await left()).toEqual(['CALL-GONE-1', 'GONE-1']);
    expect(await withdrawnFor()).toBeNull();
    expect(done).toMatchObject([{ erasures: 2, repeated: 1, held: 1, erased: 2, error: null }]);
    expect(await standing()).toMatchObject({ erasuresToRepeat: 1, erasuresHeld: 1 });
    expect(await recorded('request.halted')).toEqual([]);
    await releaseLegalHold(app.services, officer, placed, { reason: 'Over.' });
    expect(await replay()).toMatchObject([{ repeated: 2, held: 0, erased: 2 }]);
    expect(await left()).toEqual([]);
    expect(await withdrawnFor()).toBe('person_erased');
  });

  it('keeps what is still there between two pieces, and the rest is on record', async () => {
    let placed = '';
    const between = async (before: number) => {
      if (before === 1) placed = (await hold('GONE-1')).id;
    };
    const done = await replay(meanwhile({ change: between }));
    expect(await left()).toEqual(['GONE-1']);
    expect(done).toMatchObject([{ repeated: 1, held: 1, erased: 3, error: null }]);
    expect(await standing()).toMatchObject({ erasuresToRepeat: 1, erasuresHeld: 1 });
    expect(await recorded('request.halted')).toEqual([{ rows: 1 }]);
    await releaseLegalHold(app.services, officer, placed, { reason: 'Over.' });
    expect(await replay()).toMatchObject([{ repeated: 2, held: 0, erased: 1 }]);
    expect(await left()).toEqual([]);
  });
});

describe('a source that is restored again while erasures are repeated in it', () => {
  it('is searched again, as its second backup may hold other rows', async () => {
    const again = async () => {
      await putBack('GONE-2');
      await clock.advance(1);
      await wantSourceReplay(app.services, admin, (await standing())?.id ?? '');
    };
    await ask("DELETE FROM ucsx.interaction WHERE contact_id = 'GONE-2'");
    await ask("DELETE FROM ucsx.contact WHERE contact_id = 'GONE-2'");
    const before = (await recorded('request.replayed')).length;
    // The rows that were found are gone; those that came since are not known to this pass.
    expect(await replay(meanwhile({ read: again }))).toMatchObject([{ erased: 2, error: null }]);
    expect(await left()).toEqual(['CALL-GONE-2', 'GONE-2']);
    expect(await standing()).toMatchObject({ erasuresToRepeat: 2, erasuresHeld: 0 });
    expect((await recorded('request.replayed')).slice(before)).toEqual([{ rows: 2 }]);
    expect(await replayDue(app.services, NEVER)).toBe(2);
    expect(await left()).toEqual([]);
    expect(await standing()).toMatchObject({ erasuresToRepeat: 0 });
  });
});

describe('a source that UDM may only read', () => {
  const empty = async (...ids: string[]) => {
    await ask('DELETE FROM ucsx.interaction WHERE contact_id = ANY ($1)', [ids]);
    await ask('DELETE FROM ucsx.contact WHERE contact_id = ANY ($1)', [ids]);
  };

  it('needs no account to change rows when nobody is there, and is exported from again', async () => {
    const { host, port, user, password, database: base } = database as unknown as Record<string, string>;
    const settings = { host, port: Number(port), user, database: base };
    await addSource(app.services, admin, { name: 'reading', connector: 'postgres', catalog: 'ucsx', settings, secret: password ?? '' });
    await empty(...PEOPLE);
    expect(await replay(app.services, 'reading')).toMatchObject([{ erasures: 2, repeated: 2, found: 0, error: null }]);
    expect(await standing('reading')).toMatchObject({ erasuresToRepeat: 0 });
    expect(await (await exported('reading'))()).toBeNull();
  });

  it('says that it does for those who are there, and withdraws what was exported of them', async () => {
    await empty('GONE-2');
    const withdrawnFor = await exported('reading');
    expect(await replay(app.services, 'reading')).toMatchObject([{ erasures: 2, error: { code: 'gdpr.no_write_access', details: { value: 'reading' } } }]);
    expect(await standing('reading')).toMatchObject({ erasuresToRepeat: 1 });
    expect(await left()).toEqual(['CALL-GONE-1', 'GONE-1']);
    expect(await withdrawnFor()).toBe('person_erased');
    const refused: RefusedSources = new Map();
    await replayDue(app.services, NEVER, refused);
    // Whoever looks after the source takes them out; it is not read again every few minutes until then.
    await empty('GONE-1');
    await replayDue(app.services, NEVER, refused);
    expect(await standing('reading')).toMatchObject({ erasuresToRepeat: 1 });
    await replayDue(app.services, NEVER);
    expect(await standing('reading')).toMatchObject({ erasuresToRepeat: 0 });
  });
});

describe('the housekeeping of a service', () => {
  it('goes on while a source is searched, and ends in the middle of the search when UDM stops', async () => {
    await wantSourceReplay(app.services, admin, (await standing())?.id ?? '');
    const stopping = new AbortController();
    const warned: string[] = [];
    const log = { ...app.services.log, warn: ({ event }: { event: string }) => void warned.push(event) };
    const isSearched = Promise.withResolvers<void>();
    const search = async () => {
      isSearched.resolve();
      await once(stopping.signal, 'abort');
    };
    const housekeeping = startHousekeeping({ ...meanwhile({ read: search }), log }, stopping.signal);
    await isSearched.promise;
    // What comes last in its round.
    await expect.poll(async () => (await udm('SELECT FROM audit_check')).length, { timeout: 20_000 }).toBe(1);
    stopping.abort();
    await housekeeping;
    expect(warned).toEqual([]);
    expect(await left()).toHaveLength(4);
    expect(await standing()).toMatchObject({ erasuresToRepeat: 2 });
  }, 40_000);
});
