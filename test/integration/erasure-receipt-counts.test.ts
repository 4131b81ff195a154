import { rm } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { advanceRequests } from '../../src/operations/data-requests/advance-requests.ts';
import { getReceipt } from '../../src/operations/data-requests/read-receipt.ts';
import { executeRequestStep } from '../../src/operations/data-requests/request-steps.ts';
import type { Services } from '../../src/operations/services.ts';
import { inTenant } from '../../src/records/database.ts';
import { dueSteps, type StepName } from '../../src/records/data-requests/steps.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import type { PeopleVerbs, TableKeys } from '../../src/sources/people.ts';
import { withClient } from '../support/database-text.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { RequestWork } from '../support/request-work.ts';
import { addSampleSources, FOREIGN_KEYS } from '../support/sample-sources.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** What the receipt of an erasure counts when the sources change between discovery and the end. */

const HOUR = 3_600_000;
const NEVER = new AbortController().signal;
let home: string;
let app: App;
let clock: FakeClock;
let server: TestPostgres;
let database: TestConnection;
let officer: SignedIn['actor'];
let requests: RequestWork;

beforeAll(async () => {
  home = await passableFolder('udm-receipt-counts-');
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, { contacts: 20, interactions: 50, days: 10, seed: 8, endsAt: new Date('2026-03-01T00:00:00Z') });
  await ask(FOREIGN_KEYS);
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  requests = new RequestWork(app, officer, (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor);
  clock = await fakeClock(app, '2026-03-01T12:00:00Z');
  await addSampleSources(app.services, await administrator(app, 'alpha'), database, true);
}, 120_000);

afterAll(async () => {
  await app?.stop();
  await server?.stop();
  await rm(home, { recursive: true, force: true });
});

async function ask<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(database, async (client) => (await client.query<Row>(sql, values)).rows ?? []);
}

/** Somebody of this id, customer id and address, and nothing else. */
const customer = (id: string, email = `${id}@example.org`.toLowerCase()) =>
  ask(
    `INSERT INTO ucsx.contact (contact_id, tenant_id, email_address, customer_id, created_date, modified_date) VALUES ($1, 101, $2, 'C-' || $1, now(), now())`,
    [id, email],
  );

/** An e-mail; `contact`: whose, null: nobody noted it. */
const letter = (id: string, contact: string | null, from: string | null) =>
  ask(
    `INSERT INTO ucsx.interaction (ixn_id, status, entity_type_id, tenant_id, start_date, contact_id, from_address, text)
      VALUES ($1, 3, 0, 101, now(), $2, $3, 'I write to you because')`,
    [id, contact, from],
  );

/** Like one of the sample, of this customer. */
const workItem = (id: string, whose: string) =>
  ask(
    `INSERT INTO iwd.work_item
      SELECT made.* FROM (SELECT * FROM iwd.work_item LIMIT 1) one,
        jsonb_populate_record(NULL::iwd.work_item, to_jsonb(one) || jsonb_build_object('work_item_id', $1::text, 'customer_id', $2::text)) made`,
    [id, whose],
  );

const approved = (contact: string) => requests.approved([{ type: 'contact_id', value: contact }]);
const rows = async (sql: string, ...values: string[]) => (await ask(sql, values)).length;

/** As the page of the request has them. */
async function counted(request: string, type: string) {
  const finding = (await requests.look(request)).findings.find((one) => one.type === type);
  if (!finding) return null;
  const { found, uncertain, kept, done, ground } = finding;
  return { found, uncertain, kept, done, ground };
}

/** To the end, a day later; gives what the receipt says of it. */
async function receiptOf(request: string) {
  await clock.advance(25 * HOUR);
  expect(await requests.work(request)).toMatchObject({ state: 'verified', error: null });
  await clock.advance(25 * HOUR);
  expect(await requests.work(request)).toMatchObject({ state: 'done', error: null });
  const { receipt } = await getReceipt(app.services, officer, request);
  const work = (type: string) => receipt.work.find((one) => one.type === type);
  return { outcome: receipt.request.outcome, stayed: receipt.stayed, work };
}

/** The erasure of a source that is due now. */
async function eraseStep(request: string, source: string): Promise<StepName> {
  await advanceRequests(app.services);
  const step = await inTenant(app.services.database, officer.tenantId, async (tx) => {
    const found = await tx.selectFrom('source').where('name', '=', source).select('id').executeTakeFirst();
    return (await dueSteps(tx, officer.tenantId, request)).find((one) => one.phase === 'erase' && one.sourceId === found?.id);
  });
  if (!step) throw new Error('nothing to do');
  return step;
}

function servicesWith(more: (people: PeopleVerbs) => Partial<PeopleVerbs>): Services {
  const { sharedPeople } = app.services;
  const of = (place: string, given: PeopleVerbs) => {
    const people = sharedPeople.of(place, given);
    return { ...people, ...more(people) };
  };
  return { ...app.services, sharedPeople: { of } };
}

/** The worker of a source's erasure is gone when it is about to change rows of this table, or once it has, before it could say so. */
async function killed(when: 'before' | 'after', request: string, source: string, table: string): Promise<void> {
  const end = new AbortController();
  const endAt = (now: typeof when, { table: name }: TableKeys) => {
    if (now === when && name === table) end.abort(new Error('killed'));
    end.signal.throwIfAborted();
  };
  const dying = servicesWith(({ change }) => ({
    change: async (wanted, ...rest) => {
      endAt('before', wanted);
      const outcomes = await change(wanted, ...rest);
      endAt('after', wanted);
      return outcomes;
    },
  }));
  await expect(executeRequestStep(dying, await eraseStep(request, source), end.signal)).rejects.toThrow('killed');
  await clock.advance(60_000);
}

const GROUND = expect.stringContaining('Art. 17(3)');

describe('the receipt of an erasure', () => {
  it('counts as uncertain, and as there, a record that an address leads to which somebody else has by now', async () => {
    await customer('RC-1');
    await letter('RC-1-LONE', null, 'rc-1@example.org');
    const request = await approved('RC-1');
    expect(await counted(request, 'interaction')).toEqual({ found: 1, uncertain: 0, kept: 0, done: 0, ground: null });
    await customer('RC-1-NEXT', 'rc-1@example.org');
    const { outcome, stayed, work } = await receiptOf(request);
    expect(await rows("SELECT FROM ucsx.interaction WHERE ixn_id = 'RC-1-LONE' AND text IS NOT NULL")).toBe(1);
    expect(work('interaction')).toMatchObject({ found: 1, uncertain: 1, kept: 0, done: 0 });
    expect(work('contact')).toMatchObject({ found: 1, uncertain: 0, done: 1 });
    expect(stayed).toEqual([{ source: 'ucsx', type: 'interaction', rows: 1, why: 'uncertain', ground: null }]);
    expect(outcome).toBe('done');
  });

  it('tells it beside records of the same table that are gone', async () => {
    await customer('RC-2');
    await letter('RC-2-OWN', 'RC-2', 'rc-2@example.org');
    await letter('RC-2-LONE', null, 'rc-2@example.org');
    const request = await approved('RC-2');
    expect(await counted(request, 'interaction')).toMatchObject({ found: 2, uncertain: 0, done: 0 });
    await customer('RC-2-NEXT', 'rc-2@example.org');
    const { stayed, work } = await receiptOf(request);
    expect(await ask("SELECT ixn_id AS id FROM ucsx.interaction WHERE ixn_id LIKE 'RC-2%'")).toEqual([{ id: 'RC-2-LONE' }]);
    expect(work('interaction')).toMatchObject({ found: 2, uncertain: 1, done: 1 });
    expect(stayed).toMatchObject([{ type: 'interaction', rows: 1, why: 'uncertain' }]);
  });

  it('names nothing as there that went, as the other who had the address is no customer any more', async () => {
    await customer('RC-3');
    await customer('RC-3-OTHER', 'rc-3@example.org');
    await letter('RC-3-LONE', null, 'rc-3@example.org');
    const request = await approved('RC-3');
    expect(await counted(request, 'interaction')).toMatchObject({ found: 1, uncertain: 1, done: 0 });
    await ask("DELETE FROM ucsx.contact WHERE contact_id = 'RC-3-OTHER'");
    const { stayed, work } = await receiptOf(request);
    expect(await rows("SELECT FROM ucsx.interaction WHERE ixn_id = 'RC-3-LONE'")).toBe(0);
    expect(work('interaction')).toMatchObject({ found: 1, uncertain: 0, done: 1 });
    expect(stayed).toEqual([]);
  });

  it('does not claim as done what turned out to be of somebody else', async () => {
    await customer('RC-4');
    await customer('RC-4-OTHER', 'rc-4@example.org');
    await letter('RC-4-LONE', null, 'rc-4@example.org');
    const request = await approved('RC-4');
    await ask("UPDATE ucsx.interaction SET contact_id = 'RC-4-OTHER' WHERE ixn_id = 'RC-4-LONE'");
    const { stayed, work } = await receiptOf(request);
    expect(await rows("SELECT FROM ucsx.interaction WHERE ixn_id = 'RC-4-LONE' AND text IS NOT NULL")).toBe(1);
    expect(work('interaction')).toMatchObject({ found: 1, uncertain: 0, done: 0 });
    expect(stayed).toEqual([]);
  });

  it('names the legal ground of a record that came after discovery, and is done in part', async () => {
    await customer('RC-5');
    const request = await approved('RC-5');
    expect(await counted(request, 'workItem')).toBeNull();
    await workItem('RC-5-ITEM', 'C-RC-5');
    const { outcome, stayed, work } = await receiptOf(request);
    expect(await rows("SELECT FROM iwd.work_item WHERE work_item_id = 'RC-5-ITEM' AND customer_id IS NULL")).toBe(1);
    expect(work('workItem')).toMatchObject({ found: 1, uncertain: 0, kept: 1, done: 1 });
    expect(stayed).toEqual([{ source: 'iwd', type: 'workItem', rows: 1, why: 'legal_ground', ground: GROUND }]);
    expect(outcome).toBe('done_in_part');
  });

  it('counts each once, and loses none, when workers die before and after the change', async () => {
    await customer('RC-6');
    await workItem('RC-6-FIRST', 'C-RC-6');
    await letter('RC-6-FIRST', 'RC-6', null);
    await letter('RC-6-LONE', null, 'rc-6@example.org');
    const request = await approved('RC-6');
    expect(await counted(request, 'workItem')).toMatchObject({ found: 1, kept: 1, done: 0 });
    await workItem('RC-6-SINCE', 'C-RC-6');
    await letter('RC-6-SINCE', 'RC-6', null);
    await customer('RC-6-NEXT', 'rc-6@example.org');
    await clock.advance(25 * HOUR);
    for (const when of ['before', 'before', 'after'] as const) {
      await killed(when, request, 'iwd', 'workItem');
      await killed(when, request, 'ucsx', 'interaction');
    }
    expect(await rows("SELECT FROM iwd.work_item WHERE work_item_id LIKE 'RC-6%' AND customer_id IS NULL")).toBe(2);
    expect(await rows("SELECT FROM ucsx.interaction WHERE ixn_id LIKE 'RC-6%'")).toBe(1);
    // Once more: there is nothing left to change, and nobody was told what was.
    await killed('after', request, 'ucsx', 'contact');
    const { outcome, stayed, work } = await receiptOf(request);
    expect(work('workItem')).toMatchObject({ found: 2, uncertain: 0, kept: 2, done: 2 });
    expect(work('interaction')).toMatchObject({ found: 3, uncertain: 1, kept: 0, done: 2 });
    expect(work('contact')).toMatchObject({ found: 1, done: 1 });
    expect(stayed).toEqual([
      { source: 'iwd', type: 'workItem', rows: 2, why: 'legal_ground', ground: GROUND },
      { source: 'ucsx', type: 'interaction', rows: 1, why: 'uncertain', ground: null },
    ]);
    expect(outcome).toBe('done_in_part');
  });

  it('counts nothing for a worker that lost its step to another', async () => {
    await customer('RC-8');
    const request = await approved('RC-8');
    await workItem('RC-8-SINCE', 'C-RC-8');
    await clock.advance(25 * HOUR);
    const step = await eraseStep(request, 'iwd');
    // It has read the row, and stands still until another has done all of it.
    const slow = servicesWith(({ read }) => ({
      read: async function* (...wanted) {
        yield* read(...wanted);
        await clock.advance(60_000);
        await executeRequestStep(app.services, step, NEVER);
      },
    }));
    await executeRequestStep(slow, step, NEVER);
    expect(await counted(request, 'workItem')).toEqual({ found: 1, uncertain: 0, kept: 1, done: 1, ground: GROUND });
  });

  it('adds what comes between two searches to what was counted', async () => {
    await customer('RC-7');
    await workItem('RC-7-FIRST', 'C-RC-7');
    await letter('RC-7-LONE', null, 'rc-7@example.org');
    const request = await approved('RC-7');
    await workItem('RC-7-SECOND', 'C-RC-7');
    await letter('RC-7-SECOND', 'RC-7', null);
    await customer('RC-7-NEXT', 'rc-7@example.org');
    await clock.advance(25 * HOUR);
    expect(await requests.work(request)).toMatchObject({ state: 'verified', error: null });
    expect(await counted(request, 'workItem')).toMatchObject({ found: 2, kept: 2, done: 2 });
    await workItem('RC-7-THIRD', 'C-RC-7');
    await letter('RC-7-THIRD', 'RC-7', null);
    const { stayed, work } = await receiptOf(request);
    expect(work('workItem')).toMatchObject({ found: 3, kept: 3, done: 3 });
    expect(work('interaction')).toMatchObject({ found: 3, uncertain: 1, done: 2 });
    expect(stayed).toMatchObject([
      { type: 'workItem', rows: 3, why: 'legal_ground' },
      { type: 'interaction', rows: 1, why: 'uncertain' },
    ]);
  });
});
