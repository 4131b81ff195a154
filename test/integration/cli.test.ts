import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { superuserOf, withClient } from '../support/database-text.ts';
import { Recipients } from '../support/recipients.ts';
import { endProcess, startUdm, type UdmProcess } from '../support/serve.ts';
import { runCliHere } from '../support/cli.ts';
import { runUdm, startTestUdm, type TestUdm } from '../support/udm.ts';

/** The command line: exit codes, messages on standard error, and every command once, beside a UDM that runs. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const files = new Recipients();
let home: string;
let udm: TestUdm;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'udm-cli-'));
  await chmod(home, 0o711);
  udm = await startTestUdm();
});

afterAll(async () => {
  await udm?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape.
  readonly json: any;
}

/** One command on the running UDM's folder, in this process: a new one for each would take most of the test's time. */
async function command(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await runCliHere(args, udm.dataDir);
  const document = stdout.trim() || stderr.trim();
  return { code, stdout, stderr, json: args.includes('--json') ? JSON.parse(document) : null };
}

/** A command in a process with further settings. */
async function commandWith(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<{ code: number; output: string }> {
  const started: UdmProcess = startUdm(args, udm.dataDir, environment);
  return { code: await started.ended, output: started.output() };
}

describe('usage', () => {
  it('is explained by --help of every command, with exit code 0', async () => {
    const top = await command('--help');
    expect(top).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['demo', 'serve', 'job', 'run', 'artifact', 'certificate', 'decrypt', 'doctor']) expect(top.stdout).toContain(`  ${name} `);
    expect((await command('job', 'create', '--help')).stdout).toContain('--entity-type');
    expect((await command('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['an unknown flag, with the nearest', ['job', 'list', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    ['an unknown command, with the nearest', ['jobb'], /Did you mean job\?/],
    ['a flag given twice', ['job', 'list', '--tenant', 'a', '--tenant', 'b'], /--tenant/],
    ['a missing value', ['decrypt', 'x', '--key'], /argument missing/],
    ['a missing required flag', ['job', 'create'], /--title/],
    ['a missing argument', ['job', 'show'], /missing required argument 'id'/],
    ['too many arguments', ['job', 'list', 'all'], /too many arguments/],
    ['an id that is none', ['run', 'show', 'xyz'], /An id looks like/],
    ['a number out of range', ['demo', '--days', '0'], /A whole number from 1 to 3650/],
  ])('refuses %s: exit code 2, nothing on standard output', async (_name, args, message) => {
    const refused = await command(...args);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(message);
    const asJson = await command(...args, '--json');
    expect(asJson).toMatchObject({ code: 2, stdout: '', json: { error: { code: 'usage', text: expect.any(String), fix: expect.any(String) } } });
  });

  it('refuses a secret on the command line and does not repeat it, also behind a mistyped flag', async () => {
    for (const args of [
      ['job', 'list', '--password', 'hunter2'],
      ['job', 'list', '--password=hunter2'],
      ['sso', 'set', '--client-secret', 'hunter2'],
      ['job', 'list', '--api-token=hunter2'],
      ['decrypt', 'x', '--key', 'y', '--passphrase=hunter2'],
      ['job', 'list', '--pasword=hunter2'],
    ]) {
      const refused = await command(...args);
      expect(refused.code).toBe(2);
      expect(refused.stdout + refused.stderr).not.toContain('hunter2');
    }
    expect((await command('job', 'list', '--password', 'hunter2', '--json')).json.error).toMatchObject({
      code: 'usage.secret',
      field: '--password',
      range: '--password-file FILE',
    });
  });
});

describe('settings', () => {
  it('are refused with every problem at once, and secrets are not repeated', async () => {
    const plain = await commandWith(
      {
        UDM_PORT: '99999',
        UDM_WORKERS: '0x2',
        UDM_COLOUR: 'red',
        UDM_LOG_LEVEL: 'loud',
        UDM_DATABASE_URL: 'mysql://me:hunter2@host/db',
        UDM_HOST_FILE: '/nowhere',
      },
      'serve',
    );
    expect(plain.code).toBe(2);
    for (const name of ['UDM_PORT', 'UDM_WORKERS', 'UDM_COLOUR', 'UDM_LOG_LEVEL', 'UDM_DATABASE_URL', 'UDM_HOST_FILE'])
      expect(plain.output).toContain(`  ${name}`);
    expect(plain.output).not.toContain('hunter2');
    expect(plain.output).toContain('config.invalid');
  });
});

describe('a data folder in use', () => {
  it('is refused to a second serve with the pid of the first: exit code 5', async () => {
    const refused = await commandWith({}, 'serve');
    expect(refused.code).toBe(5);
    expect(refused.output).toContain('data_folder.locked');
    expect(refused.output).toContain(`"pid":${udm.pid}`);
  });

  it('whose key can be read by others is refused', async () => {
    const key = path.join(udm.dataDir, 'master.key');
    await chmod(key, 0o644);
    try {
      expect(await command('job', 'list', '--json')).toMatchObject({ code: 2, json: { error: { code: 'config.file_readable', value: key } } });
    } finally {
      await chmod(key, 0o600);
    }
  });
});

describe('jobs, runs and artifacts', () => {
  it('are made, listed, shown, run again and downloaded, as text and as JSON', async () => {
    const made = await command(
      'job',
      'create',
      '--title',
      'From the command line',
      '--source',
      'UCSX',
      '--type',
      'Interaction',
      '--entity-type',
      'Chat',
      '--last',
      '30 days',
      '--wait',
      '--json',
    );
    expect(made).toMatchObject({
      code: 0,
      json: { title: 'From the command line', entityTypes: ['Chat'], range: { kind: 'last', count: 30, unit: 'day' }, lastRun: { status: 'succeeded' } },
    });
    const { id, lastRun } = made.json;
    expect((await command('job', 'list')).stdout).toContain('From the command line');
    expect((await command('job', 'show', id)).stdout).toContain('entity types');
    expect((await command('run', 'show', lastRun.id, '--json')).json).toMatchObject({ id: lastRun.id, jobId: id, status: 'succeeded' });
    expect(await command('run', 'cancel', lastRun.id, '--json')).toMatchObject({ code: 5, json: { error: { code: 'run.not_cancellable' } } });
    expect((await command('job', 'run', id, '--wait', '--json')).json).toMatchObject({ jobId: id, trigger: 'run_now', status: 'succeeded' });
    expect((await command('run', 'list', '--json')).json.items.filter((run: { jobId: string }) => run.jobId === id)).toHaveLength(2);

    const [artifact] = (await command('artifact', 'list', '--json')).json.items;
    const out = await mkdtemp(path.join(home, 'out-'));
    const saved = await command('artifact', 'download', artifact.id, '--out', out, '--json');
    expect(saved).toMatchObject({ code: 0, json: { file: path.join(out, artifact.fileName) } });
    expect((await stat(saved.json.file)).size).toBe(artifact.bytes);
    await writeFile(saved.json.file, 'mine');
    expect(await command('artifact', 'download', artifact.id, '--out', out, '--json')).toMatchObject({ code: 5, json: { error: { code: 'file.exists' } } });
    expect(await readFile(saved.json.file, 'utf8')).toBe('mine');
    expect(await readdir(out)).toEqual([artifact.fileName]);
    expect(await command('artifact', 'download', artifact.id, '--out', path.join(out, 'missing'), '--json')).toMatchObject({
      json: { error: { code: 'file.unwritable' } },
    });
  });

  it('that do not exist: exit code 4', async () => {
    for (const args of [
      ['job', 'show', UNKNOWN],
      ['run', 'show', UNKNOWN],
      ['run', 'cancel', UNKNOWN],
      ['artifact', 'download', UNKNOWN],
      ['job', 'list', '--tenant', 'nobody'],
    ]) {
      expect(await command(...args, '--json')).toMatchObject({ code: 4, stdout: '', json: { error: { code: 'not_found' } } });
    }
  });

  it('are refused with every problem at once: exit code 2', async () => {
    const refused = await command('job', 'create', '--title', ' ', '--source', 'nowhere', '--type', 'x', '--last', '0 days', '--recipient', 'x', '--json');
    expect(refused.code).toBe(2);
    expect(refused.json.error.problems.map((one: { code: string }) => one.code)).toEqual([
      'title.required',
      'source.unknown',
      'range.value',
      'recipients.unknown',
    ]);
  });
});

describe('certificates', () => {
  it('are added from a file and listed; a second time, a key, and what is none are refused', async () => {
    const { certificateFile, keyFile } = files.make();
    const added = await command('certificate', 'add', certificateFile, '--label', 'Anna', '--json');
    expect(added).toMatchObject({ code: 0, json: { label: 'Anna', keyBits: 2048 } });
    expect((await command('certificate', 'list')).stdout).toContain(added.json.fingerprint);
    expect(await command('certificate', 'rename', 'abc', 'Anna B.')).toMatchObject({ code: 2, stderr: expect.stringContaining('An id looks like') });
    expect(await command('certificate', 'rename', added.json.id, 'x'.repeat(201), '--json')).toMatchObject({
      code: 2,
      json: { error: { code: 'request.invalid' } },
    });
    expect(await command('certificate', 'rename', added.json.id, 'x'.repeat(200), '--json')).toMatchObject({ code: 0, json: { label: 'x'.repeat(200) } });
    expect(await command('certificate', 'add', certificateFile, '--json')).toMatchObject({ code: 5, json: { error: { code: 'certificate.duplicate' } } });
    expect(await command('certificate', 'add', keyFile, '--json')).toMatchObject({ code: 2, json: { error: { code: 'certificate.private_key_present' } } });
    for (const file of [path.join(home, 'nothing'), home, '/dev/null'])
      expect(await command('certificate', 'add', file, '--json')).toMatchObject({ code: 2, json: { error: { code: 'certificate.unreadable' } } });
  });
});

describe('decrypt', () => {
  it('opens a file with its key; with a wrong key, no key, a damaged file or none it says why and leaves nothing', async () => {
    const [artifact] = (await command('artifact', 'list', '--json')).json.items;
    const folder = await mkdtemp(path.join(home, 'decrypt-'));
    const { json } = await command('artifact', 'download', artifact.id, '--out', folder, '--json');
    const whole = await readFile(json.file);
    const [damaged, short, other] = ['damaged', 'short', 'other'].map((name) => path.join(folder, name)) as [string, string, string];
    await writeFile(damaged, Buffer.concat([whole.subarray(0, -3_000), Buffer.from([(whole.at(-3_000) as number) ^ 1]), whole.subarray(-2_999)]));
    await writeFile(short, whole.subarray(0, whole.length - 100));
    await writeFile(other, 'hello');
    const out = path.join(folder, 'out');
    for (const [file, key, code] of [
      [json.file, files.make().keyFile, 'file.not_recipient'],
      [json.file, other, 'file.key'],
      [damaged, udm.keyFile, 'file.damaged'],
      [short, udm.keyFile, 'file.damaged'],
      [other, udm.keyFile, 'file.not_encrypted'],
      [path.join(folder, 'missing'), udm.keyFile, 'file.unreadable'],
      [json.file, path.join(folder, 'missing'), 'usage'],
    ] as const) {
      const refused = await command('decrypt', file, '--key', key, '--out', out, '--json');
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(JSON.parse(refused.stderr.trim().split('\n').at(-1) as string).error.code).toBe(code);
      expect(await readdir(out).catch(() => [])).toEqual([]);
    }
    const opened = await command('decrypt', json.file, '--key', udm.keyFile, '--out', out, '--json');
    expect(opened.code).toBe(0);
    expect(await readdir(out)).toContain('manifest.json');
    expect(await command('decrypt', json.file, '--key', udm.keyFile, '--out', out, '--json')).toMatchObject({ code: 5 });
  });
});

describe('check and repair', () => {
  it('find nothing where all is well, and a changed byte where one was changed', async () => {
    const well = await command('check', '--read-data', '--key', udm.keyFile, '--json');
    expect(well.json, JSON.stringify(well.json.findings)).toMatchObject({ ok: true, notForKey: 0, notChecked: [], findings: [] });
    expect(well.json.opened).toBe(well.json.files);
    expect(well.json.manifests).toBeGreaterThanOrEqual(1);
    expect(well.json.bytes).toBeGreaterThan(10_000);
    expect(well.code).toBe(0);

    const { json } = await command('artifact', 'list', '--json');
    const { id, fileName, sha256 } = json.items[0];
    const file = (await readdir(path.join(udm.dataDir, 'artifacts', 'sealed'), { recursive: true, withFileTypes: true })).find(
      (one) => one.isFile() && one.parentPath.endsWith(json.items[0].runId),
    );
    const place = path.join(file?.parentPath ?? '', file?.name ?? '');
    const bytes = await readFile(place);
    const spoilt = async (at: number) =>
      writeFile(
        place,
        bytes.map((one, index) => (index === at ? one ^ 1 : one)),
      );
    try {
      await spoilt(Math.floor(bytes.length / 2));
      expect((await command('check', '--json')).json).toMatchObject({
        ok: true,
        notChecked: [/SHA-256/, /private key/].map((word) => expect.stringMatching(word)),
      });
      const found = await command('check', '--read-data', '--json');
      expect(found.code).toBe(1);
      expect(found.json.findings).toMatchObject([{ code: 'check.object_changed', about: fileName, detail: { artifact: id, expected: sha256 } }]);
      await spoilt(1);
      expect((await command('check', '--read-data')).stdout).toMatch(
        /\(check\.object_structure\)\n[\s\S]*Not checked: what is inside[\s\S]*1 thing is not right/,
      );
    } finally {
      await writeFile(place, bytes);
    }
    const orphan = path.join(path.dirname(place), 'a9-p0001.zip.p7m');
    await writeFile(orphan, 'left');
    const noted = await command('check', '--json');
    const planned = await command('repair', '--json');
    expect(planned).toMatchObject({ code: 0, json: { done: null, plan: [{ kind: 'remove_orphan', key: expect.stringMatching(/a9-p0001\.zip\.p7m$/) }] } });
    expect(await readFile(orphan, 'utf8')).toBe('left');
    expect(await command('repair', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\(1 step\):\n {2}remove the object .*\nDone: 1 of 1\.\n$/),
    });
    await expect(stat(orphan)).rejects.toThrow('ENOENT');
    expect(noted).toMatchObject({ code: 0, json: { ok: true, findings: [{ code: 'check.orphan', level: 'note' }] } });
    expect(await command('repair')).toMatchObject({ code: 0, stdout: 'There is nothing to repair.\n' });
    expect(await command('retention', 'status', '--json')).toMatchObject({ code: 0, json: { halt: null } });
    expect(await command('retention', 'agree', '--json')).toMatchObject({ code: 5, json: { error: { code: 'retention.not_halted' } } });
    expect(await command('check', '--key', udm.keyFile, '--json')).toMatchObject({ code: 2, json: { error: { code: 'usage', field: '--key' } } });
  });
});

describe('doctor', () => {
  const levels = async () => {
    const { code, json } = await command('doctor', '--json');
    const told = json.findings as { check: string; level: string; detail: string; fix?: string; code?: string }[];
    return { code, ok: json.ok, told: new Map(told.map((one) => [one.check, one])), odd: told.filter((one) => one.level !== 'ok').map((one) => one.check) };
  };
  const sql = async (text: string) => withClient(await superuserOf(udm.dataDir), async (client) => void (await client.query(text)));

  it('finds a sound installation sound', async () => {
    const { code, ok, told, odd } = await levels();
    expect({ code, ok, odd }).toEqual({ code: 0, ok: true, odd: [] });
    const checks = ['node', 'settings', 'installation', 'data folder', 'PostgreSQL', 'schema', 'isolation', 'sealed secrets', 'clock', 'retention'];
    expect([...told.keys()]).toEqual([
      ...checks,
      'storage',
      'disk',
      'temporary objects',
      'files',
      'ledger',
      'runs',
      'audit log',
      'certificates',
      'source IWD',
      'source UCSX',
    ]);
    expect((await command('doctor')).stdout).toMatch(/^ok {4}node: Node 2.*\n[\s\S]*All is well\.\n$/);
  });

  it('says of each thing that is wrong what it is and what to do', async () => {
    const artifacts = path.join(udm.dataDir, 'artifacts');
    const left = path.join(artifacts, 'temporary', 'left');
    try {
      await chmod(artifacts, 0o755);
      await writeFile(left, 'half');
      await utimes(left, new Date(0), new Date(0));
      await sql(`UPDATE certificate SET not_after = now() + interval '3 days'`);
      await sql(`UPDATE artifact SET damage = 'missing'; INSERT INTO retention_halt (cause, expected_at, found_at) VALUES ('leap', now(), now())`);
      await sql(`UPDATE source SET settings = jsonb_set(settings, '{port}', '1') WHERE name = 'IWD'`);
      await sql(`DELETE FROM udm_migration WHERE name LIKE '0013%'`);
      const { code, ok, told, odd } = await levels();
      expect({ code, ok }).toEqual({ code: 1, ok: false });
      expect(odd).toEqual(['data folder', 'schema', 'retention', 'temporary objects', 'files', 'certificates', 'source IWD']);
      expect(told.get('data folder')).toMatchObject({ level: 'warn', fix: `Run: chmod 700 ${artifacts}` });
      expect(told.get('schema')).toMatchObject({ level: 'fail', code: 'database.version', detail: expect.stringContaining('0013-retention.sql') });
      expect(told.get('retention')).toMatchObject({ level: 'fail', fix: expect.stringContaining('udm retention agree') });
      expect(told.get('certificates')).toMatchObject({ level: 'warn', detail: expect.stringMatching(/ends 20\d\d-\d\d-\d\d, jobs: \d/) });
      expect(told.get('source IWD')).toMatchObject({ level: 'fail', code: 'source.unreachable' });
      expect((await command('doctor')).stdout).toMatch(/FAIL {2}retention: [\s\S]* {6}next: Set the clock right[\s\S]*Failed: 3\. To look after: 4\.\n$/);
      const unanswered = await command('retention', 'agree', '--json');
      expect(unanswered).toMatchObject({ code: 2, json: { error: { code: 'usage', field: '--yes' } } });
      expect((await command('retention', 'status')).stdout).toMatch(/^No expired file is deleted: the clock of the database leapt[\s\S]*udm retention agree/);
      expect((await command('retention', 'agree', '--yes')).stdout).toMatch(
        /Retention works: expired files are deleted within a day\.\n0 expired files are in storage still\.\n$/,
      );
    } finally {
      await chmod(artifacts, 0o700);
      await rm(left, { force: true });
      await sql(
        `UPDATE artifact SET damage = NULL; UPDATE retention_halt SET agreed_at = now(); UPDATE certificate SET not_after = now() + interval '300 days'`,
      );
      const text = await readFile(path.join(import.meta.dirname, '../../migrations/0013-retention.sql'));
      await sql(`INSERT INTO udm_migration (name, sha256) VALUES ('0013-retention.sql', '${createHash('sha256').update(text).digest('hex')}')`);
    }
  });
});

describe('without a server', () => {
  it('a command works by itself, and after kill -9 of serve nothing stale stands in its way', async () => {
    const dataDir = path.join(home, 'alone');
    await mkdir(dataDir);
    const serve = startUdm(['serve'], dataDir);
    await serve.until(/UDM is ready/);
    await endProcess(serve, 'SIGKILL');
    // PostgreSQL outlived it; the next command takes it over and stops it.
    expect(await runUdm(['certificate', 'list', '--json'], dataDir)).toMatchObject({ code: 0, stdout: expect.stringContaining('"items": []') });
    await expect(stat(path.join(dataDir, 'engine', 'pgdata', 'postmaster.pid'))).rejects.toThrow();
    await expect(stat(path.join(dataDir, 'udm.pid'))).rejects.toThrow();
    expect((await runUdm(['certificate', 'add', files.make().certificateFile], dataDir)).code).toBe(0);
    // Nor a port that another program has.
    const refused = startUdm(['serve'], dataDir, { UDM_PORT: new URL(udm.url).port });
    expect(await refused.ended).toBe(5);
    expect(refused.output()).toContain('config.port_taken');
    const password = path.join(home, 'password');
    await writeFile(password, 'x', { mode: 0o644 });
    const add = ['source', 'add', 'UCSX', '--catalog', 'ucsx', '--host', '127.0.0.1', '--database', 'x', '--db-user', 'x', '--password-file', password];
    expect((await runUdm(add, dataDir)).stderr).toContain('config.file_readable');
    const { host, port, user, password: secret, database } = await udm.sampleConnection();
    await writeFile(password, secret as string);
    await chmod(password, 0o600);
    expect(
      await runUdm(
        [
          'source',
          'add',
          'UCSX',
          '--catalog',
          'ucsx',
          '--host',
          host as string,
          '--port',
          String(port),
          '--database',
          database as string,
          '--db-user',
          user as string,
          '--password-file',
          password,
        ],
        dataDir,
      ),
    ).toMatchObject({ code: 0 });
    const made = await runUdm(['job', 'create', '--title', 'alone', '--source', 'UCSX', '--type', 'Interaction', '--wait', '--json'], dataDir);
    expect(made.code).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ lastRun: { status: 'succeeded' } });
  });
});
