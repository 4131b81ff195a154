import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CodedError } from '../../src/errors.ts';
import { deleteSource } from '../../src/operations/change-source.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { inTenant } from '../../src/records/database.ts';
import { lockSource } from '../../src/records/sources.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { run } from '../contracts/prepare-postgres.ts';
import { type CliSession, cliSession } from '../support/cli-session.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';

/** Sources as their administrator keeps them, by API and by command line. */

const PASSWORD = 'hush-7f3a';
const DRAFT = { name: 'Centre', catalog: 'ucsx', host: 'db.example.com', database: 'centre', user: 'reader', password: PASSWORD };
const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
let door: Door;
let cli: CliSession;
const recipients = new Recipients();
const folder = recipients.folder;

beforeAll(async () => {
  door = await openDoor();
  cli = cliSession(() => door.app.dataFolder);
});

afterAll(async () => {
  recipients.remove();
  await door?.close();
});

let count = 0;
async function made(changes: object = {}): Promise<Record<string, unknown> & { id: string; version: number }> {
  count += 1;
  const answer = await door.call('POST', '/api/sources', { ...DRAFT, name: `Centre ${count}`, ...changes });
  expect(answer.status, answer.text).toBe(201);
  return answer.json as never;
}

async function stored(id: string) {
  return inTenant(door.app.services.database, door.actor.tenantId, (tx) => tx.selectFrom('source').where('id', '=', id).selectAll().executeTakeFirstOrThrow());
}

async function acts(id: string): Promise<string[]> {
  const rows = await inTenant(door.app.services.database, door.actor.tenantId, (tx) =>
    tx.selectFrom('audit_log').where('object_id', '=', id).select(['action', 'detail']).orderBy('seq').execute(),
  );
  return rows.map((row) => `${row.action} ${JSON.stringify(row.detail)}`);
}

const codes = (answer: { json: unknown }): string[] =>
  ((answer.json as { errors?: { code: string; field: string }[] }).errors ?? []).map((one) => `${one.field} ${one.code}`);

function change({ id, version }: { id: string; version: number }, body: object) {
  return door.call('PUT', `/api/sources/${id}`, body, { 'if-match': `"${version}"` });
}

describe('a source', () => {
  it('is made, listed and shown with all its settings but the password, which nothing gives back', async () => {
    const source = await made({ settleSeconds: 60 });
    const expected = {
      catalog: 'ucsx',
      host: 'db.example.com',
      port: 5432,
      database: 'centre',
      user: 'reader',
      tls: 'verified',
      settleSeconds: 60,
      jobs: 0,
      lastRun: null,
    };
    expect(source).toMatchObject({ ...expected, version: 1, warnings: [], may: { change: true, delete: true }, usedBy: [] });
    const shown = await door.call('GET', `/api/sources/${source.id}`);
    expect(shown.headers['etag']).toBe('"1"');
    const list = await door.call('GET', '/api/sources');
    expect(list.json.items).toContainEqual(expect.objectContaining({ id: source.id, ...expected }));
    expect(JSON.stringify(await stored(source.id)) + shown.text + list.text + (await acts(source.id)).join()).not.toContain(PASSWORD);
  });

  it('has TLS off by itself only on this machine, and says what is not safe', async () => {
    expect(await made({ host: 'localhost' })).toMatchObject({ tls: 'off', warnings: [] });
    expect(await made({ host: '127.0.0.1' })).toMatchObject({ tls: 'off', warnings: [] });
    expect(await made({ host: '10.0.0.8', tls: 'off' })).toMatchObject({ warnings: ['tls_off'] });
    expect(await made({ host: '10.0.0.8', tls: 'required' })).toMatchObject({ warnings: ['certificate_not_checked'] });
  });

  it('is refused with every problem at once, and no value of the password', async () => {
    const bad = {
      ...{ name: ' ', connector: 'oracle', catalog: 'hr', host: 'http://x/', port: 0, database: '', user: 'x'.repeat(64), password: `${PASSWORD}\n` },
      ...{ tls: 'maybe', caCertificate: 'nothing', settleSeconds: -1, extra: 1, version: 3 },
    };
    const answer = await door.call('POST', '/api/sources', bad);
    expect(answer.status).toBe(422);
    expect(codes(answer)).toEqual([
      'name source.name_required',
      'connector source.connector_unknown',
      'catalog source.catalog_unknown',
      'host source.host_invalid',
      'port source.port_range',
      'tls source.tls_invalid',
      'caCertificate source.ca_unreadable',
      'database field.required',
      'user source.user_invalid',
      'password source.password_invalid',
      'settleSeconds source.settle_range',
      'extra property.unknown',
      'version property.read_only',
    ]);
    expect(answer.text).not.toContain(PASSWORD);
    expect(codes(await door.call('POST', '/api/sources', {}))).toContain('password source.password_required');
    expect(codes(await door.call('POST', '/api/sources', { ...DRAFT, name: 'x\u202ey' }))).toEqual(['name source.name_control_characters']);
    expect(codes(await door.call('POST', '/api/sources', { ...DRAFT, name: 'x'.repeat(101) }))).toEqual(['name source.name_too_long']);
    expect((await door.call('POST', '/api/sources', '[]')).status).toBe(422);
  });

  it('has a name of its own, capitals aside; a deleted one frees its name', async () => {
    const source = await made({ name: 'Ürgüp' });
    expect(codes(await door.call('POST', '/api/sources', { ...DRAFT, name: ' ürgüp ' }))).toEqual(['name source.name_taken']);
    expect((await door.call('DELETE', `/api/sources/${source.id}`)).status).toBe(204);
    await made({ name: 'ÜRGÜP' });
    // The database takes these for one, where JavaScript does not.
    await made({ name: 'İzmir ΣΑΣ' });
    for (const name of ['izmir σασ', 'IZMİR ΣΑΣ'])
      expect(codes(await door.call('POST', '/api/sources', { ...DRAFT, name }))).toEqual(['name source.name_taken']);
  });

  it('trusts CA certificates that are given, kept as PEM alone; never a private key', async () => {
    const [key, certificate] = ['key.pem', 'ca.pem'].map((name) => path.join(folder, name)) as [string, string];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Our CA', '-keyout', key, '-out', certificate], { stdio: 'pipe' });
    const pem = readFileSync(certificate, 'utf8');
    const source = await made({ caCertificate: `a note\n${pem}\nanother` });
    expect(source['caCertificate']).toBe(pem);
    expect(source['ca']).toEqual([{ subject: 'CN=Our CA', validUntil: expect.stringMatching(/^2\d{3}-/) }]);
    const keyText = readFileSync(key, 'utf8');
    const refused = await door.call('POST', '/api/sources', { ...DRAFT, name: 'Keyed', caCertificate: pem + keyText });
    expect(codes(refused)).toEqual(['caCertificate source.ca_private_key']);
    expect(refused.text).not.toContain(keyText.slice(40, 80));
  });
});

describe('a change', () => {
  it('needs the version that was read, and records the fields that changed, never their values', async () => {
    const source = await made();
    const draft = { ...DRAFT, name: 'Renamed', password: undefined };
    expect((await door.call('PUT', `/api/sources/${source.id}`, draft)).json.code).toBe('version.required');
    expect((await change({ ...source, version: 7 }, draft)).json.code).toBe('version.mismatch');
    const before = await stored(source.id);
    const changed = await change(source, { ...draft, user: 'other', settleSeconds: 10 });
    expect(changed.json).toMatchObject({ name: 'Renamed', user: 'other', settleSeconds: 10, version: 2 });
    expect((await stored(source.id)).sealed_secret).toEqual(before.sealed_secret);
    await change({ ...source, version: 2 }, { ...draft, user: 'other', settleSeconds: 10, password: 'fresh-91' });
    expect((await stored(source.id)).sealed_secret).not.toEqual(before.sealed_secret);
    expect(await acts(source.id)).toEqual([
      'source.added {"catalog":"ucsx"}',
      'source.changed {"fields":"name user settleSeconds","version":2}',
      'source.changed {"fields":"password","version":3}',
    ]);
  });

  it('sends the stored password to no other place: host, port and TLS ask for it again', async () => {
    const source = await made();
    const same = { ...DRAFT, name: source['name'], password: undefined };
    for (const other of [{ host: 'evil.example' }, { port: 5433 }, { tls: 'required' }, { tls: 'off' }])
      expect(codes(await change(source, { ...same, ...other }))).toEqual(['password source.password_again']);
    expect((await change(source, { ...same, host: 'new.example', password: 'again' })).status).toBe(200);
  });

  it('that changes nothing is no version and no act', async () => {
    const source = await made();
    expect((await change(source, { ...DRAFT, name: source['name'], password: undefined })).json.version).toBe(1);
    expect(await acts(source.id)).toHaveLength(1);
  });

  it('leaves the catalog of a source with jobs as it is, and a job keeps it from being deleted', async () => {
    const source = await made();
    const other = await change(source, { ...DRAFT, name: source['name'], password: undefined, catalog: 'iwd' });
    expect(other.json.catalog).toBe('iwd');
    await change({ ...source, version: 2 }, { ...DRAFT, name: source['name'], password: undefined });
    const daily = { run: { kind: 'daily', time: '03:00' }, range: { kind: 'since_previous' } };
    const draft = { ...(await draftIn(door.app, door.actor, recipients.make().certificate)), ...daily, source: source['name'] };
    const job = await door.call('POST', '/api/jobs', draft);
    expect(job.status, job.text).toBe(201);
    expect(codes(await change({ ...source, version: 3 }, { ...DRAFT, name: source['name'], password: undefined, catalog: 'iwd' }))).toEqual([
      'catalog source.catalog_fixed',
    ]);
    const shown = await door.call('GET', `/api/sources/${source.id}`);
    expect(shown.json).toMatchObject({ jobs: 1, usedBy: [{ id: job.json.id, title: job.json.title }], may: { change: true, delete: false } });
    const refused = await door.call('DELETE', `/api/sources/${source.id}`);
    expect([refused.status, refused.json.code, refused.json.value]).toEqual([409, 'source.in_use', [{ id: job.json.id, title: job.json.title }]]);
    await door.call('DELETE', `/api/jobs/${job.json.id}`);
    expect((await door.call('DELETE', `/api/sources/${source.id}`)).status).toBe(204);
    // Settings and password are gone, and so is the source: for every door it is as unknown as any other.
    expect(await stored(source.id)).toMatchObject({ settings: {}, sealed_secret: Buffer.alloc(0) });
    expect((await door.call('GET', `/api/sources/${source.id}`)).json.code).toBe('not_found');
    expect(codes(await door.call('POST', '/api/jobs', draft))).toEqual(['source source.unknown']);
    expect((await acts(source.id)).at(-1)).toBe('source.deleted {}');
  });

  it('of what is not there answers as of what is of others', async () => {
    for (const id of [UNKNOWN, 'x'])
      for (const [method, body] of [
        ['GET', undefined],
        ['PUT', DRAFT],
        ['DELETE', undefined],
      ] as const)
        expect((await door.call(method, `/api/sources/${id}`, body)).json.code).toBe('not_found');
  });
});

describe('a source that is deleted while a job of it is made', () => {
  const daily = { run: { kind: 'daily', time: '03:00' }, range: { kind: 'all' } };
  let draft: Record<string, unknown>;

  beforeAll(async () => {
    draft = { ...(await draftIn(door.app, door.actor, recipients.make().certificate)), ...daily };
  });

  /** Both begin while a third holds the source, in this order, and go on when it lets go. */
  async function meet(order: readonly ('create' | 'delete')[]): Promise<{ source: string; outcome: Record<string, string> }> {
    const { id, name } = await made();
    const { services } = door.app;
    const { tenantId } = door.actor;
    const outcome: Record<string, string> = {};
    const begin = {
      create: () => createJob(services, door.actor, { ...draft, source: name }, null),
      delete: () => deleteSource(services, door.actor, id),
    };
    const done: Promise<unknown>[] = [];
    await inTenant(services.database, tenantId, async (tx) => {
      await lockSource(tx, tenantId, id);
      for (const [index, what] of order.entries()) {
        done.push(
          begin[what]().then(
            () => Object.assign(outcome, { [what]: 'done' }),
            (error: CodedError) => Object.assign(outcome, { [what]: error.code }),
          ),
        );
        await vi.waitFor(async () => expect(await waiting()).toBe(index + 1), { interval: 10, timeout: 10_000 });
      }
    });
    await Promise.all(done);
    return { source: id, outcome };
  }

  const waiting = async () => {
    const sql = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%from "source"%for %'`;
    return withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(sql)).rows[0].count as number);
  };
  const jobsOf = (id: string) =>
    inTenant(door.app.services.database, door.actor.tenantId, (tx) => tx.selectFrom('export_job').where('source_id', '=', id).select('id').execute());

  it('stays when the job came first, and is unknown to the job when it did not', async () => {
    const first = await meet(['create', 'delete']);
    expect(first.outcome).toEqual({ create: 'done', delete: 'source.in_use' });
    expect([(await stored(first.source)).deleted_at, await jobsOf(first.source)]).toEqual([null, [expect.anything()]]);
    const last = await meet(['delete', 'create']);
    expect(last.outcome).toEqual({ delete: 'done', create: 'source.unknown' });
    expect([(await stored(last.source)).deleted_at, await jobsOf(last.source)]).toEqual([expect.any(Date), []]);
  });

  it('never leaves a job without its source, whoever of many is first', async () => {
    const ended = { kept: 0, deleted: 0 };
    for (let round = 0; round < 12; round += 1) {
      const { id, name } = await made();
      const create = () => createJob(door.app.services, door.actor, { ...draft, source: name }, null);
      const remove = () => deleteSource(door.app.services, door.actor, id);
      const acts = round % 2 === 0 ? [create, remove, create, remove] : [remove, create, create];
      const outcomes = await Promise.allSettled(acts.map((act) => act()));
      for (const one of outcomes)
        if (one.status === 'rejected') expect(['source.in_use', 'source.unknown', 'request.invalid', 'not_found']).toContain(one.reason.code);
      const isDeleted = (await stored(id)).deleted_at !== null;
      if (isDeleted) expect(await jobsOf(id)).toEqual([]);
      else expect((await jobsOf(id)).length).toBeGreaterThan(0);
      ended[isDeleted ? 'deleted' : 'kept'] += 1;
    }
    expect(ended.kept + ended.deleted).toBe(12);
  });
});

interface Step {
  event: string;
  step: string;
  state: string;
  milliseconds?: number;
  facts?: Record<string, unknown>;
  problem?: { code: string; value?: unknown; errors?: { code: string }[] };
  ok?: boolean;
  sample?: { entityTypes: { rows: object[] }[] } | null;
}

/** The steps as they ended, and the end. */
async function tested(body: object): Promise<{ steps: Record<string, Step>; end: Step }> {
  const answer = await door.call('POST', '/api/sources/test', body);
  expect(answer.status, answer.text).toBe(200);
  const events = answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Step);
  return { steps: Object.fromEntries(events.filter((one) => one.step && one.state !== 'running').map((one) => [one.step, one])), end: events.at(-1) as Step };
}

describe('a test of a source', () => {
  let server: TestPostgres;
  let draft: Record<string, unknown>;
  const sql = (text: string) => run(server.connection, text);
  beforeAll(async () => {
    server = await startTestPostgres();
    const { host, port, database } = server.connection;
    await fillSample(server.connection, { contacts: 20, interactions: 60, days: 3, seed: 1, endsAt: new Date('2026-03-01T00:00:00Z') });
    await sql("CREATE ROLE reader LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA ucsx, iwd TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA ucsx, iwd TO reader");
    draft = { ...DRAFT, name: 'Tried', host, port, database, user: 'reader', password: 'reads' };
  });
  afterAll(() => server?.stop());

  it('of settings that are not stored goes all the way, says how long each step took, and shows ten masked rows', async () => {
    const { steps, end } = await tested({ draft });
    expect(Object.values(steps).map((one) => `${one.step} ${one.state}`)).toEqual(
      ['settings', 'resolve', 'connect', 'tls', 'sign_in', 'server', 'rights', 'tables', 'writer', 'sample'].map((step) => `${step} ok`),
    );
    for (const one of Object.values(steps)) expect(one.milliseconds).toBeGreaterThanOrEqual(0);
    expect(steps['connect']?.facts).toEqual({ address: '127.0.0.1', port: server.connection.port });
    expect(steps['server']?.facts).toMatchObject({ version: expect.stringMatching(/^15[.]/), isReplica: false, behindSeconds: expect.any(Number) });
    expect(steps['rights']?.facts).toEqual({ isSuperuser: false, writable: '' });
    expect(steps['tables']?.facts).toMatchObject({ tables: 4 });
    expect(end).toMatchObject({ ok: true, sample: { type: 'Interaction' } });
    expect(end.sample?.entityTypes[0]?.rows.length).toBeLessThanOrEqual(10);
  });

  it('of a stored one uses the stored password, also for a change that goes to the same place, and to no other', async () => {
    const made = (await door.call('POST', '/api/sources', draft)).json as { id: string };
    expect((await tested({ source: made.id })).end.ok).toBe(true);
    expect((await tested({ source: made.id, draft: { ...draft, password: undefined, settleSeconds: 1 } })).end.ok).toBe(true);
    const moved = await tested({ source: made.id, draft: { ...draft, password: undefined, host: 'localhost' } });
    expect(moved.steps['settings']?.problem?.errors).toMatchObject([{ code: 'source.password_again' }]);
    expect(moved.steps['resolve']?.state).toBe('skipped');
    expect((await acts(made.id)).filter((act) => act.startsWith('source.tested'))).toEqual(['source.tested {"stored":true}', 'source.tested {"stored":false}']);
    expect((await door.call('POST', '/api/sources/test', { source: UNKNOWN })).json.code).toBe('not_found');
    expect((await door.call('POST', '/api/sources/test', { source: 'x' })).json.code).toBe('not_found');
  });

  it.each<[string, object, string, string]>([
    ['a metadata address', { host: '169.254.169.254', tls: 'off' }, 'resolve', 'source.host_refused'],
    ['the same inside IPv6', { host: '::ffff:169.254.169.254', tls: 'off' }, 'resolve', 'source.host_refused'],
    ['a name that nobody knows', { host: 'nowhere.invalid', tls: 'off' }, 'resolve', 'source.host_unknown'],
    ['a port where nobody listens', { port: 1 }, 'connect', 'source.unreachable'],
    ['a server without TLS', { tls: 'verified' }, 'tls', 'source.tls_not_offered'],
    ['a wrong password', { password: 'wrong' }, 'sign_in', 'source.authentication'],
  ])('names the step and the cause: %s', async (_, changes, step, code) => {
    const { steps, end } = await tested({ draft: { ...draft, name: 'Tried again', ...changes } });
    expect([steps[step]?.state, steps[step]?.problem?.code, end.ok]).toEqual(['failed', code, false]);
    expect(Object.values(steps).filter((one) => one.state === 'failed')).toHaveLength(1);
    expect(steps['sample']?.state).toBe('skipped');
  });

  it('names every table that may not be read and everything that is missing, and warns of too many rights', async () => {
    const other = { ...draft, name: 'Tried again' };
    await sql(
      'REVOKE SELECT ON ucsx.document, ucsx.contact FROM reader; ALTER TABLE ucsx.interaction RENAME COLUMN status TO state; DROP TABLE ucsx.contact_attribute',
    );
    const { steps } = await tested({ draft: other });
    expect(steps['rights']?.problem).toMatchObject({ code: 'source.permission', value: expect.stringMatching(/ucsx[.]document|ucsx[.]contact/) });
    expect(String(steps['rights']?.problem?.value).split(', ').sort()).toEqual(['ucsx.contact', 'ucsx.document']);
    expect(steps['tables']?.problem).toMatchObject({ code: 'source.missing_table', value: 'ucsx.contact_attribute, ucsx.interaction.status' });
    await sql('GRANT SELECT ON ALL TABLES IN SCHEMA ucsx TO reader; GRANT INSERT ON ucsx.contact TO reader');
    expect((await tested({ draft: other })).steps['rights']?.facts).toEqual({ isSuperuser: false, writable: 'ucsx.contact' });
    const { user, password } = server.connection;
    expect((await tested({ draft: { ...other, user, password } })).steps['rights']?.facts).toMatchObject({ isSuperuser: true });
  });

  it('ends in the source when its author leaves', async () => {
    const { port, headers } = await door.listen();
    await sql('ALTER TABLE iwd.work_item RENAME TO quick');
    await sql(
      "CREATE FUNCTION iwd.slow() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT pg_sleep(60) IS NULL'; CREATE VIEW iwd.work_item AS SELECT * FROM iwd.quick WHERE iwd.slow(); GRANT SELECT ON iwd.work_item TO reader; GRANT USAGE ON SCHEMA iwd TO reader",
    );
    const left = new AbortController();
    const body = JSON.stringify({ draft: { ...draft, name: 'Left', catalog: 'iwd' } });
    const asked = fetch(`http://127.0.0.1:${port}/api/sources/test`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal: left.signal,
    });
    const answer = asked.then((one) => one.text());
    answer.catch(() => undefined);
    const busy = async () => (await sql("SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND state = 'active'")).length;
    await expect.poll(busy, { timeout: 4_000, interval: 20 }).toBe(1);
    left.abort();
    await expect.poll(async () => (await sql("SELECT FROM pg_stat_activity WHERE application_name = 'udm'")).length, { timeout: 3_000 }).toBe(0);
  }, 20_000);
});

describe('at the command line', () => {
  let server: TestPostgres;
  let place: string[];
  beforeAll(async () => {
    server = await startTestPostgres();
    const { host, port, user, database } = server.connection;
    place = ['--catalog', 'ucsx', '--host', host, '--port', String(port), '--database', database, '--db-user', user];
  });
  afterAll(() => server?.stop());

  it('a source is added with a password from a file or standard input, checked, shown, changed and removed', async () => {
    const file = path.join(folder, 'password');
    writeFileSync(file, `${server.connection.password}\n`);
    chmodSync(file, 0o644);
    expect((await cli.command('source', 'add', 'Line', ...place, '--password-file', file)).stderr).toContain('config.file_readable');
    chmodSync(file, 0o600);
    // The tables are not there yet.
    expect((await cli.command('source', 'add', 'Line', ...place, '--password-file', file)).stderr).toContain('source.missing_table');
    expect((await cli.command('source', 'list')).stdout).not.toContain('Line');
    const added = await cli.command('source', 'add', 'Line', ...place, '--password-file', file, '--no-check', '--json');
    expect(JSON.parse(added.stdout)).toMatchObject({ name: 'Line', tls: 'off', settleSeconds: 300 });
    const tried = await cli.command('source', 'test', 'line', '--json');
    const { ok, steps } = JSON.parse(tried.stdout) as { ok: boolean; steps: { step: string; state: string; code?: string }[] };
    expect([ok, steps.map((one) => one.state)]).toEqual([false, ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'failed', 'ok', 'skipped']]);
    expect([tried.code, steps[7]?.code]).toEqual([6, 'source.missing_table']);
    const shown = await cli.command('source', 'show', 'line');
    expect(shown.stdout).toContain('Settle lag');
    expect(shown.stdout + added.stdout).not.toContain(server.connection.password);
    const moved = await cli.command('source', 'set', 'Line', '--port', '1');
    expect([moved.code, moved.stderr]).toEqual([2, expect.stringContaining('source.password_again')]);
    const set = await cli.command('source', 'set', 'Line', '--settle-lag', '5', '--rename', 'Lane', '--json');
    expect(JSON.parse(set.stdout)).toMatchObject({ name: 'Lane', settleSeconds: 5, version: 2 });
    await cli.answering('wrong\n', 'source', 'set', 'Lane', '--password-stdin');
    expect((await cli.refusal('source', 'sample', 'Lane', 'Interaction')).error.code).toBe('source.authentication');
    await cli.answering(`${server.connection.password}\n`, 'source', 'set', 'Lane', '--password-stdin');
    expect((await cli.refusal('source', 'sample', 'Lane', 'Interaction')).error.code).toBe('source.missing_table');
    expect((await cli.command('source', 'remove', 'Lane')).code).toBe(2);
    expect((await cli.command('source', 'remove', 'Lane', '--yes')).stdout).toContain('Deleted.');
    expect((await cli.command('source', 'show', 'Lane')).code).toBe(4);
  });
});
