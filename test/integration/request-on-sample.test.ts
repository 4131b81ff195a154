import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { DataRequestDetails } from '../../src/contract/data-request.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { addIdentifiers } from '../../src/operations/data-requests/add-identifiers.ts';
import { approveRequest, confirmSeveral } from '../../src/operations/data-requests/approve-request.ts';
import { refuseRequest } from '../../src/operations/data-requests/decide-request.ts';
import { getReceipt } from '../../src/operations/data-requests/read-receipt.ts';
import { noteIdentity } from '../../src/operations/data-requests/prove-identity.ts';
import { getRequest } from '../../src/operations/data-requests/read-requests.ts';
import { executeRequestStep } from '../../src/operations/data-requests/request-steps.ts';
import { submitRequest, submitRequestFile } from '../../src/operations/data-requests/submit-requests.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { inTenant } from '../../src/records/database.ts';
import { dueSteps } from '../../src/records/data-requests/steps.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';
import { addSampleSources } from '../support/sample-sources.ts';
import { RequestWork } from '../support/request-work.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Discovery over both sources of the sample, compared with SQL of its own; and an erasure that finds nobody until later. */

const never = new AbortController().signal;
let home: string;
let app: App;
let server: TestPostgres;
let database: TestConnection;
let officer: SignedIn['actor'];
let approver: SignedIn['actor'];
let admin: Actor;
let clock: FakeClock;
let certificateId: string;
const recipients = new Recipients();
const HOUR = 3_600_000;

beforeAll(async () => {
  home = await passableFolder('udm-request-sample-');
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, { contacts: 300, interactions: 2_000, days: 60, seed: 8, endsAt: new Date('2026-03-01T00:00:00Z') });
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  approver = (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor;
  admin = await administrator(app, 'alpha');
  certificateId = (await addCertificate(app.services, admin, { content: recipients.make().certificate })).id;
  clock = await fakeClock(app, '2026-03-01T12:00:00Z');
  await addSampleSources(app.services, admin, database, true);
}, 90_000);

afterAll(async () => {
  await app?.stop();
  await server?.stop();
  recipients.remove();
  await rm(home, { recursive: true, force: true });
});

async function ask<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function discovered(identifiers: { type: string; value: string }[], kind = 'erasure'): Promise<DataRequestDetails> {
  const { items } = await submitRequest(app.services, officer, { caseId: 'S-1', kinds: [kind], identifiers, identityNote: undefined });
  const id = items[0]?.id as string;
  await noteIdentity(app.services, officer, id, { note: 'Passport seen.' });
  const due = () => inTenant(app.services.database, officer.tenantId, (tx) => dueSteps(tx, officer.tenantId, id));
  for (let steps = await due(); steps.some((one) => ['person', 'discovery'].includes(one.phase)); steps = await due())
    await Promise.all(steps.map((step) => executeRequestStep(app.services, step, never)));
  return getRequest(app.services, officer, id);
}

/** People none of whose identifiers another has, with what SQL says stands where. */
const ALONE = `
  WITH value AS (
    SELECT contact_id, lower(str_value) AS text FROM ucsx.contact_attribute WHERE attribute_name IN ('EmailAddress', 'PhoneNumber') AND str_value IS NOT NULL
    UNION SELECT contact_id, lower(unnest(ARRAY[email_address, phone_number])) FROM ucsx.contact
  ), shared AS (SELECT text FROM value WHERE text IS NOT NULL GROUP BY text HAVING count(DISTINCT contact_id) > 1)
  SELECT c.contact_id AS id, c.customer_id AS customer, array_agg(DISTINCT v.text) FILTER (WHERE v.text IS NOT NULL) AS aliases
    FROM ucsx.contact c JOIN value v USING (contact_id)
   WHERE c.merge_id IS NULL AND NOT EXISTS (SELECT FROM ucsx.contact m WHERE m.merge_id = c.contact_id)
     AND NOT EXISTS (SELECT FROM value o JOIN shared USING (text) WHERE o.contact_id = c.contact_id)
   GROUP BY 1, 2 ORDER BY 1`;

/** A record that names no contact is of whom it comes from, or of whom alone among customers it went to. */
const EXPECTED = `
  SELECT (SELECT count(*)::int FROM ucsx.contact WHERE contact_id = $1) AS contact,
         (SELECT count(*)::int FROM ucsx.contact_attribute WHERE contact_id = $1) AS attributes,
         (SELECT count(*)::int FROM ucsx.document d JOIN ucsx.interaction i ON i.ixn_id = d.entity_id
           WHERE i.contact_id = $1 OR i.contact_id IS NULL AND (lower(i.from_address) = ANY($2) OR i.entity_type_id = 1 AND lower(i.to_addresses #>> '{0,address}') = ANY($2)
             AND NOT EXISTS (SELECT FROM jsonb_array_elements(i.cc_addresses) one JOIN ucsx.contact_attribute a ON lower(a.str_value) = lower(one->>'address')))) AS documents,
         (SELECT count(*)::int FROM iwd.work_item WHERE customer_id = $3) AS items,
         (SELECT count(*)::int FROM ucsx.interaction i WHERE contact_id = $1 OR structured_text LIKE '%' || $1 || '%'
            OR lower(from_address) = ANY($2) OR lower(reply_to_address) = ANY($2) OR phone_number = ANY($2) OR customer_number = ANY($2)
            OR EXISTS (SELECT FROM jsonb_array_elements(coalesce(to_addresses, '[]') || coalesce(cc_addresses, '[]')) one WHERE lower(one->>'address') = ANY($2))) AS interactions`;

it('finds in both sources what SQL finds, by any one identifier of the person', async () => {
  const people = await ask<{ id: string; customer: string | null; aliases: string[] }>(ALONE);
  expect(people.length).toBeGreaterThan(50);
  let [withDocuments, withItems, asParticipant] = [0, 0, 0];
  for (const [index, { id, customer, aliases }] of people.slice(0, 8).entries()) {
    const email = aliases.find((one) => one.includes('@')) ?? '';
    const by = index % 2 === 0 || email === '' ? { type: 'contact_id', value: id } : { type: 'email', value: email.toUpperCase() };
    const found = await discovered([by]);
    expect(found, JSON.stringify(found.error)).toMatchObject({ state: 'approval', people: 1, steps: { total: 2, done: 2 } });
    const [sql] = await ask<Record<string, number>>(EXPECTED, [id, aliases, customer]);
    const of = (type: string) => found.findings.find((one) => one.type === type)?.found ?? 0;
    expect({
      contact: of('contact'),
      attributes: of('contact.attributes'),
      documents: of('document'),
      items: of('workItem'),
      interactions: of('interaction'),
    }).toEqual(sql);
    expect(found.findings.reduce((sum, one) => sum + one.uncertain, 0)).toBe(0);
    const [own] = await ask<{ n: number }>('SELECT count(*)::int AS n FROM ucsx.interaction WHERE contact_id = $1', [id]);
    if (of('document') > 0) withDocuments += 1;
    if (of('workItem') > 0) withItems += 1;
    if (of('interaction') > (own?.n ?? 0)) asParticipant += 1;
    for (const alias of aliases) expect(JSON.stringify(found)).not.toContain(alias);
  }
  // All of it was there to be found.
  for (const seen of [withDocuments, withItems, asParticipant]) expect(seen).toBeGreaterThan(0);
});

it('stops at a phone that several people share, and names what it cannot tell when one of them is meant', async () => {
  const [shared] = await ask<{ phone: string; people: number; id: string }>(`
    SELECT str_value AS phone, count(DISTINCT contact_id)::int AS people, min(contact_id) AS id FROM ucsx.contact_attribute
     WHERE attribute_name = 'PhoneNumber' AND str_value LIKE '+%' GROUP BY 1 HAVING count(DISTINCT contact_id) > 1 ORDER BY 2 DESC, 1 LIMIT 1`);
  if (!shared) throw new Error('The sample has no shared phone.');
  const several = await discovered([{ type: 'phone', value: shared.phone }], 'access');
  expect(several).toMatchObject({ state: 'ambiguous', findings: [], error: { code: 'gdpr.ambiguous' } });
  expect(several.people).toBeGreaterThanOrEqual(2);
  const one = await discovered([{ type: 'contact_id', value: shared.id }]);
  expect(one).toMatchObject({ state: 'approval', people: 1 });
});

it('does not offer to confirm an identifier that thousands have, and goes on when the contact id of the person is added', async () => {
  await ask(`INSERT INTO ucsx.contact SELECT (jsonb_populate_record(one.c, jsonb_build_object('contact_id', 'MANY-' || n, 'email_address', 'info@example.org',
    'merge_id', null, 'customer_id', null, 'phone_number', null))).* FROM (SELECT c FROM ucsx.contact c LIMIT 1) one, generate_series(1, 1100) n`);
  const { id, ...many } = await discovered([{ type: 'email', value: 'info@example.org' }]);
  expect(many).toMatchObject({ state: 'ambiguous', findings: [], error: { code: 'gdpr.too_many_people', value: { more: true } } });
  expect(many.may).toMatchObject({ add_identifiers: true });
  expect((await getRequest(app.services, approver, id)).may).toMatchObject({ confirm_several: false, stop: true });
  await expect(confirmSeveral(app.services, approver, id)).rejects.toMatchObject({ code: 'gdpr.too_many_people' });
  await addIdentifiers(app.services, officer, id, { identifiers: [{ type: 'contact_id', value: 'MANY-7' }] });
  const one = await new RequestWork(app, officer, approver).work(id);
  expect(one).toMatchObject({ state: 'approval', people: 1, error: null, findings: [{ type: 'contact', found: 1 }] });
  await ask(`DELETE FROM ucsx.contact WHERE contact_id LIKE 'MANY-%'`);
});

async function udm<Row extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<Row[]> {
  return withClient(await superuserOf(app.dataFolder), async (client) => (await client.query<Row>(sql, values)).rows);
}

async function exported(): Promise<{ artifactId: string }> {
  const how = { entityTypes: 'all', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' }, recipients: [certificateId] };
  const job = await createJob(app.services, admin, { title: 'All', source: 'iwd', type: 'Event', ...how }, null);
  const [run] = await udm<{ id: string }>('SELECT id FROM run WHERE job_id = $1', [job.id]);
  await executeRun(app.services, { tenantId: admin.tenantId, runId: run?.id as string }, never);
  const [artifact] = await udm<{ id: string }>('SELECT id FROM artifact WHERE run_id = $1', [run?.id]);
  return { artifactId: artifact?.id as string };
}

it('changes nothing of who turns up later, in a source or an export, before it is agreed to, when an erasure found nobody', async () => {
  const requests = new RequestWork(app, officer, approver);
  const nowhere = async (customer: string) => {
    const identifiers = [{ type: 'customer_id', value: customer }];
    const { items } = await submitRequest(app.services, officer, {
      caseId: 'E-1',
      kinds: ['erasure'],
      identifiers,
      identityNote: 'Passport seen.',
    });
    expect(await requests.work(items[0]?.id as string)).toMatchObject({ state: 'verified', people: 0, findings: [] });
    return items[0]?.id as string;
  };
  const [late, exportedOnly] = [await nowhere('C-LATE'), await nowhere('C-GONE')];
  for (const [id, customer] of [
    [999_998, 'C-LATE'],
    [999_999, 'C-GONE'],
  ])
    await ask('INSERT INTO iwd.work_item SELECT (jsonb_populate_record(w, $1)).* FROM iwd.work_item w LIMIT 1', [
      JSON.stringify({ work_item_id: id, customer_id: customer }),
    ]);
  const { artifactId } = await exported();
  await ask(`DELETE FROM iwd.work_item WHERE customer_id = 'C-GONE'`);
  const left = async () => [
    (await ask(`SELECT FROM iwd.work_item WHERE customer_id = 'C-LATE'`)).length,
    (await udm<{ for: string | null }>('SELECT withdrawn_for AS for FROM artifact WHERE id = $1', [artifactId]))[0]?.for,
    (await app.services.ledger.read()).entries.filter(({ requestId }) => [late, exportedOnly].includes(requestId)).length,
  ];
  await clock.advance(25 * HOUR);
  expect(await requests.work(late)).toMatchObject({ state: 'approval', approvals: [], findings: [{ type: 'workItem', found: 1, done: 0 }] });
  expect(await requests.work(exportedOnly)).toMatchObject({ state: 'approval', approvals: [], findings: [] });
  await approveRequest(app.services, approver, late);
  await clock.advance(23 * HOUR);
  expect(await requests.work(late)).toMatchObject({ state: 'waiting' });
  expect(await left()).toEqual([1, null, 0]);
  await clock.advance(2 * HOUR);
  expect(await requests.work(late)).toMatchObject({ state: 'verified', exports: [{ type: 'Event' }] });
  expect(await left()).toEqual([0, 'person_erased', 1]);
});

it('goes by itself from a file with notes to what was found, with a worker in the background', async () => {
  const people = await ask<{ id: string }>(`SELECT contact_id AS id FROM ucsx.contact WHERE merge_id IS NULL ORDER BY contact_id DESC LIMIT 5`);
  const consumers = people.map(({ id }) => ({ contact_id: id }));
  const { ids } = await submitRequestFile(app.services, officer, { caseId: 'S-2', kinds: ['erasure'], identityNote: 'By letter.', consumers });
  await app.startWorker();
  const states = async () => new Set((await Promise.all(ids.map((id) => getRequest(app.services, officer, id)))).map((one) => one.state));
  await expect.poll(states, { timeout: 60_000, interval: 250 }).toEqual(new Set(['approval']));
});

it('leaves a receipt with the ground when it is refused, and none while it goes on', async () => {
  const identifiers = [{ type: 'email', value: 'Refused@example.org' }];
  const { items } = await submitRequest(app.services, officer, {
    caseId: 'S-2',
    kinds: ['erasure'],
    identifiers: [...identifiers, { type: 'customer_id', value: 'FUSED-EX' }],
  });
  const id = items[0]?.id as string;
  await expect(getReceipt(app.services, officer, id)).rejects.toMatchObject({ code: 'gdpr.no_receipt' });
  await refuseRequest(app.services, officer, id, { ground: 'manifestly_unfounded', reason: 'Refused@example.org writes every day.' });
  const { receipt } = await getReceipt(app.services, officer, id);
  expect(receipt).toMatchObject({ request: { caseId: 'S-2', outcome: 'refused', refusalGround: 'manifestly_unfounded' }, person: { identifiers: 2 } });
  expect(receipt.times).toMatchObject({ begunAt: null, verifiedAt: null, endedAt: expect.any(String) });
  expect(JSON.stringify(receipt)).not.toContain('every day');
  // What stands in the database is looked at each time.
  const standing = async (change: string) => {
    await withClient(await superuserOf(app.dataFolder), (client) => client.query(change, [id]));
    return (await getRequest(app.services, officer, id)).receipt?.signature;
  };
  expect(await standing(`UPDATE signing_key SET id = 'x' || id WHERE $1 <> ''`)).toBe('unknown_key');
  expect(await standing(`UPDATE signing_key SET id = substr(id, 2) WHERE $1 <> ''`)).toBe('whole');
  expect(
    await standing(
      `UPDATE data_request_receipt SET body = convert_to(replace(convert_from(body, 'UTF8'), 'refused', 'refuted'), 'UTF8') WHERE request_id = $1`,
    ),
  ).toBe('broken');
});
