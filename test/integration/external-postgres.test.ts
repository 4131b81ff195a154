import { randomBytes } from 'node:crypto';
import { appendFile, chmod, cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM_FOLDER } from '../../src/config/index.ts';
import { migrate } from '../../src/records/migrate.ts';
import { ApiClient } from '../support/api.ts';
import { urlOf, withClient } from '../support/database-text.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';
import { choosePassword, endProcess, startUdm, type UdmProcess } from '../support/serve.ts';

/** UDM on a PostgreSQL 15 of the customer's instead of its own. */

const files = new Recipients();
let home: string;
let postgres: TestPostgres;
let roles = 0;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'udm-external-'));
  await chmod(home, 0o711);
  postgres = await startTestPostgres();
});

afterAll(async () => {
  await postgres?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

interface Place {
  readonly owner: TestConnection;
  readonly app: TestConnection;
  readonly environment: Record<string, string>;
}

/** An empty database with two roles, as README and decision 0005 ask for. */
async function emptyPlace(): Promise<Place> {
  roles += 1;
  const [owner, app] = [`owner ${roles}`, `app-${roles}`];
  const database = await postgres.newDatabase();
  await withClient(postgres.connection, async (client) => {
    for (const role of [owner, app]) await client.query(`CREATE ROLE "${role}" LOGIN PASSWORD 'p/@ss: word'`);
    await client.query(`ALTER DATABASE "${database.database}" OWNER TO "${owner}"`);
  });
  const [asOwner, asApp] = [owner, app].map((user) => ({ ...database, user, password: 'p/@ss: word' })) as [TestConnection, TestConnection];
  return { owner: asOwner, app: asApp, environment: { UDM_DATABASE_URL: urlOf(asApp), UDM_DATABASE_OWNER_URL: urlOf(asOwner) } };
}

let folders = 0;
const dataFolder = () => {
  folders += 1;
  return path.join(home, `data-${folders}`);
};
const serve = (place: Place, folder = dataFolder()) => startUdm(['serve'], folder, place.environment);
const ready = async (udm: UdmProcess) => (await udm.until(/UDM is ready: (\S+)/))[1] as string;

/** Runs one command on the place; what it says goes to both streams. */
async function run(args: readonly string[], environment: Record<string, string>, folder = dataFolder()): Promise<{ code: number; output: string }> {
  const udm = startUdm(args, folder, environment);
  const code = await udm.ended;
  return { code, output: udm.output() };
}

describe('UDM on PostgreSQL 15', () => {
  it('migrates as the owner, works as the other role, signs in, takes a certificate, and its doctor finds all well', async () => {
    const place = await emptyPlace();
    const folder = dataFolder();
    const udm = serve(place, folder);
    const url = await ready(udm);
    const first = /password {2}(\S+)/.exec(udm.output())?.[1] as string;
    // For one sign-in: nothing else is done with it.
    expect((await (await ApiClient.signedIn(url, first)).call('GET', '/api/certificates')).json.code).toBe('password.change_required');
    const api = await ApiClient.signedIn(url, await choosePassword(url, first));
    expect(await api.call('POST', '/api/certificates', { body: { content: files.make().certificate } })).toMatchObject({ status: 201 });
    expect((await api.call('GET', '/api/certificates')).json.items).toHaveLength(1);
    const doctor = await run(['doctor', '--json'], place.environment, folder);
    expect(JSON.parse(doctor.output)).toMatchObject({ ok: true });
    expect(doctor.code).toBe(0);
    await withClient(place.owner, async (client) => {
      const { rows } = await client.query(`SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`);
      expect(rows).toEqual([{ tableowner: place.owner.user }]);
    });
    expect(await endProcess(udm, 'SIGTERM')).toBe(0);
    expect(udm.output()).not.toContain('p/@ss');
    expect(udm.output()).not.toContain(encodeURIComponent('p/@ss: word'));
  });

  it('lets two processes start on one empty database at once, with one administrator', async () => {
    const place = await emptyPlace();
    // Two machines of one installation have the same master key.
    const folders = [dataFolder(), dataFolder()];
    const key = randomBytes(32).toString('base64');
    for (const folder of folders) {
      await mkdir(folder);
      await writeFile(path.join(folder, 'master.key'), key, { mode: 0o600 });
    }
    const both = folders.map((folder) => serve(place, folder));
    const urls = await Promise.all(both.map(ready));
    const passwords = both.flatMap((udm) => /password {2}(\S+)/.exec(udm.output())?.[1] ?? []);
    expect(passwords).toHaveLength(1);
    for (const url of urls) await ApiClient.signedIn(url, passwords[0] as string);
    expect(await Promise.all(both.map((udm) => endProcess(udm, 'SIGTERM')))).toEqual([0, 0]);
  });

  it('lets one of two processes with keys of their own have an empty database, and refuses the other plainly', async () => {
    const place = await emptyPlace();
    const folders = [dataFolder(), dataFolder()];
    const both = folders.map((folder) => serve(place, folder));
    const up = await Promise.allSettled(both.map(ready));
    expect(up.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = up.findIndex((one) => one.status === 'rejected');
    expect(await both[refused]?.ended).toBe(2);
    expect(both[refused]?.output()).toMatch(/master\.key/);
    // It did not keep a key that opens nothing: with the right one copied there, it comes up.
    await expect(stat(path.join(folders[refused] as string, 'master.key'))).rejects.toThrow();
    await cp(path.join(folders[1 - refused] as string, 'master.key'), path.join(folders[refused] as string, 'master.key'));
    const second = serve(place, folders[refused] as string);
    await ready(second);
    for (const udm of [second, both[1 - refused] as UdmProcess]) expect(await endProcess(udm, 'SIGTERM')).toBe(0);
    // Another key in the file is refused as well.
    await writeFile(path.join(folders[0] as string, 'master.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
    expect(await run(['serve'], place.environment, folders[0] as string)).toMatchObject({ code: 2, output: expect.stringMatching(/master\.key/) });
  });

  it('refuses a database that has a migration with another text, or one it does not know', async () => {
    const place = await emptyPlace();
    const migrations = path.join(home, 'migrations');
    await cp(path.join(PROGRAM_FOLDER, 'migrations'), migrations, { recursive: true });
    expect(await migrate(place.owner, place.app.user, migrations)).toContain('0001-main-job.sql');
    expect(await migrate(place.owner, place.app.user, migrations)).toEqual([]);
    await writeFile(path.join(migrations, '9999-later.sql'), 'CREATE TABLE later (x int)');
    expect(await migrate(place.owner, place.app.user, migrations)).toEqual(['9999-later.sql']);
    // The program's own migrations lack the later one now.
    const refused = await run(['serve'], place.environment);
    expect(refused.code).toBe(6);
    expect(refused.output).toMatch(/database\.version/);
    expect(refused.output).toMatch(/9999-later/);
    await appendFile(path.join(migrations, '0001-main-job.sql'), '\n-- changed\n');
    await expect(migrate(place.owner, place.app.user, migrations)).rejects.toMatchObject({ code: 'database.version', details: { value: '0001-main-job.sql' } });
  });

  it('leaves nothing of a migration that fails in the middle, and says so', async () => {
    const place = await emptyPlace();
    const migrations = await mkdtemp(path.join(home, 'broken-'));
    await writeFile(path.join(migrations, '0001-broken.sql'), 'CREATE TABLE half (x int); SELECT 1/0;');
    await expect(migrate(place.owner, place.app.user, migrations)).rejects.toThrow(/division by zero/);
    await withClient(place.owner, async (client) => {
      expect((await client.query(`SELECT to_regclass('half') AS half, (SELECT count(*)::int FROM udm_migration) AS applied`)).rows).toEqual([
        { half: null, applied: 0 },
      ]);
    });
  });

  it.each([
    [
      'an empty database and no owner to fill it',
      (place: Place) => ({ UDM_DATABASE_URL: place.environment['UDM_DATABASE_URL'] as string }),
      'database.version',
    ],
    ['a superuser', () => ({ UDM_DATABASE_URL: urlOf(postgres.connection) }), 'database.role'],
    ['a wrong password', (place: Place) => ({ UDM_DATABASE_URL: urlOf({ ...place.app, password: 'hunter2' }) }), 'database.unreachable'],
    [
      'a port where nobody listens',
      (place: Place) => ({
        ...place.environment,
        UDM_DATABASE_URL: urlOf({ ...place.app, port: 1 }),
        UDM_DATABASE_OWNER_URL: urlOf({ ...place.owner, port: 1 }),
      }),
      'database.unreachable',
    ],
  ])('refuses %s with a plain cause and exit code 6', async (_name, environmentOf, code) => {
    const refused = await run(['serve'], environmentOf(await emptyPlace()));
    expect(refused.output).toContain(code);
    expect(refused.output).toContain('next: ');
    expect(refused.output).not.toMatch(/hunter2|p%2F%40ss|\n {4}at /);
    expect(refused.code).toBe(6);
  });

  it('keeps its address, which holds a password, in a file that others cannot read, and refuses one they can', async () => {
    const place = await emptyPlace();
    const file = path.join(home, 'database-url');
    await writeFile(file, `${place.environment['UDM_DATABASE_URL']}\n`);
    await chmod(file, 0o644);
    const environment = { UDM_DATABASE_URL_FILE: file, UDM_DATABASE_OWNER_URL: place.environment['UDM_DATABASE_OWNER_URL'] as string };
    const refused = await run(['certificate', 'list', '--json'], environment);
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.output)).toMatchObject({ error: { code: 'config.file_readable', value: file } });
    await chmod(file, 0o600);
    expect((await run(['certificate', 'list'], environment)).code).toBe(0);
  });
});
