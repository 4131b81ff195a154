import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fallbackDataFolder } from '../../src/config/index.ts';
import { engineBinaries } from '../../src/engine/binaries.ts';
import { type Cluster, engineAccount, lockFolder, mayReach, runningCluster, startCluster } from '../../src/engine/index.ts';
import { isAlive, waitFor } from '../../src/engine/process.ts';
import { withClient } from '../support/database-text.ts';
import { endProcess, startUdm } from '../support/serve.ts';

/** PostgreSQL in UDM's own hands: starts, survives UDM, recovers, and never takes a stranger for its own. */

const asRoot = process.getuid?.() === 0;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'udm-engine-'));
  await chmod(home, 0o711);
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

/** Runs `work` with a cluster that is stopped afterwards, whatever happened. */
async function withCluster(folder: string, work: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await startCluster(folder);
  try {
    await work(cluster);
  } finally {
    await cluster.stop();
  }
}

const kill = async (pid: number) => {
  process.kill(pid, 'SIGKILL');
  expect(await waitFor(10_000, 5, async () => !isAlive(pid))).toBe(true);
};

describe('a cluster', () => {
  it('is made, taken over while it runs, recovers from kill -9 with what was committed, and stops', async () => {
    const folder = path.join(home, 'life');
    const first = await startCluster(folder);
    expect(first.adopted).toBe(false);
    await withClient(first.superuser, async (client) => {
      await client.query('CREATE TABLE kept (x int)');
      await client.query('INSERT INTO kept SELECT generate_series(1, 1000)');
      const { rows } = await client.query(
        `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets, current_setting('server_encoding') AS encoding`,
      );
      expect(rows).toEqual([{ addresses: '127.0.0.1', sockets: '', encoding: 'UTF8' }]);
    });
    expect(await startCluster(folder)).toMatchObject({ adopted: true, pid: first.pid, superuser: first.superuser });
    expect(await runningCluster(folder)).toEqual(first.superuser);
    await kill(first.pid);
    expect(await runningCluster(folder)).toBeNull();
    await withCluster(folder, async (second) => {
      expect(second).toMatchObject({ adopted: false });
      await withClient(second.superuser, async (client) => expect((await client.query('SELECT count(*)::int AS n FROM kept')).rows).toEqual([{ n: 1000 }]));
    });
    expect(await runningCluster(folder)).toBeNull();
  });

  it('starts again at once after kill -9 while its backends still die', async () => {
    const folder = path.join(home, 'busy');
    const first = await startCluster(folder);
    const busy = Array.from({ length: 3 }, () =>
      withClient(first.superuser, (client) => client.query('SELECT count(*) FROM (SELECT generate_series(1, 1000000000)) AS busy')).catch(() => null),
    );
    await waitFor(10_000, 20, () =>
      withClient(
        first.superuser,
        async (client) => (await client.query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'SELECT count%AS busy'`)).rows[0].n === 3,
      ),
    );
    process.kill(first.pid, 'SIGKILL');
    await withCluster(folder, async (second) => expect(second.adopted).toBe(false));
    await Promise.all(busy);
  });

  it('begins anew where initdb was interrupted', async () => {
    const folder = path.join(home, 'half');
    await mkdir(path.join(folder, 'pgdata.half', 'base'), { recursive: true });
    await writeFile(path.join(folder, 'pgdata.half', 'PG_VERSION'), '18\n');
    await writeFile(path.join(folder, 'initdb.secret'), 'old\n', { mode: 0o600 });
    await writeFile(path.join(folder, 'superuser.secret'), '');
    await withCluster(folder, async (cluster) =>
      withClient(cluster.superuser, async (client) => expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])),
    );
    await expect(stat(path.join(folder, 'pgdata.half'))).rejects.toThrow();
    await expect(stat(path.join(folder, 'initdb.secret'))).rejects.toThrow();
  });

  it('does not take another server that got its old pid for its own', async () => {
    const [mine, other] = [path.join(home, 'mine'), path.join(home, 'other')];
    const first = await startCluster(mine);
    await withCluster(other, async (stranger) => {
      const pidFile = path.join(mine, 'pgdata', 'postmaster.pid');
      const lines = (await readFile(pidFile, 'utf8')).split('\n');
      await kill(first.pid);
      await writeFile(pidFile, [stranger.pid, ...lines.slice(1)].join('\n'));
      expect(await runningCluster(mine)).toBeNull();
      await withCluster(mine, async (again) => {
        expect(again.pid).not.toBe(stranger.pid);
        expect(again.adopted).toBe(false);
      });
    });
  });

  it('keeps its secrets from everybody else and runs as no root', async () => {
    const folder = path.join(home, 'secrets');
    await withCluster(folder, async (cluster) => {
      expect((await stat(path.join(folder, 'superuser.secret'))).mode & 0o777).toBe(0o600);
      expect((await stat(path.join(folder, 'pgdata'))).mode & 0o077).toBe(0);
      expect((await stat(folder)).mode & 0o066).toBe(0);
      const status = await readFile(`/proc/${cluster.pid}/status`, 'utf8').catch(() => 'Uid:\t1');
      expect(status).toMatch(/^Uid:\t[1-9]/m);
      expect(await readFile(path.join(folder, 'postgres.log'), 'utf8')).not.toContain(cluster.superuser.password);
      await expect(withClient({ ...cluster.superuser, password: 'wrong' }, (client) => client.query('SELECT 1'))).rejects.toThrow(
        /password authentication failed/,
      );
    });
  });
});

describe('the programs', () => {
  it("are copied into the data folder, once, when PostgreSQL's account may not pass to node_modules", async () => {
    const folder = path.join(home, 'copied');
    await mkdir(folder);
    // An account that nobody is: only what all may read is open to it, and a private parent is closed.
    const closed = { name: 'nobody-we-know', uid: 4_000_000, gid: 4_000_000 };
    const inside = path.join(home, 'private');
    await mkdir(inside, { mode: 0o700 });
    expect(await mayReach(path.join(inside, 'x'), closed)).toBe(false);
    expect(await mayReach(path.join(home, 'x'), closed)).toBe(true);
    expect(await mayReach(path.join(inside, 'x'), null)).toBe(true);
    const open = await engineBinaries(folder, null);
    expect(open.postgres).not.toContain(folder);
    const copied = await engineBinaries(folder, closed, async () => false);
    expect(copied.postgres.startsWith(folder)).toBe(true);
    const made = (await stat(copied.postgres)).mtimeMs;
    expect((await stat(copied.postgres)).mode & 0o555).toBe(0o555);
    expect(await engineBinaries(folder, closed, async () => false)).toEqual(copied);
    expect((await stat(copied.postgres)).mtimeMs).toBe(made);
  });
});

describe('the lock of a data folder', () => {
  it('is held once, names its owner, is one for all ways to the folder, and is free after release', async () => {
    const folder = path.join(home, 'locked');
    await mkdir(folder);
    const lock = await lockFolder(folder);
    await expect(lockFolder(path.join(folder, '..', 'locked'))).rejects.toMatchObject({ code: 'data_folder.locked', details: { value: { pid: process.pid } } });
    await lock.release();
    const again = await lockFolder(folder);
    await again.release();
  });

  it('is not held by a pid file that a kill left behind', async () => {
    const folder = path.join(home, 'stale');
    await mkdir(folder);
    await writeFile(path.join(folder, 'udm.pid'), `${process.ppid}\n`);
    const lock = await lockFolder(folder);
    await lock.release();
  });
});

describe.runIf(asRoot)('as root', () => {
  it('works in a folder of its own under /var/lib/udm when the wished one lies in a private folder, the same at every start', async () => {
    const wished = path.join(await mkdtemp(path.join(tmpdir(), 'udm-private-')), 'data');
    const fallback = fallbackDataFolder(wished);
    try {
      expect(await mayReach(wished, await engineAccount())).toBe(false);
      const udm = startUdm(['serve'], wished);
      await udm.until(/Data folder: /);
      expect(udm.output()).toContain(fallback);
      expect(await endProcess(udm, 'SIGTERM')).toBe(0);
      await expect(stat(wished)).rejects.toThrow();
      const command = startUdm(['certificate', 'list'], wished);
      expect(await command.ended).toBe(0);
      expect(command.output()).not.toContain('first start');
    } finally {
      await rm(fallback, { recursive: true, force: true });
      await rm(path.dirname(wished), { recursive: true, force: true });
    }
  });
});
