import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CodedError } from '../../src/errors.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { getRun } from '../../src/operations/read-runs.ts';
import type { Services } from '../../src/operations/services.ts';
import type { Source } from '../../src/sources/source.ts';
import { type FileOperations, nodeFiles } from '../../src/storage/local/file-operations.ts';
import { openLocalStorage } from '../../src/storage/local/index.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** What breaks in the middle of a run: it ends in a plain cause and leaves nothing, and goes on once that is mended. */

const files = new Recipients();
let udm: Planned;
/** Called when the first of two lines was read. */
let happen: () => Promise<unknown> = async () => {};

beforeAll(async () => {
  udm = await openPlanned(files.make().certificate);
});

afterEach(async () => {
  happen = async () => {};
  await udm.sql('DELETE FROM pgboss.job');
  await udm.clear();
  const { storage } = udm.services;
  for await (const key of storage.list()) await storage.remove(key);
  await storage.sweepTemporary(0);
});

afterAll(async () => {
  await udm?.close();
  files.remove();
});

/** Services whose source lets something happen between two lines. */
function services(parts: Partial<Services> = {}): Services {
  const open: Services['connectors']['open'] = (...given) => interrupted(udm.services.connectors.open(...given));
  return { ...udm.services, retry: { most: 3, firstSeconds: 1, random: () => 0.5 }, connectors: { ...udm.services.connectors, open }, ...parts };
}

function interrupted(source: Source): Source {
  return {
    ...source,
    async open(...given) {
      const snapshot = await source.open(...given);
      return {
        ...snapshot,
        estimateRows: async () => ({ files: [2], exact: true }),
        async *lines() {
          yield Buffer.from(`${JSON.stringify({ id: 1, noise: 'x'.repeat(2_000_000) })}\n`);
          await happen();
          yield Buffer.from('{"id":"2"}\n');
        },
      };
    },
  };
}

async function planned(): Promise<string> {
  const { id } = await udm.make();
  await udm.tick('11:00');
  return (await udm.runs(id))[0]?.id as string;
}

const execute = (made: Services, runId: string) => executeRun(made, { tenantId: udm.door.actor.tenantId, runId }, new AbortController().signal);
const seen = (id: string) => getRun(udm.services, udm.door.actor, id);
const artifacts = async () => Number((await udm.sql('SELECT count(*) FROM artifact'))[0]?.['count']);
const artifactFolder = () => path.join(udm.door.app.dataFolder, 'artifacts');

/** Every file below the folder of artifacts, and every artifact. */
async function leftIn(folder = artifactFolder()): Promise<{ objects: number; artifacts: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return { objects: entries.filter((one) => one.isFile()).length, artifacts: await artifacts() };
}

/** The run waits with this cause, nothing of the attempt is left, and the next one succeeds. */
async function goesOnAfter(run: string, code: string, next: Services, folder = artifactFolder()): Promise<void> {
  expect(await seen(run)).toMatchObject({ status: 'queued', retryAt: expect.any(String), error: { code } });
  expect(await leftIn(folder)).toEqual({ objects: 0, artifacts: 0 });
  happen = async () => {};
  await execute(next, run);
  expect(await seen(run)).toMatchObject({ status: 'succeeded', progress: { rows: 2 } });
  expect(await leftIn(folder)).toEqual({ objects: 1, artifacts: 1 });
}

it('the source goes away', async () => {
  const run = await planned();
  happen = () => Promise.reject(new CodedError('source.interrupted'));
  await execute(services(), run);
  await goesOnAfter(run, 'source.interrupted', services());
});

it.each([
  ['the disk is full', 'write', 'ENOSPC', 'disk.full'],
  ['the quota is used up', 'sync', 'EDQUOT', 'disk.full'],
  ['the folder is read-only', 'create', 'EROFS', 'storage.write_failed'],
  ['the disk fails', 'sync', 'EIO', 'storage.write_failed'],
])('%s', async (_, where, errno, code) => {
  const run = await planned();
  const fail = () => Promise.reject(Object.assign(new Error('no'), { code: errno }));
  const failing: FileOperations = {
    ...nodeFiles,
    async create(file) {
      if (where === 'create') return fail();
      return { ...(await nodeFiles.create(file)), [where]: fail };
    },
  };
  await execute(services({ storage: await openLocalStorage(artifactFolder(), failing) }), run);
  await goesOnAfter(run, code, services());
});

it('a real disk is full, and is read-only', async () => {
  // Only root may mount one; elsewhere the errors above stand for it.
  if (process.getuid?.() !== 0) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'udm-small-disk-'));
  const mount = (...options: string[]) => execFileSync('mount', [...options, folder]);
  mount('-t', 'tmpfs', '-o', 'size=256k', 'tmpfs');
  try {
    // It says that it has as much room as UDM wants to keep free.
    const storage = await openLocalStorage(folder, { ...nodeFiles, freeBytes: async () => 1e12 });
    const small = services({ storage });
    const run = await planned();
    happen = () => mkdir(path.join(folder, 'full')).then(() => execFileSync('sh', ['-c', `cat /dev/zero > ${folder}/full/file 2>/dev/null || true`]));
    await execute(small, run);
    expect(await seen(run)).toMatchObject({ status: 'queued', error: { code: 'disk.full' } });
    await rm(path.join(folder, 'full'), { recursive: true });
    happen = async () => {};
    mount('-o', 'remount,ro');
    await execute(small, run);
    expect(await seen(run)).toMatchObject({ status: 'queued', error: { code: 'storage.write_failed', value: 'EROFS' } });
    mount('-o', 'remount,rw');
    await storage.sweepTemporary(0);
    await execute(small, run);
    expect(await seen(run)).toMatchObject({ status: 'succeeded' });
    expect(await leftIn(folder)).toEqual({ objects: 1, artifacts: 1 });
  } finally {
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  }
});

it('the database restarts', async () => {
  const run = await planned();
  const server = { ...(await superuserOf(udm.door.app.dataFolder)), database: 'postgres' };
  happen = () =>
    withClient(server, async (client) => {
      // As in a restart: every session ends, and for a while there is no new one.
      await client.query('ALTER DATABASE udm WITH ALLOW_CONNECTIONS false');
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'udm'`);
      await pause(1_200);
      await client.query('ALTER DATABASE udm WITH ALLOW_CONNECTIONS true');
    });
  await execute(services(), run);
  if ((await seen(run)).status === 'queued') await goesOnAfter(run, 'service.unavailable', services());
  expect(await seen(run)).toMatchObject({ status: 'succeeded', progress: { rows: 2 } });
  expect(await leftIn()).toEqual({ objects: 1, artifacts: 1 });
});

it('the certificate ends', async () => {
  const run = await planned();
  happen = () => udm.sql(`UPDATE certificate SET not_after = '2026-03-01T10:59:59Z'`);
  await execute(services(), run);
  expect(await seen(run)).toMatchObject({ status: 'failed', error: { code: 'run.certificate_invalid', value: { problem: 'certificate.expired' } } });
  expect(await leftIn()).toEqual({ objects: 0, artifacts: 0 });
  await udm.sql(`UPDATE certificate SET not_after = '2100-01-01Z'`);
});
