import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { buildServer } from '../../src/http/server.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { cliSession } from '../support/cli-session.ts';
import { sweepCaseKeys } from '../../src/operations/data-requests/sweep-case-keys.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Submitting, reading and deciding data requests through the API, with what the catalogue of bad input says of them. */

let home: string;
let app: App;
let server: FastifyInstance;
let officer: SignedIn;
let approver: SignedIn;
let auditor: SignedIn;
const logged: string[] = [];

beforeAll(async () => {
  home = await passableFolder('udm-requests-');
  const config = loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' });
  const log = new Proxy({}, { get: () => (line: unknown) => logged.push(JSON.stringify(line)) });
  app = await openApp(config, 'owner', { dress: (services) => ({ ...services, log: log as typeof services.log }) });
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = await signedInAs(app, 'alpha', 'officer', ['privacy_officer']);
  approver = await signedInAs(app, 'alpha', 'approver', ['approver']);
  auditor = await signedInAs(app, 'alpha', 'auditor', ['auditor']);
  server = await buildServer({ services: app.services, events: { subscribe: () => () => {}, stop: async () => {} }, hosts: null, webFolder: '/nonexistent' });
});

afterAll(async () => {
  await server?.close();
  await app?.stop();
  await rm(home, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
async function call(method: string, url: string, payload?: unknown, who: SignedIn = officer): Promise<{ status: number; json: any; text: string }> {
  const raw = typeof payload === 'string' || payload instanceof Uint8Array;
  const headers = { ...who.headers, ...(raw && { 'content-type': 'application/json' }) };
  const answer = await server.inject({ method, url: `/api${url}`, headers, ...(payload !== undefined && { payload }) } as InjectOptions);
  expect(answer.statusCode, answer.body).toBeLessThan(500);
  return { status: answer.statusCode, json: answer.body === '' ? null : JSON.parse(answer.body), text: answer.body };
}

let count = 0;
/** A person nobody asked for yet. */
function somebody(): { email: string; phone: string } {
  count += 1;
  return { email: `Person${count}@Example.com`, phone: `+49 89 1234${String(count).padStart(4, '0')}` };
}

const request = (change: object = {}) => ({ caseId: '2026-0117', kinds: ['erasure'], identifiers: [{ type: 'email', value: somebody().email }], ...change });
const submit = async (change: object = {}) => {
  const { status, json } = await call('POST', '/requests', request(change));
  expect(status, JSON.stringify(json)).toBe(201);
  return json.items[0] as { id: string };
};
const told = (json: { errors: { code: string; field: string }[] }) => json.errors.map((one) => `${one.field} ${one.code}`);
const keyFiles = (): Promise<string[]> => readdir(path.join(app.dataFolder, 'case-keys')).catch(() => []);

describe('a request', () => {
  it('is stored without a word of the person in clear, and its key outside the database, for its owner alone', async () => {
    const { email, phone } = somebody();
    const note = 'Passport of Ada Lovelace seen.';
    const { json } = await call(
      'POST',
      '/requests',
      request({
        identifiers: [
          { type: 'email', value: email },
          { type: 'phone', value: phone },
        ],
        identityNote: note,
      }),
    );
    const [made] = json.items;
    expect(made).toMatchObject({
      kind: 'erasure',
      state: 'received',
      label: 'p…@e….com, +49…01',
      isOverdue: false,
      needsApproval: true,
      may: { stop: true, approve: false },
    });
    expect(made.daysLeft).toBeGreaterThanOrEqual(28);
    expect(JSON.stringify(json).toLowerCase()).not.toContain('person1@');
    const key = path.join(app.dataFolder, 'case-keys', `${officer.actor.tenantId}.${made.id}.key`);
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    expect((await stat(key)).size).toBe(32);
    // Everything the database holds, whatever the column.
    await withClient(await superuserOf(app.dataFolder), async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema IN ('public', 'pgboss') AND table_type = 'BASE TABLE'`,
      );
      for (const { name } of rows) {
        const schema = (await client.query(`SELECT table_schema AS s FROM information_schema.tables WHERE table_name = $1 LIMIT 1`, [name])).rows[0].s;
        const text = JSON.stringify((await client.query(`SELECT t::text FROM ${schema}.${name} t`)).rows).toLowerCase();
        for (const secret of ['person1@', '891234', 'lovelace', Buffer.from('person1@example.com').toString('hex')])
          expect(text.includes(secret), `${name} ${secret}`).toBe(false);
      }
    });
    expect((await call('GET', `/requests/${made.id}`)).json).toMatchObject({ identityNote: note, preview: [], findings: [], order: [{ id: made.id }] });
  });

  it('is told all that is wrong with it at once, without what was sent', async () => {
    const bad = {
      caseId: 'Ada Lovelace',
      kinds: ['forget', 'access', 'access'],
      receivedOn: '2999-01-01',
      identifiers: [
        { type: 'email', value: 'secret@' },
        { type: 'phone', value: '123' },
        { type: 'shoe', value: 'secret' },
        { type: 'customer_id', value: 'secret%' },
        { type: 'email', value: 'one@secret.com' },
        { type: 'email', value: 'ONE@secret.com' },
      ],
      corrections: [{ field: 'lastName', to: 'secret' }],
    };
    const { status, json, text } = await call('POST', '/requests', bad);
    expect(status).toBe(422);
    expect(told(json)).toEqual([
      'receivedOn gdpr.received_on',
      'caseId gdpr.case_id',
      'kinds[0] gdpr.kind',
      'kinds[2] gdpr.kind',
      'identifiers[0] gdpr.email',
      'identifiers[1] gdpr.phone',
      'identifiers[2] gdpr.identifier_type',
      'identifiers[3] gdpr.too_broad',
      'identifiers[5] gdpr.identifier_twice',
      'corrections gdpr.correction',
    ]);
    for (const word of ['secret', 'Lovelace', '123"']) expect(text).not.toContain(word);
    expect(told((await call('POST', '/requests', request({ identifiers: [] }))).json)).toEqual(['identifiers gdpr.identifier_missing']);
  });

  it('shows before submitting what is looked for, and stores nothing', async () => {
    const files = (await keyFiles()).length;
    const identifiers = [
      { type: 'email', value: 'Ada+shop@Example.com' },
      { type: 'email', value: 'аda@example.com' },
      { type: 'phone', value: '0049 (89) 123-45 67' },
    ];
    const { json } = await call('POST', '/requests/check', request({ kinds: ['erasure', 'access'], receivedOn: '2026-01-31', identifiers }));
    expect(json).toMatchObject({
      identifiers: [
        { normal: 'ada+shop@example.com', notes: ['plus_tag', 'rewritten'] },
        { normal: 'аda@example.com', notes: ['unusual_letters'] },
        { normal: '+49891234567', notes: ['rewritten'] },
      ],
      kinds: ['access', 'erasure'],
      deadlineOn: '2026-02-28',
      isOverdue: true,
      duplicates: [],
    });
    expect((await keyFiles()).length).toBe(files);
  });

  it('asked for twice is refused with the one that is open, unless it is meant', async () => {
    const { email } = somebody();
    const one = await submit({ identifiers: [{ type: 'email', value: email }] });
    const files = (await keyFiles()).length;
    const again = request({ identifiers: [{ type: 'email', value: ` ${email.toUpperCase()}` }] });
    expect(await call('POST', '/requests', again)).toMatchObject({ status: 409, json: { code: 'gdpr.duplicate', value: one.id } });
    expect((await keyFiles()).length).toBe(files);
    expect((await call('POST', '/requests/check', again)).json.duplicates).toEqual([{ kind: 'erasure', id: one.id, caseId: '2026-0117' }]);
    expect((await call('POST', '/requests', { ...again, confirmDuplicate: true })).json.items[0]).toMatchObject({ duplicateOf: one.id });
    // Another kind is no duplicate, and one that was stopped is none either.
    expect((await call('POST', '/requests', { ...again, kinds: ['access'] })).status).toBe(201);
    const alone = somebody().email;
    const stopped = await submit({ identifiers: [{ type: 'email', value: alone }] });
    expect((await call('POST', `/requests/${stopped.id}/stop`, { reason: 'Mistyped.' })).json.state).toBe('stopped');
    expect((await call('POST', '/requests', request({ identifiers: [{ type: 'email', value: alone }] }))).status).toBe(201);
  });

  it('of the same person twice at the same moment is made once', async () => {
    const body = request();
    const answers = await Promise.all([1, 2, 3, 4].map(() => call('POST', '/requests', body)));
    expect(answers.map((one) => one.status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('to see and to erase together is answered in that order, also when access is asked for later', async () => {
    const { email } = somebody();
    const { json } = await call('POST', '/requests', request({ kinds: ['erasure', 'access'], identifiers: [{ type: 'email', value: email }] }));
    const [access, erasure] = json.items;
    expect([access.kind, erasure.kind, erasure.waitsFor]).toEqual(['access', 'erasure', access.id]);
    expect((await call('GET', `/requests/${erasure.id}`)).json.order.map((one: { kind: string }) => one.kind)).toEqual(['access', 'erasure']);
    const later = somebody().email;
    const first = await submit({ identifiers: [{ type: 'email', value: later }] });
    const second = await submit({ kinds: ['access'], identifiers: [{ type: 'email', value: later }] });
    expect((await call('GET', `/requests/${first.id}`)).json.waitsFor).toBe(second.id);
  });
});

describe('a file of many', () => {
  const file = (consumers: unknown[], head: object = {}) => ({ caseId: 'F-1', kinds: ['erasure'], consumers, ...head });

  it('makes a request for each person and kind', async () => {
    const [one, two] = [somebody(), somebody()];
    const { status, json } = await call(
      'POST',
      '/requests/file',
      JSON.stringify(
        file([
          { email: one.email, phone: [one.phone] },
          { caseId: 'F-2', kinds: ['access', 'erasure'], email: [two.email] },
        ]),
      ),
    );
    expect([status, json.made]).toEqual([201, 3]);
    const { items } = (await call('GET', '/requests?text=f-')).json;
    expect(items.map((item: { caseId: string; kind: string }) => `${item.caseId} ${item.kind}`).sort()).toEqual(['F-1 erasure', 'F-2 access', 'F-2 erasure']);
  });

  it.each([
    ['no JSON', 'name;email\nAda;x', 1, 1],
    ['a document on each line', '{"caseId":"1"}\n{"caseId":"2"}', 2, 1],
    ['JSON that ends early', '{\n  "caseId": "1",\n  "consumers": [', 3, 17],
    ['a byte order mark', '\ufeff{}', 1, 1],
    ['nothing', '', 1, 1],
  ])('that is %s is refused with line and column', async (_what, text, line, column) => {
    expect(await call('POST', '/requests/file', text)).toMatchObject({ status: 400, json: { code: 'gdpr.file_format', value: { line, column } } });
  });

  it('in UTF-16 is refused with the place', async () => {
    expect(await call('POST', '/requests/file', Buffer.from('\ufeff{}', 'utf16le'))).toMatchObject({
      status: 400,
      json: { code: 'gdpr.file_format', value: { line: 1, column: 1 } },
    });
  });

  it('that is wrong anywhere makes nothing, and is told everything at once', async () => {
    const before = (await call('GET', '/requests')).json.total.count;
    const files = (await keyFiles()).length;
    const bad = file([{ email: somebody().email }, {}, { shoe: '42', email: ['x'] }, { phone: ['12', 5] }, 'Ada'], { kind: 'erasure' });
    const { status, json } = await call('POST', '/requests/file', JSON.stringify(bad));
    expect(status).toBe(422);
    expect(told(json)).toEqual([
      'kind property.unknown',
      'consumers[1].identifiers gdpr.identifier_missing',
      'consumers[2].shoe gdpr.identifier_type',
      'consumers[2].email[0] gdpr.too_broad',
      'consumers[3].phone[1] field.type',
      'consumers[4] field.type',
    ]);
    const { email } = somebody();
    const twice = await call('POST', '/requests/file', JSON.stringify(file([{ email }, { email: somebody().email }, { email: email.toLowerCase() }])));
    expect(twice).toMatchObject({ status: 409, json: { code: 'gdpr.duplicate', errors: [{ field: 'consumers[2]', value: 'consumers[0]' }] } });
    expect((await call('GET', '/requests')).json.total.count).toBe(before);
    expect((await keyFiles()).length).toBe(files);
  });

  it('has one to 10,000 people', async () => {
    expect(told((await call('POST', '/requests/file', JSON.stringify(file([])))).json)).toEqual(['consumers gdpr.count']);
    const many = Array.from({ length: 10_001 }, (_, index) => ({ customer_id: `M-${index}` }));
    expect(told((await call('POST', '/requests/file', JSON.stringify(file(many)))).json)).toEqual(['consumers gdpr.count']);
    const some = await call('POST', '/requests/file', JSON.stringify(file(many.slice(0, 1_000), { caseId: 'MANY' })));
    expect(some).toMatchObject({ status: 201, json: { made: 1_000 } });
  });
});

describe('the list', () => {
  it('is filtered to what is overdue, by kind, state and case id, sorted and paged', async () => {
    for (const [index, receivedOn] of ['2026-01-31', '2026-02-28', '2019-05-01'].entries())
      await submit({ caseId: `L-${index}`, kinds: ['access'], receivedOn });
    const fresh = await submit({ caseId: 'L-3' });
    const list = async (query: string) => (await call('GET', `/requests?text=L-&${query}`)).json.items.map((one: { caseId: string }) => one.caseId);
    expect(await list('sort=deadline')).toEqual(['L-2', 'L-0', 'L-1', 'L-3']);
    expect(await list('overdue=true&sort=-deadline')).toEqual(['L-1', 'L-0', 'L-2']);
    expect(await list('overdue=false')).toEqual(['L-3']);
    expect(await list('kind=access&sort=caseId')).toEqual(['L-0', 'L-1', 'L-2']);
    await call('POST', `/requests/${fresh.id}/refuse`, { ground: 'excessive', reason: 'The tenth this week.' });
    expect(await list('state=ended')).toEqual(['L-3']);
    expect(await list('state=open,refused&sort=caseId')).toEqual(['L-0', 'L-1', 'L-2', 'L-3']);
    const first = (await call('GET', '/requests?text=L-&limit=3&sort=caseId')).json;
    expect(first.total).toEqual({ count: 4, exact: true });
    expect((await call('GET', `/requests?text=L-&limit=3&cursor=${first.next}`)).json.items.map((one: { caseId: string }) => one.caseId)).toEqual(['L-3']);
    for (const query of ['overdue=yes', 'kind=shoe', 'sort=label', 'cursor=x']) expect((await call('GET', `/requests?${query}`)).status, query).toBe(422);
  });

  it.each([
    '/requests?text=ada@example.com',
    '/requests?text=ada%40example.com',
    '/requests?text=%2B49891234567',
    '/requests?text=0049891234567',
    '/requests?text=089%201234567',
    '/requests?email=ada@example.com',
    '/requests/ada@example.com',
    '/requests/+49891234567',
    '/holds?x=ada@example.com',
  ])('refuses %s, and logs nothing of it', async (url) => {
    logged.length = 0;
    const { status, text } = await call('GET', url);
    expect(status).toBe(400);
    expect(text).toContain('gdpr.identifier_in_url');
    expect(logged.length).toBeGreaterThan(0);
    // Whole words: three letters of hexadecimal stand in many an id.
    for (const word of ['ada@', 'ada%40', '1234567', 'example']) expect(`${text}${logged.join()}`).not.toContain(word);
  });

  it('takes numbers of cases and dates for what they are', async () => {
    for (const text of ['20260117', '2026-01-17/4', '4711', '2026.117.0001234'])
      expect((await call('GET', `/requests?text=${encodeURIComponent(text)}`)).status, text).toBe(200);
  });
});

describe('deciding', () => {
  it('extends the deadline once, in the first month, with a reason', async () => {
    const { id } = await submit();
    const bad = await call('POST', `/requests/${id}/extend`, { reason: ' ', months: 3 });
    expect(told(bad.json)).toEqual(['reason gdpr.extension', 'months gdpr.extension']);
    const before = (await call('GET', `/requests/${id}`)).json;
    const { status, json } = await call('POST', `/requests/${id}/extend`, { reason: 'Three sources, one being moved.' });
    expect([status, json.isExtended, json.extensionReason]).toEqual([200, true, 'Three sources, one being moved.']);
    expect(json.daysLeft - before.daysLeft).toBeGreaterThanOrEqual(58);
    expect(json.version).toBe(before.version + 1);
    expect(told((await call('POST', `/requests/${id}/extend`, { reason: 'Once more.' })).json)).toEqual(['id gdpr.extension']);
    const late = await submit({ receivedOn: '2026-01-15' });
    expect(told((await call('POST', `/requests/${late.id}/extend`, { reason: 'Too late.' })).json)).toEqual(['id gdpr.extension']);
  });

  it('refuses with a ground and stops with a reason, and destroys the key at once', async () => {
    const { id } = await submit();
    expect(told((await call('POST', `/requests/${id}/refuse`, { ground: 'no', reason: '' })).json)).toEqual(['ground gdpr.ground', 'reason gdpr.note']);
    const name = `${officer.actor.tenantId}.${id}.key`;
    expect(await keyFiles()).toContain(name);
    const { json } = await call('POST', `/requests/${id}/refuse`, { ground: 'legal_claims', reason: 'A lawsuit is going on.' }, approver);
    expect(json).toMatchObject({ state: 'refused', ground: 'legal_claims', endReason: 'A lawsuit is going on.', may: { stop: false, extend: false } });
    expect(await keyFiles()).not.toContain(name);
    for (const [verb, body] of [
      ['stop', { reason: 'x' }],
      ['refuse', { ground: 'excessive', reason: 'x' }],
      ['extend', { reason: 'x' }],
      ['begin', undefined],
    ] as const)
      expect(await call('POST', `/requests/${id}/${verb}`, body), verb).toMatchObject({
        status: 409,
        json: { code: 'gdpr.state' },
      });
  });

  it('destroys, when a while has passed, keys that nothing needs: of what was never stored, and of what ended without it', async () => {
    const { id } = await submit();
    const ended = await submit();
    const lost = randomUUID();
    const { tenantId } = officer.actor;
    const nameOf = (one: string) => `${tenantId}.${one}.key`;
    await call('POST', `/requests/${ended.id}/stop`, { reason: 'x' });
    await app.services.caseKeys.make([lost, ended.id].map((requestId) => ({ tenantId, requestId })));
    expect(await sweepCaseKeys(app.services)).toBe(0);
    const folder = path.join(app.dataFolder, 'case-keys');
    const before = new Date(Date.now() - 2 * 3_600_000);
    for (const one of [id, ended.id, lost]) await utimes(path.join(folder, nameOf(one)), before, before);
    expect(await sweepCaseKeys(app.services)).toBe(2);
    const files = await keyFiles();
    expect([id, ended.id, lost].map((one) => files.includes(nameOf(one)))).toEqual([true, false, false]);
  });

  it('lets the auditor read everything and do nothing', async () => {
    const { id } = await submit();
    expect((await call('GET', `/requests/${id}`, undefined, auditor)).json.may).toEqual(expect.not.objectContaining({ stop: true }));
    for (const [url, body] of [
      ['/requests', request()],
      [`/requests/${id}/stop`, { reason: 'x' }],
      [`/requests/${id}/approve`, undefined],
      ['/holds', { identifiers: [], reason: 'x' }],
    ] as const)
      expect(await call('POST', url, body, auditor), url).toMatchObject({ status: 403 });
    expect((await call('POST', '/requests', request(), approver)).status).toBe(403);
  });

  it('begins only when it is noted how the identity was proved', async () => {
    const { id } = await submit();
    expect(await call('POST', `/requests/${id}/begin`)).toMatchObject({ status: 409, json: { code: 'gdpr.identity' } });
    expect((await call('POST', `/requests/${id}/ask-identity`)).json.state).toBe('identity_check');
    expect((await call('PUT', `/requests/${id}/identity`, { note: 'Called back.', begin: false })).json).toMatchObject({
      state: 'identity_check',
      identityNote: 'Called back.',
    });
    expect((await call('POST', `/requests/${id}/begin`)).json).toMatchObject({ state: 'discovery', steps: { phase: 'person', total: 1 } });
    expect(await call('POST', `/requests/${id}/begin`)).toMatchObject({ status: 409, json: { code: 'gdpr.state' } });
    expect((await call('PUT', `/requests/${id}/identity`, { note: 'Called back, and by letter.' })).json).toMatchObject({ state: 'discovery' });
    const history = (await call('GET', `/requests/${id}/history`, undefined, auditor)).json.items as { action: string; user: string }[];
    expect(history.map(({ action, user }) => `${action} ${user}`)).toEqual([
      'request.identity_noted officer',
      'request.discovery_begun officer',
      'request.identity_noted officer',
      'request.identity_asked officer',
      'request.submitted officer',
    ]);
  });

  it('agrees to what lay open, and to nothing newer', async () => {
    const { id } = await submit({ identityNote: 'Passport seen.' });
    const udm = await superuserOf(app.dataFolder);
    const found = () =>
      withClient(udm, (client) => client.query(`UPDATE data_request SET state = 'approval', people = 1, version = version + 1 WHERE id = $1`, [id]));
    await found();
    const { version } = (await call('GET', `/requests/${id}`, undefined, approver)).json;
    const approve = (headers: Record<string, string>) =>
      call('POST', `/requests/${id}/approve`, undefined, { ...approver, headers: { ...approver.headers, ...headers } });
    expect(await approve({})).toMatchObject({ status: 428, json: { code: 'version.required' } });
    // Discovery began anew meanwhile, and found something else.
    await found();
    expect(await approve({ 'if-match': `"${version}"` })).toMatchObject({
      status: 412,
      json: { code: 'version.mismatch', value: version, range: version + 1 },
    });
    expect(await approve({ 'if-match': `"${version + 1}"` })).toMatchObject({ status: 200, json: { state: 'waiting' } });
  });

  it('tells the deadline of a day of receipt before anything is written', async () => {
    const old = await call('GET', '/requests/deadline?receivedOn=2024-01-31');
    expect(old).toMatchObject({ status: 200, json: { receivedOn: '2024-01-31', deadlineOn: '2024-02-29', isOverdue: true } });
    expect(old.json.daysLeft).toBeLessThan(0);
    const { json: today } = await call('GET', '/requests/deadline');
    expect(today.isOverdue).toBe(false);
    expect([28, 29, 30, 31]).toContain(today.daysLeft);
    for (const day of ['2024-02-30', '2018-05-24', '2999-01-01', 'soon'])
      expect(told((await call('GET', `/requests/deadline?receivedOn=${day}`)).json), day).toEqual(['receivedOn gdpr.received_on']);
  });

  it('is done at the command line as well, where nobody is named but in a file', async () => {
    const cli = cliSession(() => app.dataFolder);
    const as = (user: string) => ['--tenant', 'alpha', '--user', user];
    const [file, identifiers] = [path.join(home, 'requests.json'), path.join(home, 'person.json')];
    const { email } = somebody();
    await writeFile(file, JSON.stringify({ caseId: 'CLI-1', kinds: ['erasure'], consumers: [{ email }] }));
    await writeFile(identifiers, JSON.stringify({ email: [email], phone: 'no number' }));
    const { ids } = await cli.document('request', 'submit', file, ...as('officer'));
    expect((await cli.document('request', 'list', '--text', 'CLI-', '--state', 'open', ...as('auditor'))).items).toMatchObject([
      { id: ids[0], state: 'received' },
    ]);
    const shown = await cli.command('request', 'show', ids[0], ...as('auditor'));
    expect(shown.stdout).toContain('CLI-1: erasure for p…@e….com, received');
    expect(await cli.refusal('request', 'submit', file, ...as('officer'))).toMatchObject({ code: 5, error: { code: 'gdpr.duplicate', value: ids[0] } });
    expect(await cli.refusal('request', 'list', '--text', email, ...as('officer'))).toMatchObject({ code: 2, error: { code: 'usage.identifier' } });
    expect((await cli.refusal('hold', 'place', identifiers, '--reason', 'x', ...as('officer'))).error.problems).toMatchObject([
      { code: 'gdpr.phone', field: 'identifiers[1]' },
    ]);
    await writeFile(identifiers, JSON.stringify({ email: [email] }));
    const hold = await cli.document('hold', 'place', identifiers, '--reason', 'Lawsuit.', ...as('officer'));
    expect((await cli.document('hold', 'list', ...as('auditor'))).items).toMatchObject([{ id: hold.id, reason: 'Lawsuit.' }]);
    expect((await cli.document('hold', 'release', hold.id, '--reason', 'Settled.', ...as('officer'))).resumed).toEqual([]);
    expect(await cli.document('request', 'extend', ids[0], '--reason', 'Many sources.', ...as('officer'))).toMatchObject({ isExtended: true });
    expect(await cli.refusal('request', 'approve', ids[0], ...as('approver'))).toMatchObject({ code: 5, error: { code: 'gdpr.state' } });
    expect(await cli.document('request', 'refuse', ids[0], '--ground', 'excessive', '--reason', 'Again.', ...as('approver'))).toMatchObject({
      state: 'refused',
    });
    expect(await cli.refusal('request', 'stop', ids[0], '--reason', 'x', ...as('auditor'))).toMatchObject({ error: { code: 'permission.denied' } });
  });

  it('writes every act to the audit log, with ids and codes alone', async () => {
    await withClient(await superuserOf(app.dataFolder), async (client) => {
      const { rows } = await client.query(
        `SELECT action, count(*)::int AS n, jsonb_agg(detail)::text AS details FROM audit_log WHERE object_kind = 'request' GROUP BY 1`,
      );
      const acts = Object.fromEntries(rows.map((row) => [row.action, row.n]));
      expect(Object.keys(acts).sort()).toEqual(
        ['asked', 'noted']
          .map((what) => `request.identity_${what}`)
          .concat('request.approved', 'request.discovery_begun', 'request.extended', 'request.refused', 'request.stopped', 'request.submitted')
          .sort(),
      );
      const { n } = (await client.query('SELECT count(*)::int AS n FROM data_request')).rows[0];
      expect(acts['request.submitted']).toBe(n);
      expect(JSON.stringify(rows)).not.toMatch(/example|lawsuit|Called|@/i);
    });
  });
});
