import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { advanceRequests } from '../../src/operations/data-requests/advance-requests.ts';
import { placeHold, releaseLegalHold } from '../../src/operations/data-requests/legal-holds.ts';
import { noteIdentity } from '../../src/operations/data-requests/prove-identity.ts';
import { rebuildExports } from '../../src/operations/data-requests/rebuild-exports.ts';
import { getReceipt } from '../../src/operations/data-requests/read-receipt.ts';
import { submitRequest } from '../../src/operations/data-requests/submit-requests.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { listSigningKeysFor } from '../../src/operations/signing-keys.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { replayDue, replayLedger } from '../../src/operations/data-requests/replay-ledger.ts';
import { replaySources, wantSourceReplay } from '../../src/operations/data-requests/replay-sources.ts';
import { listSourcesFor } from '../../src/operations/sources.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { cliSession } from '../support/cli-session.ts';
import { checkReceiptOffline } from '../support/check-receipt.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { dumpCentre } from '../support/dump-centre.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { HeldRuns } from '../support/held-runs.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';
import { RequestWork } from '../support/request-work.ts';
import { addSampleSources, FOREIGN_KEYS, runProgram } from '../support/sample-sources.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** From the approval to the end of an erasure, over both sources of the sample, which have real foreign keys, and over the exports made of them. */

const NEVER = new AbortController().signal;
const NOW = '2026-03-01T12:00:00Z';
const recipients = new Recipients();
let home: string;
let app: App;
let clock: FakeClock;
let server: TestPostgres;
let database: TestConnection;
let admin: Actor;
let officer: SignedIn['actor'];
let requests: RequestWork;
let certificateId: string;

beforeAll(async () => {
  home = await passableFolder('udm-erasure-');
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, { contacts: 300, interactions: 3_000, days: 60, seed: 8, endsAt: new Date('2026-03-01T00:00:00Z') });
  await ask(FOREIGN_KEYS);
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  requests = new RequestWork(app, officer, (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor);
  admin = await administrator(app, 'alpha');
  certificateId = (await addCertificate(app.services, admin, { content: recipients.make().certificate })).id;
  clock = await fakeClock(app, NOW);
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

/** All rows of a table as text, in the order of their keys. */
const dump = async (table: string, key: string) =>
  new Map(
    (await ask<{ key: string; row: string }>(`SELECT ${key}::text AS key, t::text AS row FROM ${table} t ORDER BY 1`)).map(({ key: id, row }) => [id, row]),
  );

async function exported(source: string, type: string): Promise<{ runId: string; artifactId: string }> {
  const how = { entityTypes: 'all', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' }, recipients: [certificateId] };
  const job = await createJob(app.services, admin, { title: `${type} ${count++}`, source, type, ...how }, null);
  const [run] = await udm<{ id: string }>('SELECT id FROM run WHERE job_id = $1', [job.id]);
  const runId = run?.id as string;
  await executeRun(runs.services(app.services), { tenantId: admin.tenantId, runId }, NEVER);
  const [artifact] = await udm<{ id: string }>('SELECT id FROM artifact WHERE run_id = $1', [runId]);
  return { runId, artifactId: artifact?.id as string };
}

const runs = new HeldRuns();
let count = 0;
const work = (...given: Parameters<RequestWork['work']>) => requests.work(...given);
const approved = (...given: Parameters<RequestWork['approved']>) => requests.approved(...given);

/** Rows of a source as they were, as a backup of it would. */
async function putBack(table: string, rows: readonly { readonly row: object }[]): Promise<void> {
  for (const { row } of rows)
    await ask(`INSERT INTO ucsx.${table} SELECT * FROM jsonb_populate_record(NULL::ucsx.${table}, $1) ON CONFLICT DO NOTHING`, [JSON.stringify(row)]);
}

const becomeCustomer = (id: string, email: string) =>
  ask(
    `INSERT INTO ucsx.contact (contact_id, tenant_id, email_address, customer_id, created_date, modified_date) VALUES ($1, 101, $2, 'C-' || $1, now(), now())`,
    [id, email],
  );

const HOUR = 3_600_000;
const ledger = () => app.services.ledger.read();

/** Somebody with documents, work items and a place in the chats of others, of whom nobody shares an identifier. */
const SOMEBODY = `
  SELECT c.contact_id AS id, c.customer_id AS customer, c.email_address AS email
    FROM ucsx.contact c
   WHERE c.merge_id IS NULL AND NOT EXISTS (SELECT FROM ucsx.contact m WHERE m.merge_id = c.contact_id) AND c.email_address IS NOT NULL
     AND EXISTS (SELECT FROM ucsx.document d JOIN ucsx.interaction i ON i.ixn_id = d.entity_id WHERE i.contact_id = c.contact_id)
     AND EXISTS (SELECT FROM ucsx.interaction i WHERE i.contact_id <> c.contact_id AND i.structured_text LIKE '%' || c.contact_id || '%')
     AND EXISTS (SELECT FROM iwd.work_item w WHERE w.customer_id = c.customer_id)
   ORDER BY 1`;
const somebody = async () => (await ask<Record<'id' | 'customer' | 'email', string>>(`${SOMEBODY} LIMIT 1`))[0] as Record<'id' | 'customer' | 'email', string>;

describe('an erasure', () => {
  it('leaves nothing of the person in the sources, nothing changed of others, and is remembered', async () => {
    expect((await ask(SOMEBODY)).length).toBeGreaterThan(2);
    const { id: contact, customer, email } = await somebody();
    const named = await ask<{ value: string }>(
      `SELECT str_value AS value FROM ucsx.contact_attribute WHERE contact_id = $1 AND attribute_name IN ('EmailAddress', 'PhoneNumber')
       UNION SELECT unnest(ARRAY[phone_number, contact_id, email_address]) FROM ucsx.contact WHERE contact_id = $1`,
      [contact],
    );
    const aliases = named.flatMap(({ value }) => value ?? []);
    const interactions = await exported('ucsx', 'Interaction');
    const contacts = await exported('ucsx', 'Contact');
    await udm(
      `INSERT INTO audit_log (tenant_id, seq, hash, actor_kind, actor_id, action, object_kind, object_id)
      SELECT $1, 1000000, '\\x00', 'user', $2, 'artifact.downloaded', 'artifact', $3`,
      [admin.tenantId, admin.userId, contacts.artifactId],
    );
    const before = { contact: await dump('ucsx.contact', 'contact_id'), interaction: await dump('ucsx.interaction', 'ixn_id') };
    const request = await approved([{ type: 'email', value: email }]);
    expect((await ledger()).entries).toEqual([]);
    await clock.advance(25 * HOUR);
    const erased = await work(request);
    expect(erased, JSON.stringify(erased.error)).toMatchObject({ state: 'verified', error: null });
    // Sources, by SQL that knows nothing of catalogs.
    for (const [table, text] of [
      ['ucsx.contact', contact],
      ['ucsx.contact_attribute', contact],
      ['ucsx.interaction', contact],
      ...aliases.map((one) => ['ucsx.interaction', one]),
      ['iwd.work_item', customer],
    ])
      expect((await ask(`SELECT FROM ${table} t WHERE t::text ILIKE '%' || $1 || '%'`, [text])).length, `${table} ${text}`).toBe(0);
    const after = { contact: await dump('ucsx.contact', 'contact_id'), interaction: await dump('ucsx.interaction', 'ixn_id') };
    expect([...before.contact.keys()].filter((key) => !after.contact.has(key))).toEqual([contact]);
    for (const [key, row] of before.interaction)
      if (!aliases.some((one) => row.toLowerCase().includes(one.toLowerCase()))) expect(after.interaction.get(key), key).toBe(row);
    // The exports.
    const [held] = await udm<{ states: string[]; files: string; left: string }>(
      `
      SELECT array_agg(withdrawn_for) AS states, (SELECT count(*) FROM data_request_artifact WHERE request_id = $3) AS files,
        (SELECT downloads::text FROM data_request_artifact WHERE artifact_id = $2) AS left FROM artifact WHERE id IN ($1, $2)`,
      [interactions.artifactId, contacts.artifactId, request],
    );
    expect(held).toMatchObject({ states: ['person_erased', 'person_erased'], files: '2' });
    expect(JSON.parse(held?.left ?? '')).toMatchObject([{ user: 'admin' }]);
    expect(erased).toMatchObject({
      unknownExports: 0,
      exports: [
        { type: 'Contact', downloads: [{ user: 'admin' }] },
        { type: 'Interaction', downloads: [] },
      ],
    });
    // The ledger has it, keyed, and its end only once it was searched for again.
    expect((await ledger()).entries).toMatchObject([{ seq: 1, event: 'begun', requestId: request, sourceIds: expect.arrayContaining([expect.any(String)]) }]);
    expect((await ledger()).entries[0]?.hashes.length).toBeGreaterThan(2);
    expect(JSON.stringify(await ledger())).not.toContain(email);
    expect(await readdir(path.join(app.dataFolder, 'case-keys'))).toContain(`${officer.tenantId}.${request}.key`);
    expect(await work(request)).toMatchObject({ state: 'verified' });
    await clock.advance(24 * HOUR);
    expect(await work(request)).toMatchObject({ state: 'done', error: null });
    expect((await ledger()).entries.map(({ event }) => event)).toEqual(['begun', 'finished']);
    expect(await readdir(path.join(app.dataFolder, 'case-keys'))).not.toContain(`${officer.tenantId}.${request}.key`);
    expect(await udm('SELECT FROM data_request_snapshot WHERE request_id = $1', [request])).toEqual([]);
    const receipt = await getReceipt(app.services, officer, request);
    expect(receipt.receipt).toMatchObject({
      request: { id: request, kind: 'erasure', outcome: 'done_in_part' },
      approvedBy: 1,
      stayed: expect.arrayContaining([
        { source: 'iwd', type: 'workItem', rows: expect.any(Number), why: 'legal_ground', ground: expect.stringContaining('Art. 17(3)') },
      ]),
      exports: {
        withdrawn: [
          { type: 'Contact', downloads: [{ user: 'admin' }] },
          { type: 'Interaction', downloads: [] },
        ],
        unknown: 0,
      },
      ledger: { line: 1 },
    });
    expect(Object.entries(receipt.receipt.times).flatMap(([name, at]) => (at === null ? [name] : []))).toEqual(['extendedAt']);
    const { discoveredAt, approvedAt, begunAt, verifiedAt, searchedAgainAt, endedAt } = receipt.receipt.times;
    const inTurn = [discoveredAt, approvedAt, begunAt, verifiedAt, searchedAgainAt, endedAt];
    expect([...inTurn].sort()).toEqual(inTurn);
    for (const alias of [...aliases, customer, contact]) expect(JSON.stringify(receipt).toLowerCase()).not.toContain(alias.toLowerCase());
    expect((await requests.look(request)).receipt).toEqual({ keyId: receipt.receipt.signedBy.keyId, signature: 'whole' });
    await checkReceiptOffline(receipt, (await listSigningKeysFor(app.services, admin))[0]?.publicKey ?? '', home);
    // Whoever may change jobs, too, exports them again: without the person.
    const both = { ...officer, roles: ['privacy_officer', 'ucsx_exporter'] } as Actor;
    await expect(rebuildExports(app.services, officer, request)).rejects.toMatchObject({ code: 'permission.denied' });
    await expect(rebuildExports(app.services, admin, request)).rejects.toMatchObject({ code: 'permission.denied' });
    expect((await requests.look(request)).exports).toMatchObject([
      { runAgain: 'possible', mayRunAgain: false, again: null },
      { runAgain: 'possible', mayRunAgain: false, again: null },
    ]);
    const { begun, left } = await rebuildExports(app.services, both, request);
    expect([begun.map(({ runAgain }) => runAgain), left]).toEqual([['under_way', 'under_way'], []]);
    for (const { again } of begun) await executeRun(app.services, { tenantId: admin.tenantId, runId: again?.runId as string }, NEVER);
    const rebuilt = (await requests.look(request)).exports;
    expect(rebuilt).toMatchObject([
      { type: 'Contact', runAgain: 'live_again', again: { status: 'succeeded', files: [{ fileName: expect.stringContaining('ucsx-Contact') }] } },
      { type: 'Interaction', runAgain: 'live_again', again: { status: 'succeeded', files: [{}] } },
    ]);
    expect(await rebuildExports(app.services, both, request)).toMatchObject({ begun: [], left: [{ type: 'Contact' }, { type: 'Interaction' }] });
    // Somebody else whom the same file held is told of it as well, though it was taken back before.
    const [{ id: other }] = (await ask<{ id: string }>(`${SOMEBODY} LIMIT 1`)) as [{ id: string }];
    const second = await approved([{ type: 'contact_id', value: other }]);
    await clock.advance(25 * HOUR);
    await work(second);
    const told = (await requests.look(second)).exports.find(({ artifactId }) => artifactId === contacts.artifactId);
    expect(told).toMatchObject({ withdrawnAt: expect.any(String), downloads: [{ user: 'admin' }] });
  });

  it('withdraws what was read before and published after, and erases who came back before the second search', async () => {
    const { id: contact, email, customer } = await somebody();
    const [saved] = await ask<{ row: object }>('SELECT to_jsonb(c) AS row FROM ucsx.contact c WHERE contact_id = $1', [contact]);
    const request = await approved([{ type: 'contact_id', value: contact }]);
    await clock.advance(25 * HOUR);
    // A run that has its snapshot, and no file yet.
    const { reading, write } = runs.hold();
    const held = exported('ucsx', 'Contact');
    await reading;
    await advanceRequests(app.services);
    expect(await work(request, 'erase', 'research_1')).toMatchObject({ state: 'verified' });
    // As a backup of the source would.
    await ask('INSERT INTO ucsx.contact SELECT * FROM jsonb_populate_record(NULL::ucsx.contact, $1)', [JSON.stringify(saved?.row)]);
    write();
    const meanwhile = await held;
    const withdrawnFor = async () =>
      (await udm<{ withdrawn: string | null }>('SELECT withdrawn_for AS withdrawn FROM artifact WHERE id = $1', [meanwhile.artifactId]))[0];
    // It was never there to be downloaded.
    expect(await withdrawnFor()).toEqual({ withdrawn: 'person_erased' });
    await clock.advance(24 * HOUR);
    expect(await work(request)).toMatchObject({ state: 'verified' });
    expect(await ask('SELECT FROM ucsx.contact WHERE contact_id = $1 OR email_address = $2', [contact, email])).toEqual([]);
    await clock.advance(24 * HOUR);
    expect(await work(request)).toMatchObject({ state: 'done' });
    expect((await udm("SELECT FROM audit_log WHERE action = 'request.found_again' AND object_id = $1", [request])).length).toBe(1);
    expect(customer).toBeTruthy();
  });

  it('withdraws what was read of a restored source and published after the erasures were repeated there', async () => {
    const { id: contact } = await somebody();
    const saved = await ask<{ row: object }>('SELECT to_jsonb(c) AS row FROM ucsx.contact c WHERE contact_id = $1', [contact]);
    const request = await approved([{ type: 'contact_id', value: contact }]);
    for (const state of ['verified', 'done']) {
      await clock.advance(25 * HOUR);
      expect(await work(request)).toMatchObject({ state });
    }
    await putBack('contact', saved);
    const { reading, write } = runs.hold();
    const held = exported('ucsx', 'Contact');
    await reading;
    const [ucsx] = await udm<{ id: string }>("SELECT id FROM source WHERE name = 'ucsx'");
    await wantSourceReplay(app.services, officer, ucsx?.id ?? '');
    expect(await replayDue(app.services, NEVER)).toBe(1);
    write();
    const { artifactId } = await held;
    expect(await udm('SELECT withdrawn_for FROM artifact WHERE id = $1', [artifactId])).toEqual([{ withdrawn_for: 'person_erased' }]);
  });

  it('changes nothing without an account to write with, nor when it cannot be put in the ledger, and goes on once it can', async () => {
    const { id: contact } = await somebody();
    const request = await approved([{ type: 'contact_id', value: contact }]);
    await clock.advance(25 * HOUR);
    await addSampleSources(app.services, admin, database, false);
    const before = (await ledger()).entries.length;
    await advanceRequests(app.services);
    expect(await work(request, 'erase')).toMatchObject({ state: 'running', error: { code: 'gdpr.no_write_access' } });
    expect((await ledger()).entries.length).toBe(before);
    await addSampleSources(app.services, admin, database, true);
    const file = path.join(`${app.dataFolder}-ledger`, 'erasure-ledger.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('begun', 'bегun'));
    await clock.advance(HOUR);
    expect(await work(request)).toMatchObject({ state: 'running', error: { code: 'ledger.changed' } });
    expect((await ask('SELECT FROM ucsx.contact WHERE contact_id = $1', [contact])).length).toBe(1);
    await writeFile(file, text);
    await clock.advance(HOUR);
    expect(await work(request)).toMatchObject({ state: 'verified', error: null });
    expect((await ask('SELECT FROM ucsx.contact WHERE contact_id = $1', [contact])).length).toBe(0);
  });

  it('keeps the person out of exports while a source cannot let go of them, and nobody else', async () => {
    const { id: contact } = await somebody();
    await ask('CREATE TABLE ucsx.loan (contact_id text NOT NULL REFERENCES ucsx.contact)');
    await ask('INSERT INTO ucsx.loan VALUES ($1)', [contact]);
    const request = await approved([{ type: 'contact_id', value: contact }]);
    await clock.advance(25 * HOUR);
    expect(await work(request)).toMatchObject({ state: 'running', error: { code: 'gdpr.constraint' } });
    const there = async (type: string, sql: string) => {
      const { runId, artifactId } = await exported('ucsx', type);
      expect(await udm('SELECT status, error_code FROM run WHERE id = $1', [runId])).toEqual([{ status: 'succeeded', error_code: null }]);
      const [file] = await udm<{ rows: number }>('SELECT row_count::int AS rows FROM artifact WHERE id = $1', [artifactId]);
      const [inSource] = await ask<{ rows: number }>(sql, [contact]);
      return { runId, missing: (inSource?.rows ?? 0) - (file?.rows ?? 0) };
    };
    expect(await there('Contact', 'SELECT count(*)::int AS rows FROM ucsx.contact WHERE contact_id <> $1')).toMatchObject({ missing: 0 });
    const { missing } = await there('Interaction', 'SELECT count(*)::int AS rows FROM ucsx.interaction WHERE contact_id IS DISTINCT FROM $1');
    // Without an owner, and with an address or a number of hers alone.
    expect(missing).toBeLessThan(5);
    await ask('DROP TABLE ucsx.loan');
    await clock.advance(HOUR);
    expect(await work(request)).toMatchObject({ state: 'verified', error: null });
    expect(await there('Contact', 'SELECT count(*)::int AS rows FROM ucsx.contact WHERE contact_id <> $1')).toMatchObject({ missing: 0 });
  });

  it("counts as erased what was the person's, not what others share with them", async () => {
    const [shared] = await ask<{ phone: string; id: string; others: number }>(`
      SELECT str_value AS phone, min(contact_id) AS id, count(DISTINCT contact_id)::int - 1 AS others FROM ucsx.contact_attribute
       WHERE attribute_name = 'PhoneNumber' AND str_value LIKE '+%' GROUP BY 1 HAVING count(DISTINCT contact_id) > 1 ORDER BY 1 LIMIT 1`);
    const request = await approved([{ type: 'contact_id', value: shared?.id ?? '' }]);
    const found = (await requests.look(request)).findings;
    const rows = async () => (await ask<{ n: number }>('SELECT count(*)::int AS n FROM ucsx.contact'))[0]?.n ?? 0;
    const before = await rows();
    await clock.advance(25 * HOUR);
    const erased = await work(request);
    expect(erased).toMatchObject({ state: 'verified', error: null });
    expect(before - (await rows())).toBe(1);
    expect((await ask('SELECT FROM ucsx.contact_attribute WHERE str_value = $1', [shared?.phone])).length).toBeGreaterThan(0);
    expect(erased.findings).toEqual(found.map((one) => ({ ...one, done: one.found - one.uncertain })));
  });

  it('knows whose a shared number is when all who have it go, and who has the address now, also in a replay', async () => {
    const [home] = await ask<{ phone: string; people: string[] }>(`
      SELECT str_value AS phone, array_agg(DISTINCT c.contact_id) AS people FROM ucsx.contact_attribute a JOIN ucsx.contact c USING (contact_id)
       WHERE attribute_name = 'PhoneNumber' AND str_value LIKE '+1%' GROUP BY 1 HAVING count(DISTINCT customer_id) = 2 AND bool_and(merge_id IS NULL) ORDER BY 1 LIMIT 1`);
    const [one = '', other = ''] = home?.people ?? [];
    const [{ email }] = (await ask<{ email: string }>(
      "SELECT str_value AS email FROM ucsx.contact_attribute WHERE contact_id = $1 AND attribute_name = 'EmailAddress' LIMIT 1",
      [one],
    )) as [{ email: string }];
    // A call that nobody's id owns, and a letter with a copy to an address that is no customer's.
    await ask(
      `INSERT INTO ucsx.interaction (ixn_id, status, entity_type_id, tenant_id, start_date, contact_id, phone_number, from_address, cc_addresses)
      VALUES ('HOME-CALL', 3, 3, 101, now(), NULL, $1, NULL, NULL), ('HOME-LETTER', 3, 0, 101, now(), $2, NULL, $3, '[{"address": "copy@nobody.example"}]')`,
      [home?.phone, one, email],
    );
    const tables = ['contact', 'contact_attribute', 'interaction'] as const;
    const theirs = `FROM ucsx.{} t WHERE t::text LIKE '%' || $1 || '%' OR t::text LIKE '%' || $2 || '%' OR t::text LIKE '%HOME-%'`;
    const saved = await Promise.all(tables.map((table) => ask<{ row: object }>(`SELECT to_jsonb(t) AS row ${theirs.replace('{}', table)}`, [one, other])));
    const left = async () => (await Promise.all(tables.map((table) => ask(`SELECT ${theirs.replace('{}', table)}`, [one, other])))).flat().length;
    const requests = [await approved([{ type: 'contact_id', value: one }]), await approved([{ type: 'contact_id', value: other }])];
    await clock.advance(25 * HOUR);
    for (const request of requests) expect(await work(request)).toMatchObject({ state: 'verified', error: null });
    expect(await left()).toBe(0);
    const again = `SELECT FROM ucsx.contact WHERE contact_id = 'AGAIN' AND email_address = $1`;
    await becomeCustomer('AGAIN', email);
    await clock.advance(25 * HOUR);
    for (const request of requests) expect(await work(request)).toMatchObject({ state: 'done', error: null });
    expect(await ask(again, [email])).toHaveLength(1);
    for (const [index, rows] of saved.entries()) await putBack(tables[index] ?? '', rows);
    expect(await left()).toBeGreaterThan(5);
    expect(await replaySources(app.services, admin, {}, NEVER)).toMatchObject([{ error: null }, { error: null }]);
    expect(await left()).toBe(0);
    expect(await ask(again, [email])).toHaveLength(1);
    await ask("DELETE FROM ucsx.contact WHERE contact_id = 'AGAIN'");
  });

  it('is repeated after a restore of the database, and of a source, from the ledger alone; who came back as a customer stays', async () => {
    const { id: contact, email } = await somebody();
    const saved = {
      contact: await ask<{ row: object }>('SELECT to_jsonb(t) AS row FROM ucsx.contact t WHERE contact_id = $1', [contact]),
      interaction: await ask<{ row: object }>('SELECT to_jsonb(t) AS row FROM ucsx.interaction t WHERE contact_id = $1', [contact]),
    };
    const restore = async () => {
      for (const [table, rows] of Object.entries(saved)) await putBack(table, rows);
    };
    const left = async () =>
      (await ask('SELECT FROM ucsx.contact WHERE contact_id = $1 UNION ALL SELECT FROM ucsx.interaction WHERE contact_id = $1', [contact])).length;
    const backup = path.join(home, 'source.dump');
    await runProgram(database, 'pg_dump', '--format=custom', '--file', backup, database.database);
    const { artifactId, runId } = await exported('ucsx', 'Contact');
    const [head] = await udm<{ seq: string; mark: string }>('SELECT seq, mark FROM erasure_ledger_head');
    const request = await approved([{ type: 'contact_id', value: contact }]);
    await clock.advance(25 * HOUR);
    expect(await work(request)).toMatchObject({ state: 'verified' });
    await clock.advance(25 * HOUR);
    expect(await work(request)).toMatchObject({ state: 'done' });
    expect(await left()).toBe(0);
    // As a backup of the database from before, and one of the source, would have it; and the person is a customer again since.
    await udm('DELETE FROM data_request WHERE id = $1', [request]);
    await udm('UPDATE erasure_ledger_head SET seq = $1, mark = $2', [head?.seq, head?.mark]);
    await udm('UPDATE artifact SET deleted_at = NULL, withdrawn_for = NULL, object_gone_at = NULL WHERE id = $1', [artifactId]);
    expect(await udm('SELECT FROM run_subjects WHERE run_id = $1', [runId])).toHaveLength(1);
    expect(await replayLedger(app.services)).toBe(2);
    expect((await exported('ucsx', 'Contact')).artifactId).toBeUndefined();
    expect(await udm("SELECT FROM run WHERE error_code = 'ledger.replay_pending'")).toHaveLength(1);
    const [file] = await udm<{ withdrawn: string | null }>('SELECT withdrawn_for AS withdrawn FROM artifact WHERE id = $1', [artifactId]);
    expect(file).toEqual({ withdrawn: 'person_erased' });
    await restore();
    await becomeCustomer('BACK', email);
    expect(await left()).toBeGreaterThan(1);
    expect(await replayDue(app.services, NEVER)).toBeGreaterThan(1);
    expect(await left()).toBe(0);
    expect((await ask("SELECT FROM ucsx.contact WHERE contact_id = 'BACK' AND email_address = $1", [email])).length).toBe(1);
    expect(await replayLedger(app.services)).toBe(0);
    expect(await replayDue(app.services, NEVER)).toBe(0);
    // A source restored later from its backup, with everybody who was erased in it since: by command, to the byte as it was.
    const everything = async () => Object.values(await dumpCentre(database)).map((rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort());
    await ask("DELETE FROM ucsx.contact WHERE contact_id = 'BACK'");
    const before = await everything();
    await runProgram(database, 'pg_restore', '--clean', '--single-transaction', '--dbname', database.database, backup);
    expect(await left()).toBeGreaterThan(1);
    const since = await exported('ucsx', 'Contact');
    const udmHere = cliSession(() => app.dataFolder);
    const onHold = await placeHold(app.services, officer, { identifiers: [{ type: 'contact_id', value: contact }], reason: 'Court.' });
    const held = await udmHere.command('request', 'replay', '--tenant', 'alpha', '--source', 'ucsx');
    expect([held.code, held.stdout]).toEqual([1, expect.stringContaining('1 erasure not repeated because of a legal hold')]);
    expect(await left()).toBeGreaterThan(1);
    const ofUcsx = (await listSourcesFor(app.services, admin)).find(({ name }) => name === 'ucsx');
    expect(ofUcsx).toMatchObject({ erasuresToRepeat: 1, erasuresHeld: 1 });
    await releaseLegalHold(app.services, officer, onHold.id, { reason: 'Over.' });
    const { ok, sources } = await udmHere.document('request', 'replay', '--tenant', 'alpha', '--source', 'ucsx');
    const erasures = (await ledger()).entries.filter(({ event }) => event === 'begun').length;
    expect({ ok, sources }).toEqual({
      ok: true,
      sources: [{ source: 'ucsx', erasures, repeated: erasures, held: 0, found: expect.any(Number), erased: sources[0].found, error: null }],
    });
    expect(sources[0].erased).toBeGreaterThan(1);
    expect(await left()).toBe(0);
    const [made] = await udm<{ withdrawn: string | null }>('SELECT withdrawn_for AS withdrawn FROM artifact WHERE id = $1', [since.artifactId]);
    expect(made).toEqual({ withdrawn: 'person_erased' });
    // The other source was restored with it; nobody is found twice.
    const { code, stdout, stderr } = await udmHere.command('request', 'replay', '--tenant', 'alpha');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^ucsx: searched for \d+ erased (?:person|people), nothing of them is there\.$/m),
    });
    expect(stdout).toMatch(/^iwd: searched for \d+ erased (?:person|people); \d+ rows? held something of them, \d+ erased\.$/m);
    expect(stderr).toContain('erasures repeated');
    const [ucsx] = await udm<{ id: string }>("SELECT id FROM source WHERE name = 'ucsx'");
    const standing = async () =>
      (await listSourcesFor(app.services, await administrator(app, 'alpha'))).map((one) => [one.name, one.erasuresToRepeat, one.may.replay]);
    expect(await wantSourceReplay(app.services, officer, ucsx?.id ?? '')).toEqual({ erasures });
    expect(await standing()).toEqual([
      ['iwd', 0, true],
      ['ucsx', erasures, true],
    ]);
    await expect(wantSourceReplay(app.services, { ...officer, roles: ['approver'] }, ucsx?.id ?? '')).rejects.toMatchObject({ code: 'permission.denied' });
    expect(await replayDue(app.services, NEVER)).toBe(0);
    expect(await udm('SELECT FROM erasure_replay WHERE done_at IS NULL')).toEqual([]);
    expect(await standing()).toEqual([
      ['iwd', 0, true],
      ['ucsx', 0, true],
    ]);
    expect(await everything()).toEqual(before);
  });

  it('of somebody nobody knows ends as well, after the second search', async () => {
    const { items } = await submitRequest(app.services, officer, {
      caseId: 'E-N',
      kinds: ['erasure'],
      identifiers: [{ type: 'email', value: 'nobody@example.org' }],
    });
    const id = items[0]?.id as string;
    await noteIdentity(app.services, officer, id, { note: 'Passport seen.' });
    expect(await work(id)).toMatchObject({ state: 'verified' });
    await clock.advance(25 * HOUR);
    expect(await work(id)).toMatchObject({ state: 'done' });
    expect((await getReceipt(app.services, officer, id)).receipt).toMatchObject({
      request: { outcome: 'done' },
      approvedBy: 0,
      work: [],
      stayed: [],
      ledger: null,
    });
  });
});
