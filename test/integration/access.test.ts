import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { savePackage } from '../../src/cli/save-package.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { DataRequestDetails } from '../../src/contract/data-request.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { checkStorage } from '../../src/operations/check-storage.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { advanceRequests } from '../../src/operations/data-requests/advance-requests.ts';
import { approveRequest } from '../../src/operations/data-requests/approve-request.ts';
import { deletePackagesDue } from '../../src/operations/data-requests/delete-packages.ts';
import { type RequestRecord, readRequest } from '../../src/records/data-requests/requests.ts';
import { withdrawExports } from '../../src/operations/data-requests/withdraw-exports.ts';
import { openPackage } from '../../src/operations/data-requests/open-package.ts';
import { noteIdentity } from '../../src/operations/data-requests/prove-identity.ts';
import { getReceipt } from '../../src/operations/data-requests/read-receipt.ts';
import { getRequest } from '../../src/operations/data-requests/read-requests.ts';
import { replayDue, replayLedger } from '../../src/operations/data-requests/replay-ledger.ts';
import { executeRequestStep } from '../../src/operations/data-requests/request-steps.ts';
import { submitRequest } from '../../src/operations/data-requests/submit-requests.ts';
import { addSource } from '../../src/operations/sources.ts';
import { readSettings } from '../../src/operations/tenant-settings.ts';
import { readPrivateKey } from '../../src/pipeline/primitives-node.ts';
import { sweepStorage } from '../../src/operations/sweep-storage.ts';
import { inTenant } from '../../src/records/database.ts';
import { dueSteps } from '../../src/records/data-requests/steps.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { Random } from '../../src/sample/random.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { runCliHere } from '../support/cli.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { dumpCentre } from '../support/dump-centre.ts';
import { type CentreRows, Holdings, interactionsOf, ofOthersIn, peopleOf } from '../support/erasure-oracle.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { type Recipient, Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** What a person is given: on the sample, against a search that shares no code with UDM's. `UDM_TEST_LONG=1`: 1,000 people. */

const IS_LONG = process.env['UDM_TEST_LONG'] === '1';
const SAMPLE = IS_LONG ? { contacts: 20_000, interactions: 60_000 } : { contacts: 300, interactions: 2_000 };
const PEOPLE = IS_LONG ? 1_000 : 6;
/** People asked for at once. */
const LANES = 2;
const run = promisify(execFile);
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
let holder: Recipient;
let rows: CentreRows;

beforeAll(async () => {
  home = await passableFolder('udm-access-');
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, { ...SAMPLE, days: 60, seed: 11, endsAt: new Date('2026-03-01T00:00:00Z') });
  // Addresses of before people moved, which no contact has any more.
  await withClient(database, (client) =>
    client.query(`UPDATE ucsx.interaction SET from_address = 'old.' || from_address WHERE contact_id IS NOT NULL AND hashtext(ixn_id) % 4 = 0`),
  );
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  admin = await administrator(app, 'alpha');
  await udm("UPDATE tenant SET phone_region = 'US'");
  holder = recipients.make();
  // Certificates are of today.
  clock = await fakeClock(app, new Date(Date.now() + 60_000).toISOString());
  const { host, port, user, password, database: name } = database as unknown as Record<string, string>;
  for (const catalog of ['ucsx', 'iwd']) {
    const settings = { host, port: Number(port), user, database: name };
    const writer = { user: user ?? '', password: password ?? '' };
    await addSource(app.services, admin, { name: catalog, connector: 'postgres', catalog, settings, secret: password ?? '', writer });
  }
  rows = await dumpCentre(database);
}, 120_000);

afterAll(async () => {
  await app?.stop();
  await server?.stop();
  recipients.remove();
  await rm(home, { recursive: true, force: true });
});

async function udm<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(await superuserOf(app.dataFolder), async (client) => (await client.query<Row>(sql, values)).rows ?? []);
}

let count = 0;
const look = (id: string): Promise<DataRequestDetails> => getRequest(app.services, officer, id);

async function begun(type: string, value: string, kind = 'access'): Promise<string> {
  const { items } = await submitRequest(app.services, officer, { caseId: `A-${count++}`, kinds: [kind], identifiers: [{ type, value }] });
  const id = items[0]?.id as string;
  await noteIdentity(app.services, officer, id, { note: 'Passport seen.' });
  return id;
}

const due = (id: string) => inTenant(app.services.database, officer.tenantId, (tx) => dueSteps(tx, officer.tenantId, id));

/** Works on what is due until nothing is. */
async function work(id: string): Promise<DataRequestDetails> {
  for (;;) {
    await advanceRequests(app.services);
    const wanted = await due(id);
    if (wanted.length === 0) return look(id);
    await Promise.all(wanted.map((step) => executeRequestStep(app.services, step, NEVER)));
  }
}

const whole = ({ bytes }: { readonly bytes: number }) => ({ range: { start: 0, end: bytes - 1 } });

/** By openssl and unzip alone: every entry by its name. */
async function opened(id: string): Promise<{ folder: string; entries: Map<string, string> }> {
  const folder = path.join(home, id);
  await mkdir(path.join(folder, 'out'), { recursive: true });
  const { content } = await openPackage(app.services, officer, id, whole);
  await writeFile(path.join(folder, 'package.zip.p7m'), await buffer(content as NodeJS.ReadableStream));
  const cms = ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', 'package.zip.p7m', '-inkey', holder.keyFile, '-out', 'package.zip'];
  await run('openssl', cms, { cwd: folder });
  await run('unzip', ['-q', 'package.zip', '-d', 'out'], { cwd: folder });
  const names = await readdir(path.join(folder, 'out'));
  const entries = new Map<string, string>();
  for (const name of names) entries.set(name, await readFile(path.join(folder, 'out', name), 'utf8'));
  return { folder, entries };
}

function linesOf(entries: ReadonlyMap<string, string>, name: RegExp): Record<string, string | null>[] {
  return [...entries].filter(([one]) => name.test(one)).flatMap(([, text]) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])));
}

/** Every row of the sample that is of the person, by kind, found in the dump of the tables alone. */
function expectedOf(who: string): Record<string, string[]> {
  const people = peopleOf(rows.contact);
  const contacts = rows.contact.filter((one) => people.get(one['contact_id'] ?? '') === who);
  const ids = new Set(contacts.map((one) => one['contact_id']));
  const customers = new Set(contacts.flatMap((one) => one['customer_id'] ?? []));
  const items = new Set(rows.work_item.filter((one) => customers.has(one['customer_id'] ?? '')).map((one) => one['work_item_id'] ?? ''));
  const owned = new Set(rows.interaction.filter((one) => ids.has(one['contact_id'] ?? '')).map((one) => one['ixn_id']));
  const sorted = (some: Iterable<string | null | undefined>) => [...some].map(String).sort();
  return {
    contacts: sorted(ids),
    attributes: sorted(rows.contact_attribute.filter((one) => ids.has(one['contact_id'] ?? '')).map((one) => one['attribute_id'])),
    interactions: sorted(interactionsOf(rows, who)),
    documents: sorted(rows.document.filter((one) => owned.has(one['entity_id'] ?? '')).map((one) => one['id'])),
    items: sorted(items),
    events: sorted(rows.event.filter((one) => items.has(one['work_item_id'] ?? '')).map((one) => one['event_id'])),
  };
}

/** Asks for one person and compares the package with what is expected; gives what it holds. */
async function answered(contact: string): Promise<{ rows: number; bytes: number; isMasked: boolean }> {
  const who = peopleOf(rows.contact).get(contact) ?? '';
  const id = await begun('contact_id', contact);
  const request = await work(id);
  expect(request, JSON.stringify(request.error)).toMatchObject({ state: 'done', error: null });
  const { entries, folder } = await opened(id);
  const [contacts, items] = [linesOf(entries, /^ucsx-Contact\.jsonl$/), linesOf(entries, /^iwd-WorkItem\.jsonl$/)];
  const sorted = (some: readonly Record<string, unknown>[], name: string) => some.map((one) => String(one[name])).sort();
  const others = [...entries.keys()].filter((name) => /^ucsx-.*\.jsonl$/.test(name) && !/^ucsx-(Contact|document)\.jsonl$/.test(name));
  const interactions = others.flatMap((name) => linesOf(entries, new RegExp(`^${name}$`)));
  const given = {
    contacts: sorted(contacts, 'contactId'),
    attributes: sorted(
      contacts.flatMap((one) => one['attributes'] as unknown as Record<string, unknown>[]),
      'attributeId',
    ),
    interactions: sorted(interactions, 'ixnId'),
    documents: sorted(linesOf(entries, /^ucsx-document\.jsonl$/), 'id'),
    items: sorted(items, 'workItemId'),
    events: sorted(linesOf(entries, /^iwd-event\.jsonl$/), 'eventId'),
  };
  expect(given, contact).toEqual(expectedOf(who));
  // In what she owns, the sender is she unless the address is of somebody else.
  const holdings = new Holdings(rows, who);
  const stored = new Map(rows.interaction.map((one) => [one['ixn_id'], one]));
  for (const one of interactions.filter(({ contactId, fromAddress }) => holdings.isHerContact(contactId) && fromAddress)) {
    const { from_address: sender, from_personal: name } = stored.get(one['ixnId'] ?? '') ?? {};
    if (holdings.of(sender) !== 'others') expect([one['fromAddress'], one['fromPersonal']], contact).toEqual([sender, name]);
  }
  const text = [...entries].filter(([name]) => /\.(jsonl|html)$/.test(name)).map(([, one]) => one);
  expect(ofOthersIn(text.join('\n'), rows, who), contact).toEqual([]);
  await rm(folder, { recursive: true });
  return { rows: request.package?.rows ?? 0, bytes: request.package?.bytes ?? 0, isMasked: text.some((one) => one.includes('[other person]"')) };
}

describe('an access request', () => {
  it('stands still until an officer can open the package, and then goes on', async () => {
    const id = await begun('contact_id', rows.contact[0]?.['contact_id'] ?? '');
    expect(await work(id)).toMatchObject({ state: 'running', error: { code: 'gdpr.no_recipient' }, package: null });
    // Of somebody who may not download it: nobody is handed what they may not have.
    await addCertificate(app.services, admin, { content: recipients.make().certificate });
    await clock.advance(HOUR);
    expect(await work(id)).toMatchObject({ state: 'running', error: { code: 'gdpr.no_recipient' } });
    await addCertificate(app.services, officer, { content: holder.certificate });
    await clock.advance(HOUR);
    expect(await work(id)).toMatchObject({ state: 'done', error: null, package: { recipients: [expect.any(String)], isGone: false } });
  });

  it(
    'gives every row of the person that another search finds, and nothing that is of others alone',
    async () => {
      const random = new Random(5, 2);
      const merged = rows.contact.filter((one) => one['merge_id'] !== null);
      const contacts = Array.from(
        { length: PEOPLE },
        (_, index) => random.pick(index % 3 === 0 && merged.length > 0 ? merged : rows.contact)['contact_id'] ?? '',
      );
      const seen = { packages: 0, rows: 0, bytes: 0, masked: 0 };
      const lane = async (): Promise<void> => {
        for (let contact = contacts.pop(); contact !== undefined; contact = contacts.pop()) {
          const given = await answered(contact);
          seen.packages += 1;
          seen.rows += given.rows;
          seen.bytes += given.bytes;
          if (given.isMasked) seen.masked += 1;
          if (IS_LONG) process.stderr.write(`${new Date().toISOString()} ${JSON.stringify(seen)}\n`);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      expect(seen.packages).toBe(PEOPLE);
      expect(seen.masked).toBeGreaterThan(PEOPLE / 6);
    },
    IS_LONG ? 7_200_000 : 120_000,
  );

  it('of somebody of whom nothing is held is answered with a package that says so, and where it was looked', async () => {
    const id = await begun('email', 'Nobody@Example.org');
    const request = await work(id);
    expect(request).toMatchObject({ state: 'done', error: null, people: 0, findings: [], package: { rows: 0 } });
    const { entries, folder } = await opened(id);
    const decrypt = ['decrypt', path.join(folder, 'package.zip.p7m'), '--key', holder.keyFile, '--out', path.join(folder, 'decrypted')];
    expect(await runCliHere(decrypt, app.dataFolder)).toMatchObject({ code: 0 });
    expect([...entries.keys()].sort()).toEqual(['index.html', 'manifest.json', 'manifest.json.sig']);
    const page = entries.get('index.html') ?? '';
    for (const one of ['No data about you are held', 'keine Daten über Sie gespeichert', 'nobody@example.org', '>ucsx<', '>iwd<', 'contact'])
      expect(page).toContain(one);
    expect(JSON.parse(entries.get('manifest.json') ?? '')).toMatchObject({ totals: { rows: 0 }, sources: ['iwd', 'ucsx'] });
    expect((await getReceipt(app.services, officer, id)).receipt).toMatchObject({ request: { outcome: 'done' }, searched: ['iwd', 'ucsx'], work: [] });
    // It goes when the person is erased, and is reason enough for an erasure of somebody whom no source knows.
    const erasure = await begun('email', 'Nobody@Example.org', 'erasure');
    expect(await work(erasure)).toMatchObject({ state: 'approval', error: null });
    const record = await inTenant(app.services.database, officer.tenantId, (tx) => readRequest(tx, officer.tenantId, erasure));
    await withdrawExports(app.services, record as RequestRecord);
    await expect(openPackage(app.services, officer, id, whole)).rejects.toMatchObject({ code: 'gdpr.package_gone' });
    expect((await look(id)).package).toMatchObject({ rows: 0 });
  });

  it('is fetched before an erasure of the person begins, and does not come back with an older database', async () => {
    const id = await begun('email', 'Gone@Example.org');
    expect(await work(id)).toMatchObject({ state: 'done' });
    const [head] = await udm<{ seq: string; mark: string }>('SELECT seq, mark FROM erasure_ledger_head');
    const erasure = await begun('email', 'Gone@Example.org', 'erasure');
    await work(erasure);
    await approveRequest(app.services, (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor, erasure);
    await clock.advance(25 * HOUR);
    // Nor by a part of it, or a download that breaks off.
    const asked = async (choose: typeof whole) => (await openPackage(app.services, officer, id, choose)).content as Readable;
    await buffer(await asked(() => ({ range: { start: 0, end: 9 } })));
    (await asked(whole)).destroy();
    const erring = { state: 'waiting', waitsFor: id, waitsForDownload: true, error: { code: 'gdpr.not_fetched' } };
    expect(await work(erasure)).toMatchObject(erring);
    await buffer(await asked(whole));
    expect(await look(erasure)).toMatchObject({ waitsForDownload: false });
    expect(await work(erasure)).toMatchObject({ state: 'verified', error: null });
    const isGone = async () => (await look(id)).package?.isGone;
    expect(await isGone()).toBe(true);
    await clock.advance(25 * HOUR);
    expect(await work(erasure)).toMatchObject({ state: 'done' });
    // As a backup of the database from before would have it.
    await udm('DELETE FROM data_request WHERE id = $1', [erasure]);
    await udm('UPDATE erasure_ledger_head SET seq = $1, mark = $2', [head?.seq ?? 0, head?.mark ?? '']);
    await udm('UPDATE data_request_package SET object_gone_at = NULL WHERE request_id = $1', [id]);
    expect(await isGone()).toBe(false);
    expect(await replayLedger(app.services)).toBe(2);
    expect(await isGone()).toBe(true);
    expect(await replayDue(app.services, NEVER)).toBe(0);
    // Its file goes like that of every other that has expired.
    expect(await deletePackagesDue(app.services, { now: Date.now() + 100 * HOUR, isHalted: false })).toBe(1);
  });

  it('leaves nothing of an attempt that died, keeps its own file from sweeps, and deletes it when its time is over', async () => {
    const id = await begun('contact_id', rows.contact[1]?.['contact_id'] ?? '');
    const { storage } = app.services;
    const keys = async () => {
      const found: string[] = [];
      for await (const key of storage.list()) if (key.includes(id)) found.push(key);
      return found;
    };
    // The first steps by hand, to the one that writes.
    for (let steps = await due(id); steps[0]?.phase !== 'collect'; steps = await due(id))
      for (const step of steps) await executeRequestStep(app.services, step, NEVER);
    const [step] = await due(id);
    if (!step) throw new Error('nothing to do');
    // It dies when the file is sealed: it neither lists nor removes it.
    const dying = new AbortController();
    const dead: Partial<Storage> = {
      create: (key) => storage.create(key),
      freeBytes: () => storage.freeBytes(),
      remove: async () => undefined,
      read: async () => {
        dying.abort(new Error('killed'));
        throw new Error('killed');
      },
    };
    await expect(executeRequestStep({ ...app.services, storage: dead as Storage }, step, dying.signal)).rejects.toThrow('killed');
    const left = await keys();
    expect(left).toHaveLength(1);
    expect(await look(id)).toMatchObject({ state: 'running', package: null });
    await expect(openPackage(app.services, officer, id, whole)).rejects.toMatchObject({ code: 'gdpr.no_package' });
    await clock.advance(60_000);
    const done = await work(id);
    expect(done).toMatchObject({ state: 'done', steps: { phase: 'collect', total: 1, done: 1 } });
    const [kept, ...more] = await keys();
    expect(more).toEqual([]);
    expect(left).not.toContain(kept);
    await clock.advance(26 * HOUR);
    const trusted = { isHalted: false };
    await sweepStorage(app.services, trusted);
    await clock.advance(26 * HOUR);
    await sweepStorage(app.services, trusted);
    expect(await keys()).toEqual([kept]);
    // Looked at like every other file, and counted with them.
    const key = await readPrivateKey(await readFile(holder.keyFile, 'utf8'));
    const check = () => checkStorage(app.services, { ...admin, kind: 'operator' }, { readData: true, key });
    const ofThis = async () => (await check()).findings.filter(({ about }) => about.includes(id)).map(({ code, detail }) => ({ code, detail }));
    const looked = await check();
    expect(looked).toMatchObject({ findings: [], notForKey: 0 });
    expect(looked.opened).toBeGreaterThan(1);
    const { storedBytes } = await readSettings(app.services, admin);
    const [stored] = await udm<{ bytes: number }>(
      'SELECT sum(bytes)::int AS bytes FROM data_request_package WHERE expires_at > udm_now() AND object_gone_at IS NULL',
    );
    expect(storedBytes).toBe(stored?.bytes);
    const onDisk = path.join(app.dataFolder, 'artifacts', 'sealed', kept ?? '');
    const bytes = await readFile(onDisk);
    await writeFile(onDisk, Buffer.concat([bytes.subarray(0, 900), Buffer.from([(bytes[900] ?? 0) ^ 1]), bytes.subarray(901)]));
    expect(await ofThis()).toEqual([{ code: 'check.object_changed', detail: { request: id, expected: done.package?.sha256, found: expect.any(String) } }]);
    await rm(onDisk);
    expect(await ofThis()).toEqual([{ code: 'check.object_missing', detail: { request: id } }]);
    await writeFile(onDisk, bytes);
    expect(await ofThis()).toEqual([]);
    // On record, by whom; and nothing of it once it has expired.
    const saved = path.join(home, 'saved.zip.p7m');
    await savePackage((choose) => openPackage(app.services, officer, id, choose), saved);
    await expect(savePackage((choose) => openPackage(app.services, officer, id, choose), saved)).rejects.toMatchObject({ code: 'file.exists' });
    expect(await udm("SELECT actor_id::text FROM audit_log WHERE action = 'request.package_downloaded' AND object_id = $1", [id])).toEqual([
      { actor_id: officer.userId },
    ]);
    const decrypt = ['src/main.ts', 'decrypt', saved, '--key', holder.keyFile, '--out', path.join(home, 'unpacked')];
    execFileSync(process.execPath, decrypt, { stdio: 'pipe' });
    expect(await readdir(path.join(home, 'unpacked'))).toEqual(
      expect.arrayContaining(['index.html', 'manifest.json', 'manifest.json.sig', 'ucsx-Contact.jsonl']),
    );
    const page = await readFile(path.join(home, 'unpacked', 'index.html'), 'utf8');
    expect(page).not.toMatch(/<script|<img|<link|<iframe|\son[a-z]+=|(src|href)=/i);
    expect(await udm('SELECT FROM data_request_snapshot WHERE request_id = $1', [id])).toEqual([]);
    await clock.advance(24 * HOUR * 400);
    await expect(openPackage(app.services, officer, id, whole)).rejects.toMatchObject({ code: 'gdpr.package_gone' });
    const [{ now }] = (await udm<{ now: number }>('SELECT floor(extract(epoch FROM udm_now()) * 1000)::int8 AS now')) as [{ now: number }];
    expect(await deletePackagesDue(app.services, { now: Number(now), isHalted: true })).toBe(0);
    expect(await ofThis()).toEqual([{ code: 'check.deletion_overdue', detail: { request: id, tries: 0 } }]);
    expect(await deletePackagesDue(app.services, { now: Number(now), isHalted: false })).toBeGreaterThan(0);
    expect(await keys()).toEqual([]);
    expect(await check()).toMatchObject({ files: 0, findings: [] });
    expect(await look(id)).toMatchObject({ package: { isGone: true } });
  });
});
