import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type JobTestEvent, jobTestEventSchema } from '../../src/contract/job-test.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { checkProof } from '../../src/operations/check-proof.ts';
import { addSource } from '../../src/operations/sources.ts';
import { testJob } from '../../src/operations/test-job.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { cellsWith, superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { runCliHere } from '../support/cli.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { openSilentWay } from '../support/silent-way.ts';
import { type Recipient, Recipients } from '../support/recipients.ts';

/** The test step of the editor: each step green or red with its cause, and a file that real openssl opens. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const GOOD = { settings: 'ok', recipients: 'ok', source: 'ok', tables: 'ok', rows: 'ok', sample: 'ok', encrypt: 'ok' };
const files = new Recipients();
const home = mkdtempSync(path.join(tmpdir(), 'udm-proof-'));
let server: TestPostgres;
let door: Door;
let mine: Recipient;
let certificate: string;

beforeAll(async () => {
  [server, door] = await Promise.all([startTestPostgres(), openDoor()]);
  await source('UCSX', await sampleDatabase());
  mine = files.make();
  certificate = (await addCertificate(door.app.services, door.actor, { content: mine.certificate })).id;
}, 120_000);

afterAll(async () => {
  await door?.close();
  await server?.stop();
  files.remove();
  rmSync(home, { recursive: true, force: true });
});

async function sampleDatabase(): Promise<TestConnection> {
  const connection = await server.newDatabase();
  await fillSample(connection, { contacts: 20, interactions: 300, days: 10, seed: 1, endsAt: new Date() });
  return connection;
}

async function source(name: string, { host, port, user, password, database }: TestConnection): Promise<void> {
  await addSource(door.app.services, door.actor, { name, connector: 'postgres', catalog: 'ucsx', settings: { host, port, user, database }, secret: password });
}

const draft = (part: Record<string, unknown> = {}) => ({
  title: 'Interactions',
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: 'all',
  run: { kind: 'daily', time: '06:00' },
  range: { kind: 'last', count: 5, unit: 'day' },
  recipients: [certificate],
  ...part,
});

type End = Extract<JobTestEvent, { event: 'end' }>;
type Step = Extract<JobTestEvent, { event: 'step' }>;

async function tested(body: unknown): Promise<{ steps: Step[]; end: End; states: Record<string, string>; named: (step: string) => Step | undefined }> {
  const answer = await door.call('POST', '/api/jobs/test', body);
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-ndjson' } });
  const events = answer.text
    .split('\n')
    .slice(0, -1)
    .map((line) => jobTestEventSchema.parse(JSON.parse(line)));
  const steps = events.filter((one) => one.event === 'step');
  const outcomes = steps.filter((one) => one.state !== 'running');
  return {
    steps,
    end: events.at(-1) as End,
    states: Object.fromEntries(outcomes.map((one) => [one.step, one.state])),
    named: (step) => outcomes.find((one) => one.step === step),
  };
}

/** As the page says: openssl with one's own key, then unzip. */
function wordInside(end: End, key: string): string {
  const file = path.join(home, end.file?.name ?? 'none');
  writeFileSync(file, Buffer.from(end.file?.content ?? '', 'base64'));
  const zip = file.replace(/\.p7m$/, '');
  execFileSync('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', file, '-inkey', key, '-out', zip], { stdio: 'pipe' });
  execFileSync('unzip', ['-tq', zip], { stdio: 'pipe' });
  return (JSON.parse(execFileSync('unzip', ['-p', zip, 'Proof.jsonl'], { encoding: 'utf8' })) as { proofWord: string }).proofWord;
}

const proof = (end: End, word: string) => door.call('POST', '/api/jobs/test/proof', { proof: end.file?.proof, word });

describe('a test of settings that work', () => {
  it('goes through every step, one line as each begins and ends, and says what it found', async () => {
    const { steps, end, states, named } = await tested({ draft: draft() });
    expect(states).toEqual(GOOD);
    expect(steps.map((one) => `${one.step} ${one.state}`)).toEqual(Object.keys(GOOD).flatMap((step) => [`${step} running`, `${step} ok`]));
    expect(end).toMatchObject({ ok: true, file: { name: expect.stringMatching(/^udm-test-\d{8}T\d{9}Z\.zip\.p7m$/) } });
    expect(named('rows')?.facts).toMatchObject({ rows: expect.any(Number), isEarlier: true });
    expect(Number(named('rows')?.facts?.['rows'])).toBeGreaterThan(50);
    expect(Math.abs(Number(named('source')?.facts?.['behindSeconds']))).toBeLessThan(5);
    expect(named('tables')?.facts).toEqual({ entityTypes: 7 });
    expect(named('sample')?.facts).toMatchObject({ rows: 70 });
  });

  it('makes a file that openssl opens, and knows the word inside again, however it is typed', async () => {
    const { end } = await tested({ draft: draft() });
    const word = wordInside(end, mine.keyFile);
    expect(word).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    for (const typed of [word, word.toUpperCase(), ` ${word.replaceAll('-', ' ')} `]) expect((await proof(end, typed)).json).toEqual({ opened: true });
    for (const typed of ['', 'wrong', word.slice(1), `${word}a`]) expect((await proof(end, typed)).json).toEqual({ opened: false });
    const { rows } = await withClient(await superuserOf(door.app.dataFolder), (client) =>
      client.query("SELECT action, actor_id, object_kind, detail FROM audit_log WHERE action LIKE 'job.test%' ORDER BY id DESC LIMIT 4"),
    );
    expect(rows.map((one) => one.action)).toEqual(['job.test_opened', 'job.test_opened', 'job.test_opened', 'job.tested']);
    expect(rows[3]).toMatchObject({ actor_id: door.actor.userId, object_kind: 'source', detail: { type: 'Interaction', job: null } });
  });

  it('opens with udm decrypt as well, whose checks it passes', async () => {
    const { end } = await tested({ draft: draft() });
    wordInside(end, mine.keyFile);
    const out = path.join(home, 'out');
    const main = path.join(import.meta.dirname, '../../src/main.ts');
    execFileSync(process.execPath, [main, 'decrypt', path.join(home, end.file?.name ?? ''), '--key', mine.keyFile, '--out', out], { stdio: 'pipe' });
    expect(JSON.parse(readFileSync(path.join(out, 'Proof.jsonl'), 'utf8'))).toHaveProperty('proofWord');
    expect(JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'))).toMatchObject({ totals: { rows: 1 }, source: 'UCSX' });
  });

  it('is for its author, and for a day', async () => {
    const { end } = await tested({ draft: draft() });
    const sent = { proof: end.file?.proof ?? '', word: wordInside(end, mine.keyFile) };
    const { services } = door.app;
    expect(await checkProof(services, door.actor, sent)).toEqual({ opened: true });
    for (const other of [
      { ...door.actor, userId: UNKNOWN },
      { ...door.actor, tenantId: UNKNOWN },
    ])
      await expect(checkProof(services, other, sent)).rejects.toMatchObject({ code: 'test.proof_expired' });
    for (const wrong of ['', 'x', sent.proof.slice(4), `${sent.proof}AAAA`]) {
      await expect(checkProof(services, door.actor, { ...sent, proof: wrong })).rejects.toMatchObject({ code: 'test.proof_expired' });
    }
    await atClock("now() + interval '25 hours'", async () => {
      await expect(checkProof(services, door.actor, sent)).rejects.toMatchObject({ code: 'test.proof_expired' });
    });
  });

  it('stores nothing: no job, no run, no artifact, and the word nowhere', async () => {
    const before = await counts();
    const { end } = await tested({ draft: draft() });
    const word = wordInside(end, mine.keyFile);
    await proof(end, word);
    expect(await counts()).toEqual(before);
    expect(await cellsWith(await superuserOf(door.app.dataFolder), word)).toEqual([]);
    expect((await readdir(path.join(door.app.dataFolder, 'artifacts'), { recursive: true })).sort()).toEqual(['sealed', 'temporary']);
  });

  it('of a job that is edited may keep a start that has passed', async () => {
    const made = await door.call('POST', '/api/jobs', draft({ run: { kind: 'daily', time: '06:00' } }));
    const { id, run } = made.json;
    expect((await tested({ draft: draft({ run: { ...run } }), job: id })).states['settings']).toBe('ok');
    expect((await tested({ draft: draft({ run: { ...run, start: '2020-01-01T00:00:00Z' } }) })).states['settings']).toBe('failed');
  });
});

describe('a test of settings that do not work', () => {
  it.each([
    ['nothing', {}],
    ['null', 'null'],
    ['no title', { draft: { ...draft(), title: '' } }],
    ['a run that is none', { draft: { ...draft(), run: { kind: 'yearly' } } }],
    ['a foreign certificate', { draft: { ...draft(), recipients: [UNKNOWN] } }],
  ])('of %s names the fields and reads nothing', async (_name, body) => {
    const { states, named, end } = await tested(body);
    expect(states).toEqual({ ...Object.fromEntries(Object.keys(GOOD).map((step) => [step, 'skipped'])), settings: 'failed' });
    expect(named('settings')?.problem).toMatchObject({ code: 'request.invalid', fix: expect.any(String) });
    expect(named('settings')?.problem?.errors?.length).toBeGreaterThan(0);
    expect(end).toEqual({ event: 'end', ok: false, file: null });
  });

  it.each(['x', UNKNOWN, 5])('of the edit of the job %j, which there is not, answers 404', async (job) => {
    expect(await door.call('POST', '/api/jobs/test', { draft: draft(), job })).toMatchObject({ status: 404 });
  });

  it('may not be made by who may make no jobs', async () => {
    const nobody = testJob(door.app.services, { ...door.actor, roles: [] }, { draft: draft() }, new AbortController().signal);
    await expect(nobody.next()).rejects.toMatchObject({ code: 'permission.denied' });
  });

  it.each<[string, (connection: TestConnection) => Promise<TestConnection>, Record<string, string>, object]>([
    [
      'nobody listens',
      async (one) => ({ ...one, port: 1 }),
      { source: 'failed', tables: 'skipped', rows: 'skipped', sample: 'skipped' },
      { code: 'source.unreachable' },
    ],
    [
      'the password is wrong',
      async (one) => ({ ...one, password: 'x' }),
      { source: 'failed', tables: 'skipped', rows: 'skipped', sample: 'skipped' },
      { code: 'source.authentication' },
    ],
    [
      'a table is missing',
      changed('DROP TABLE ucsx.document CASCADE'),
      { tables: 'failed', rows: 'skipped', sample: 'skipped' },
      { code: 'source.missing_table', value: 'ucsx.document' },
    ],
    [
      'a column is missing',
      changed('ALTER TABLE ucsx.interaction DROP COLUMN subject'),
      { tables: 'failed', rows: 'skipped', sample: 'skipped' },
      { code: 'source.missing_column', value: 'ucsx.interaction.subject' },
    ],
  ])(
    'says that %s, and still tries what does not need it',
    async (name, prepare, states, problem) => {
      await source(name, await prepare(await sampleDatabase()));
      const found = await tested({ draft: draft({ source: name }) });
      expect(found.states).toEqual({ ...GOOD, ...states });
      expect(found.steps.find((one) => one.state === 'failed')?.problem).toMatchObject({ ...problem, fix: expect.any(String) });
      expect(found.end.ok).toBe(false);
      expect(wordInside(found.end, mine.keyFile)).toMatch(/-/);
    },
    60_000,
  );

  it('says which certificate has expired, and makes no file', async () => {
    const { id, fingerprint } = await addCertificate(door.app.services, door.actor, { content: files.make().certificate });
    await withClient(await superuserOf(door.app.dataFolder), (client) =>
      client.query("UPDATE certificate SET not_after = now() - interval '1 day' WHERE id = $1", [id]),
    );
    const { states, named, end } = await tested({ draft: draft({ recipients: [certificate, id] }) });
    expect(states).toEqual({ ...GOOD, recipients: 'failed', encrypt: 'skipped' });
    expect(named('recipients')?.problem).toMatchObject({ code: 'certificate.expired', value: [fingerprint] });
    expect(end).toMatchObject({ ok: false, file: null });
  });

  it('leaves a source that says nothing any more, and still encrypts', async () => {
    const connection = await sampleDatabase();
    const way = await openSilentWay(connection, 'arrival_to');
    await source('Silent', { ...connection, host: '127.0.0.1', port: way.port });
    const wait = globalThis.setTimeout;
    const minute = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) => wait(work, ms === 60_000 ? 1_000 : ms)) as never);
    try {
      const { states, named, end } = await tested({ draft: draft({ source: 'Silent' }) });
      expect(states).toEqual({ ...GOOD, source: 'failed', tables: 'skipped', rows: 'skipped', sample: 'skipped' });
      expect(named('source')?.problem).toMatchObject({ code: 'source.too_slow' });
      expect(wordInside(end, mine.keyFile)).toMatch(/-/);
    } finally {
      minute.mockRestore();
      way.close();
    }
  }, 30_000);

  it('stops with whoever asked for it, and leaves nothing open in the source', async () => {
    const slow = await sampleDatabase();
    await withClient(slow, (client) =>
      client.query(`ALTER TABLE ucsx.contact RENAME TO quick;
        CREATE VIEW ucsx.contact AS SELECT q.* FROM ucsx.quick q WHERE (SELECT pg_sleep(60)) IS NOT NULL`),
    );
    await source('Slow', slow);
    const stop = new AbortController();
    const seen: string[] = [];
    const steps = testJob(door.app.services, door.actor, { draft: draft({ source: 'Slow', type: 'Contact' }) }, stop.signal);
    for await (const one of steps) {
      if (one.state !== 'end') seen.push(`${one.step} ${one.state}`);
      // Rows are counted for a moment only; a sample is waited for.
      if (seen.at(-1) === 'sample running') setTimeout(() => stop.abort(new Error('enough')), 100);
    }
    expect(seen).not.toContain('sample ok');
    expect(seen).not.toContain('encrypt running');
    const active = "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND datname = current_database()";
    await expect.poll(() => withClient(slow, async (client) => (await client.query(active)).rowCount), { timeout: 5_000 }).toBe(0);
  }, 30_000);
});

describe('udm job test', () => {
  const flags = ['--source', 'UCSX', '--type', 'Contact', '--daily', '06:00'];

  it('says what each step came to, and writes the file', async () => {
    const { code, stdout } = await runCliHere(['job', 'test', ...flags, '--recipient', certificate, '--out', home], door.app.dataFolder);
    expect(code).toBe(0);
    expect(stdout.match(/^ok {6}\d\. /gm)).toHaveLength(7);
    const file = /Written: (\S+)\. Open it/.exec(stdout)?.[1] ?? '';
    execFileSync('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', file, '-inkey', mine.keyFile, '-out', `${file}.zip`], { stdio: 'pipe' });
  });

  it('ends with the code of the first step that failed', async () => {
    await source('Gone', { ...(await sampleDatabase()), port: 1 });
    const asked = ['job', 'test', ...flags.with(1, 'Gone'), '--recipient', certificate, '--json'];
    const { code, stdout, stderr } = await runCliHere(asked, door.app.dataFolder);
    expect(code).toBe(6);
    expect(stderr).toContain('source.unreachable');
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      file: null,
      steps: expect.arrayContaining([{ step: 'source', state: 'failed', code: 'source.unreachable' }]),
    });
  });
});

function changed(sql: string) {
  return async (connection: TestConnection): Promise<TestConnection> => {
    await withClient(connection, (client) => client.query(sql));
    return connection;
  };
}

async function counts(): Promise<unknown> {
  const sql = 'SELECT (SELECT count(*) FROM export_job) AS jobs, (SELECT count(*) FROM run) AS runs, (SELECT count(*) FROM artifact) AS artifacts';
  return withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(sql)).rows);
}

/** Lets UDM's clock show another time meanwhile. */
async function atClock(expression: string, work: () => Promise<void>): Promise<void> {
  const database = await superuserOf(door.app.dataFolder);
  const { definition } = await withClient(database, async (client) => {
    const { rows } = await client.query("SELECT pg_get_functiondef('udm_now'::regproc) AS definition");
    await client.query(`CREATE OR REPLACE FUNCTION udm_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT ${expression.replaceAll("'", "''")}'`);
    return rows[0] as { definition: string };
  });
  try {
    await work();
  } finally {
    await withClient(database, (client) => client.query(definition));
  }
}
