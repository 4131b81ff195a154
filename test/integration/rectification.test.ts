import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { DataRequestDetails } from '../../src/contract/data-request.ts';
import type { SentCorrection } from '../../src/domain/data-requests/new-request.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { advanceRequests } from '../../src/operations/data-requests/advance-requests.ts';
import { approveRequest } from '../../src/operations/data-requests/approve-request.ts';
import { stopRequest } from '../../src/operations/data-requests/decide-request.ts';
import { listCorrectableFields } from '../../src/operations/data-requests/correctable-fields.ts';
import { withdrawOutdated } from '../../src/operations/data-requests/withdraw-outdated.ts';
import { placeHold, releaseLegalHold } from '../../src/operations/data-requests/legal-holds.ts';
import { endInPart } from '../../src/operations/data-requests/end-in-part.ts';
import { beginRequest, noteIdentity } from '../../src/operations/data-requests/prove-identity.ts';
import { getReceipt } from '../../src/operations/data-requests/read-receipt.ts';
import { getRequest } from '../../src/operations/data-requests/read-requests.ts';
import { executeRequestStep } from '../../src/operations/data-requests/request-steps.ts';
import { submitRequest } from '../../src/operations/data-requests/submit-requests.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { dueSteps } from '../../src/records/data-requests/steps.ts';
import { inTenant } from '../../src/records/database.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';
import { addSampleSources } from '../support/sample-sources.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** From the approval to the end of a rectification, over both sources of the sample. */

const NEVER = new AbortController().signal;
const HOUR = 3_600_000;
const recipients = new Recipients();
let home: string;
let app: App;
let clock: FakeClock;
let server: TestPostgres;
let database: TestConnection;
let admin: Actor;
let officer: SignedIn['actor'];
let approver: SignedIn['actor'];
let certificateId: string;
let count = 0;

beforeAll(async () => {
  home = await passableFolder('udm-rectification-');
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, { contacts: 100, interactions: 500, days: 30, seed: 8, endsAt: new Date('2026-03-01T00:00:00Z') });
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  approver = (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor;
  admin = await administrator(app, 'alpha');
  certificateId = (await addCertificate(app.services, admin, { content: recipients.make().certificate })).id;
  clock = await fakeClock(app, '2026-03-01T12:00:00Z');
  await addSampleSources(app.services, admin, database, true);
}, 120_000);

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

/** A file of all contacts. */
async function exportedContacts(): Promise<string> {
  const how = { entityTypes: 'all', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' }, recipients: [certificateId] };
  const { lastRun } = await createJob(app.services, admin, { title: 'Contacts', source: 'ucsx', type: 'Contact', ...how }, null);
  await executeRun(app.services, { tenantId: admin.tenantId, runId: lastRun?.id as string }, NEVER);
  const [artifact] = await udm<{ id: string }>('SELECT id FROM artifact WHERE run_id = $1', [lastRun?.id]);
  return artifact?.id as string;
}

/** All rows of a table as text, in the order of their keys. */
const dump = async (table: string, key: string) =>
  new Map(
    (await ask<{ key: string; row: string }>(`SELECT ${key}::text AS key, t::text AS row FROM ${table} t ORDER BY 1`)).map(({ key: id, row }) => [id, row]),
  );

/** Works on what is due until nothing is, and moves on what time moves on. */
async function work(id: string): Promise<DataRequestDetails> {
  for (;;) {
    await advanceRequests(app.services);
    const due = await inTenant(app.services.database, officer.tenantId, (tx) => dueSteps(tx, officer.tenantId, id));
    if (due.length === 0) return getRequest(app.services, officer, id);
    await Promise.all(due.map((step) => executeRequestStep(app.services, step, NEVER)));
  }
}

/** Asks, proves and finds. `corrections`: null for an erasure. */
async function discovered(identifiers: { type: string; value: string }[], corrections: SentCorrection[] | null): Promise<DataRequestDetails> {
  const what = corrections ? { kinds: ['rectification'], corrections } : { kinds: ['erasure'] };
  const { items } = await submitRequest(app.services, officer, { caseId: `R-${count++}`, ...what, identifiers });
  const id = items[0]?.id as string;
  await noteIdentity(app.services, officer, id, { note: 'Passport seen.' });
  return work(id);
}

/** The same and agrees: nothing but the delay stands between the request and the work. */
async function approved(identifiers: { type: string; value: string }[], corrections: SentCorrection[] | null): Promise<string> {
  const { id, state } = await discovered(identifiers, corrections);
  expect(state).toBe('approval');
  await approveRequest(app.services, approver, id);
  return id;
}

/** Somebody who stands with the same first name in a column and in attributes. */
const NAMED = `
  SELECT c.contact_id AS id, c.first_name AS name FROM ucsx.contact c
   WHERE c.merge_id IS NULL AND NOT EXISTS (SELECT FROM ucsx.contact m WHERE m.merge_id = c.contact_id)
     AND EXISTS (SELECT FROM ucsx.contact_attribute a WHERE a.contact_id = c.contact_id AND a.attribute_name = 'EmailAddress' AND a.str_value = c.email_address)
   ORDER BY 1`;

/** Every row of the tables that a correction may reach, by key, as text. */
async function everyRow(): Promise<Map<string, string>> {
  const all = await Promise.all([
    dump('ucsx.contact', 'contact_id'),
    dump('ucsx.contact_attribute', 'ctid'),
    dump('ucsx.interaction', 'ixn_id'),
    dump('iwd.work_item', 'work_item_id'),
  ]);
  return new Map(all.flatMap((rows, index) => [...rows].map(([key, row]) => [`${index} ${key}`, row] as const)));
}

describe('a rectification', () => {
  it('corrects every place of the field, reads it again, changes nothing else, and nothing the second time', async () => {
    const [{ id: contact, name }] = (await ask<{ id: string; name: string }>(`${NAMED} LIMIT 1`)) as [{ id: string; name: string }];
    await ask(
      `INSERT INTO ucsx.contact_attribute SELECT (jsonb_populate_record(a, jsonb_build_object('attribute_id', 'udm-first', 'id', 'udm-first', 'attribute_name', 'FirstName', 'str_value', $2::text))).*
      FROM ucsx.contact_attribute a WHERE a.contact_id = $1 LIMIT 1`,
      [contact, name],
    );
    const [stored] = await ask<{ email: string }>('SELECT email_address AS email FROM ucsx.contact WHERE contact_id = $1', [contact]);
    const corrections = [
      { field: 'firstName', to: 'Änne-Marie' },
      { field: 'emailAddress', from: stored?.email.toUpperCase() ?? '', to: 'new.address@example.org' },
    ];
    const request = await approved([{ type: 'contact_id', value: contact }], corrections);
    const asked = await getRequest(app.services, officer, request);
    expect(asked.corrections).toEqual([
      { field: 'firstName', before: name.length >= 8 ? `${name[0]}…${name.at(-1)}` : '…', after: 'Ä…e' },
      { field: 'emailAddress', before: expect.stringMatching(/^.….$/), after: 'n…g' },
    ]);
    expect(JSON.stringify(asked)).not.toContain('new.address');
    const before = await everyRow();
    await clock.advance(25 * HOUR);
    const done = await work(request);
    expect(done, JSON.stringify(done.error)).toMatchObject({ state: 'done', error: null });
    const after = await everyRow();
    // What is to be there, reckoned by SQL that knows nothing of catalogs.
    const [left] = await ask<{ rest: string }>(
      `SELECT (SELECT count(*) FROM ucsx.contact WHERE contact_id = $1 AND (first_name <> 'Änne-Marie' OR email_address <> 'new.address@example.org'))
        + (SELECT count(*) FROM ucsx.contact_attribute WHERE contact_id = $1 AND (attribute_name = 'FirstName' AND str_value <> 'Änne-Marie' OR attribute_name = 'EmailAddress' AND lower(str_value) = lower($2))) AS rest`,
      [contact, stored?.email],
    );
    expect(Number(left?.rest)).toBe(0);
    const changed = [...after].filter(([key, row]) => before.get(key) !== row);
    expect(changed.length).toBeGreaterThanOrEqual(3);
    for (const [key, row] of changed) expect(row, key).toMatch(new RegExp(`${contact}.*(Änne-Marie|new\\.address@example\\.org)`));
    expect(after.size).toBe(before.size);
    // The audit log and the receipt say that it was done, and no value.
    const acts = await udm<{ action: string; row: string }>('SELECT action, l::text AS row FROM audit_log l WHERE object_id = $1 ORDER BY seq', [request]);
    expect(acts.map(({ action }) => action)).toEqual(expect.arrayContaining(['request.begun', 'request.verified', 'request.done']));
    const { receipt } = await getReceipt(app.services, officer, request);
    expect(receipt).toMatchObject({
      request: { kind: 'rectification', outcome: 'done' },
      ledger: null,
      times: { begunAt: expect.any(String), verifiedAt: expect.any(String) },
    });
    // It names exports that hold the values of before, and an officer withdraws no others for it.
    expect(receipt.exports).toEqual({ withdrawn: [], outdated: [], unknown: 0 });
    const withdraw = (id: string, artifacts?: string[]) => withdrawOutdated(app.services, officer, id, { artifacts });
    await expect(withdraw(request, [randomUUID()])).rejects.toMatchObject({ code: 'not_found' });
    await expect(withdrawOutdated(app.services, approver, request, {})).rejects.toMatchObject({ code: 'permission.denied' });
    expect((await withdraw(request)).exports).toEqual([]);
    const { items } = await listCorrectableFields(app.services, officer);
    expect(items.find(({ field }) => field === 'emailAddress')).toEqual({
      field: 'emailAddress',
      comparedAs: 'email',
      sources: [{ name: 'ucsx', mayChange: true }],
    });
    const rows = receipt.work.filter(({ done: count }) => count > 0).map(({ type, done: count }) => [type, count]);
    expect(rows).toEqual([
      ['contact', 1],
      ['contact.attributes', changed.length - 1],
    ]);
    for (const text of [...acts.map(({ row }) => row), JSON.stringify(receipt)]) expect(text).not.toMatch(/nne-Marie|new\.address/);
    // The same once more: nothing is written, not even the same again.
    const versions = () =>
      ask<{ version: string }>(
        'SELECT xmin::text AS version FROM ucsx.contact WHERE contact_id = $1 UNION ALL SELECT xmin::text FROM ucsx.contact_attribute WHERE contact_id = $1',
        [contact],
      );
    const stood = await versions();
    // The old address stands nowhere any more: whether it is done or mistyped nobody can tell, as others stand there.
    const doubtful = await discovered([{ type: 'contact_id', value: contact }], corrections);
    expect(doubtful).toMatchObject({ state: 'discovery', error: { code: 'gdpr.correction_nowhere', value: 'corrections[1]: emailAddress' } });
    await stopRequest(app.services, officer, doubtful.id, { reason: 'It is done.' });
    const again = await approved([{ type: 'contact_id', value: contact }], corrections.slice(0, 1));
    await clock.advance(25 * HOUR);
    expect(await work(again)).toMatchObject({ state: 'done', error: null });
    expect(await versions()).toEqual(stood);
    expect(await everyRow()).toEqual(after);
  });

  it('changes nothing without an account to write with, nor under a hold that came in between', async () => {
    const [{ id: contact }] = (await ask<{ id: string }>(`${NAMED} LIMIT 1`)) as [{ id: string }];
    const request = await approved([{ type: 'contact_id', value: contact }], [{ field: 'lastName', to: 'Changed' }]);
    await clock.advance(25 * HOUR);
    await addSampleSources(app.services, admin, database, false);
    await advanceRequests(app.services);
    const before = await everyRow();
    expect(await work(request)).toMatchObject({ state: 'running', error: { code: 'gdpr.no_write_access', value: 'ucsx' }, may: { stop: true } });
    await addSampleSources(app.services, admin, database, true);
    const hold = await placeHold(app.services, officer, { identifiers: [{ type: 'contact_id', value: contact }], reason: 'Court.' });
    await clock.advance(HOUR);
    expect(await work(request)).toMatchObject({ state: 'running', error: { code: 'gdpr.held' } });
    expect(await everyRow()).toEqual(before);
    await releaseLegalHold(app.services, officer, hold.id, { reason: 'Over.' });
    await clock.advance(HOUR);
    // A source that takes the change and does not keep it.
    await ask(`
      CREATE FUNCTION ucsx.stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.last_name := OLD.last_name; RETURN NEW; END $$;
      CREATE TRIGGER stay BEFORE UPDATE ON ucsx.contact FOR EACH ROW EXECUTE FUNCTION ucsx.stay()`);
    expect(await work(request)).toMatchObject({ state: 'running' });
    const failed = "SELECT error_code FROM data_request_step WHERE request_id = $1 AND phase = 'rectify' AND state <> 'done'";
    expect(await udm(failed, [request])).toEqual([{ error_code: 'gdpr.changed_since' }]);
    await expect(stopRequest(app.services, officer, request, { reason: 'Too late.' })).rejects.toMatchObject({ code: 'gdpr.begun' });
    await ask('DROP TRIGGER stay ON ucsx.contact');
    await clock.advance(HOUR);
    expect(await work(request)).toMatchObject({ state: 'done', error: null });
  });

  it('that is ended in part names the exports that hold the values of before', async () => {
    const [{ id: contact }] = (await ask<{ id: string }>(`${NAMED} LIMIT 1`)) as [{ id: string }];
    const artifact = await exportedContacts();
    const request = await approved([{ type: 'contact_id', value: contact }], [{ field: 'lastName', to: 'In part' }]);
    await clock.advance(25 * HOUR);
    await ask('CREATE TRIGGER stay BEFORE UPDATE ON ucsx.contact FOR EACH ROW EXECUTE FUNCTION ucsx.stay()');
    let stands = await work(request);
    for (; stands.error === null; stands = await work(request)) await clock.advance(HOUR);
    expect(stands).toMatchObject({ state: 'running', exports: [], error: { code: 'gdpr.changed_since' } });
    const ended = await endInPart(app.services, approver, request, { reason: 'The source takes nothing.' });
    expect(ended).toMatchObject({ state: 'done', endReason: 'The source takes nothing.', exports: [{ artifactId: artifact, state: 'available' }] });
    const { receipt } = await getReceipt(app.services, officer, request);
    expect(receipt).toMatchObject({ request: { outcome: 'done_in_part' }, exports: { withdrawn: [], outdated: [expect.anything()] } });
    expect((await withdrawOutdated(app.services, officer, request, {})).exports).toMatchObject([{ artifactId: artifact, state: 'withdrawn' }]);
    await ask('DROP TRIGGER stay ON ucsx.contact');
  });

  it('whose old value stands nowhere is shown with what does, before anybody can agree to it, and goes no further until it is right', async () => {
    const [{ id: contact }] = (await ask<{ id: string }>(`${NAMED} LIMIT 1`)) as [{ id: string }];
    await ask("UPDATE ucsx.contact SET last_name = 'Lovelace-Byron' WHERE contact_id = $1", [contact]);
    await ask("DELETE FROM ucsx.contact_attribute WHERE contact_id = $1 AND attribute_name IN ('FirstName', 'LastName')", [contact]);
    const before = await everyRow();
    const who = [{ type: 'contact_id', value: contact }];
    const corrections = [
      { field: 'firstName', to: 'Augusta' },
      { field: 'lastName', from: 'Lovelace-Bryon', to: 'King' },
    ];
    const stands = { state: 'discovery', error: { code: 'gdpr.correction_nowhere', value: 'corrections[1]: lastName' }, may: { begin: true, stop: true } };
    const found = await discovered(who, corrections);
    expect(found).toMatchObject(stands);
    expect(found.corrections[1]).toEqual({ field: 'lastName', before: 'L…n', after: '…' });
    await expect(approveRequest(app.services, approver, found.id)).rejects.toMatchObject({ code: 'gdpr.state' });
    await clock.advance(25 * HOUR);
    expect(await work(found.id)).toMatchObject(stands);
    // The source says by now what the officer wrote.
    await ask("UPDATE ucsx.contact SET last_name = 'Lovelace-Bryon' WHERE contact_id = $1", [contact]);
    await beginRequest(app.services, officer, found.id);
    expect(await work(found.id)).toMatchObject({ state: 'approval', error: null });
    await ask("UPDATE ucsx.contact SET last_name = 'Lovelace-Byron' WHERE contact_id = $1", [contact]);
    expect(await everyRow()).toEqual(before);
    // Or the officer writes what stands there.
    await stopRequest(app.services, officer, found.id, { reason: 'Mistyped.' });
    const anew = await approved(who, [{ field: 'lastName', from: 'Lovelace-Byron', to: 'King' }]);
    await clock.advance(25 * HOUR);
    expect(await work(anew)).toMatchObject({ state: 'done', error: null });
    expect(await ask('SELECT last_name FROM ucsx.contact WHERE contact_id = $1', [contact])).toEqual([{ last_name: 'King' }]);
  });

  it('without an old value makes no single one of several: it asks which', async () => {
    const [one] = await ask<{ id: string; email: string }>(`
      SELECT c.contact_id AS id, min(a.str_value) AS email FROM ucsx.contact c JOIN ucsx.contact_attribute a ON a.contact_id = c.contact_id AND a.attribute_name = 'EmailAddress'
       WHERE c.merge_id IS NULL AND NOT EXISTS (SELECT FROM ucsx.contact m WHERE m.merge_id = c.contact_id)
       GROUP BY 1 HAVING count(DISTINCT lower(a.str_value)) > 1 ORDER BY 1 DESC LIMIT 1`);
    const { id: contact, email } = one as { id: string; email: string };
    const addresses = async () => {
      const rows = await ask<{ one: string }>(
        `SELECT DISTINCT lower(str_value) AS one FROM ucsx.contact_attribute WHERE contact_id = $1 AND attribute_name = 'EmailAddress'`,
        [contact],
      );
      return rows.map((row) => row.one).sort();
    };
    const [before, rows] = [await addresses(), await everyRow()];
    const who = [{ type: 'contact_id', value: contact }];
    const found = await discovered(who, [{ field: 'emailAddress', to: 'changed@example.org' }]);
    const stands = { state: 'discovery', error: { code: 'gdpr.correction_several', value: 'corrections[0]: emailAddress' }, may: { stop: true } };
    expect(found).toMatchObject(stands);
    // All that would be lost.
    expect(found.corrections[0]?.before?.split(', ').length).toBeGreaterThan(1);
    await clock.advance(25 * HOUR);
    expect(await work(found.id)).toMatchObject(stands);
    expect(await everyRow()).toEqual(rows);
    await stopRequest(app.services, officer, found.id, { reason: 'It does not say which.' });
    const anew = await approved(who, [{ field: 'emailAddress', from: email, to: 'changed@example.org' }]);
    await clock.advance(25 * HOUR);
    expect(await work(anew)).toMatchObject({ state: 'done', error: null });
    expect(await addresses()).toEqual(before.map((address) => (address === email.toLowerCase() ? 'changed@example.org' : address)).sort());
  });

  it('of a field that no catalog lets be corrected is refused with those that can be', async () => {
    const sent = {
      caseId: 'R',
      kinds: ['rectification'],
      identifiers: [{ type: 'email', value: 'a@example.org' }],
      corrections: [{ field: 'shoeSize', to: '44' }],
    };
    const range = ['accountNumber', 'companyName', 'emailAddress', 'firstName', 'lastName', 'phoneNumber', 'title'];
    const problems = [{ code: 'gdpr.correction', field: 'corrections[0].field', range }];
    await expect(submitRequest(app.services, officer, sent)).rejects.toMatchObject({ details: { problems } });
  });
});

/** Somebody with interactions and work items, whom nothing joins with another contact. */
const OWNER = `
  SELECT c.contact_id AS id, c.customer_id AS customer FROM ucsx.contact c
   WHERE c.merge_id IS NULL AND NOT EXISTS (SELECT FROM ucsx.contact m WHERE m.merge_id = c.contact_id)
     AND EXISTS (SELECT FROM ucsx.interaction i WHERE i.contact_id = c.contact_id) AND EXISTS (SELECT FROM iwd.work_item w WHERE w.customer_id = c.customer_id)
   ORDER BY 1 DESC LIMIT 1`;

describe('a hold that comes while data are being changed', () => {
  it('halts an erasure in the middle of a source, says so, and lets it go on where it was when it is released', async () => {
    const [{ id: contact, customer }] = (await ask<{ id: string; customer: string }>(OWNER)) as [{ id: string; customer: string }];
    const request = await approved([{ type: 'contact_id', value: contact }], null);
    await clock.advance(25 * HOUR);
    await advanceRequests(app.services);
    const due = await inTenant(app.services.database, officer.tenantId, (tx) => dueSteps(tx, officer.tenantId, request));
    const [ucsx] = await udm<{ id: string }>("SELECT id FROM source WHERE name = 'ucsx'");
    const step = due.find(({ sourceId }) => sourceId === ucsx?.id);
    if (!step) throw new Error('nothing to do');
    const left = async () => ({
      interactions: (await ask('SELECT FROM ucsx.interaction WHERE contact_id = $1', [contact])).length,
      contacts: (await ask('SELECT FROM ucsx.contact WHERE contact_id = $1', [contact])).length,
      items: (await ask('SELECT FROM iwd.work_item WHERE customer_id = $1', [customer])).length,
    });
    const before = await left();
    // Whoever has one of the rows lets the work wait in its first piece.
    const placed = await withClient(database, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT FROM ucsx.interaction WHERE contact_id = $1 FOR UPDATE', [contact]);
      const working = executeRequestStep(app.services, step, NEVER);
      while ((await ask('SELECT FROM pg_locks WHERE NOT granted')).length === 0) await pause(20);
      const hold = await placeHold(app.services, officer, { identifiers: [{ type: 'customer_id', value: customer }], reason: 'Court.' });
      await client.query('COMMIT');
      await working;
      return hold;
    });
    expect(placed).toMatchObject({ blocks: [], tooLate: [{ id: request }] });
    const halted = { interactions: 0, contacts: before.contacts, items: before.items };
    expect(await left()).toEqual(halted);
    await clock.advance(2 * HOUR);
    const stands = await work(request);
    expect(stands).toMatchObject({ state: 'running', error: { code: 'gdpr.held' }, holds: [placed.id] });
    expect(await left()).toEqual(halted);
    const done = (one: typeof stands, type: string) => one.findings.find((row) => row.type === type)?.done;
    expect(done(stands, 'interaction')).toBeGreaterThan(0);
    expect([done(stands, 'contact'), done(stands, 'workItem')]).toEqual([0, 0]);
    expect((await releaseLegalHold(app.services, officer, placed.id, { reason: 'Over.' })).resumed).toEqual([request]);
    expect(await getRequest(app.services, officer, request)).toMatchObject({ state: 'running', error: null });
    const erased = await work(request);
    expect(erased).toMatchObject({ state: 'verified', error: null });
    expect(await left()).toEqual({ interactions: 0, contacts: 0, items: 0 });
    expect(erased.findings.every(({ found, uncertain, done: all }) => all === found - uncertain)).toBe(true);
    expect(await udm("SELECT action FROM audit_log WHERE object_id = $1 AND action IN ('request.halted', 'request.resumed') ORDER BY seq", [request])).toEqual([
      { action: 'request.halted' },
      { action: 'request.resumed' },
    ]);
  });
});
