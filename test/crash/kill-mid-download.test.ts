import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { objectKey } from '../../src/domain/artifact.ts';
import { insertArtifact } from '../../src/records/artifacts.ts';
import { inTenant } from '../../src/records/database.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, endProcess, type ServedUdm, startServe, startUdm } from '../support/serve.ts';
import { fillTenant } from '../support/tenant.ts';
import { runUdm } from '../support/udm.ts';

/** kill -9 in the middle of `udm artifact download`: of the command, of the server beside it, of both. */

const CHUNK = randomBytes(1 << 20);
const CHUNKS = 300;
const NAME = 'large.zip.p7m';
const files = new Recipients();
let udm: ServedUdm;
let id: string;
let sha256: string;
let folder: string;

beforeAll(async () => {
  udm = await startServe();
  const app = await udm.guest();
  try {
    const actor = await administrator(app);
    const { ids } = await fillTenant(app, actor, files.make().certificate);
    const key = objectKey(actor.tenantId, ids.run, 1, 2);
    const hash = createHash('sha256');
    const upload = await app.services.storage.create(key);
    for (let at = 0; at < CHUNKS; at += 1) {
      // No two places are alike: bytes that slipped would show.
      CHUNK.writeUInt32BE(at);
      hash.update(CHUNK);
      await upload.write(CHUNK);
    }
    await upload.seal();
    sha256 = hash.digest('hex');
    const bytes = CHUNKS * CHUNK.length;
    id = await inTenant(app.services.database, actor.tenantId, (tx) =>
      insertArtifact(tx, {
        tenantId: actor.tenantId,
        runId: ids.run,
        part: 2,
        fileName: NAME,
        objectKey: key,
        rows: 1,
        bytes,
        sha256,
        retentionDays: 30,
      }),
    );
  } finally {
    await app.stop();
  }
});

afterAll(async () => {
  await udm?.stop();
  files.remove();
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'udm-kill-download-'));
  return () => rm(folder, { recursive: true, force: true });
});

const args = () => ['artifact', 'download', id, '--out', folder, '--json'];
const half = () => path.join(folder, `${NAME}.part`);

/** Resolves as soon as so many bytes are there. */
async function until(bytes: number): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 2))) {
    if (((await stat(half()).catch(() => null))?.size ?? 0) >= bytes) return;
  }
  throw new Error('The download did not get that far.');
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

it('a killed command leaves no file of the right name, and the next goes on where it stopped', async () => {
  const killed = startUdm(args(), udm.dataDir);
  await until(5_000_000);
  await endProcess(killed, 'SIGKILL');
  expect(await readdir(folder)).toEqual([`${NAME}.part`]);
  const { size } = await stat(half());
  const next = await runUdm(args(), udm.dataDir);
  expect(next.code, next.stderr).toBe(0);
  expect(JSON.parse(next.stdout)).toMatchObject({ resumedAt: size });
  expect(size).toBeGreaterThan(0);
  expect(await hashOf(path.join(folder, NAME))).toBe(sha256);
});

it('a download outlives the server that is killed beside it, and the next finishes what both left', async () => {
  const going = startUdm(args(), udm.dataDir);
  await until(5_000_000);
  await endProcess(udm.process, 'SIGKILL');
  expect(await going.ended, going.output()).toBe(0);
  expect(await hashOf(path.join(folder, NAME))).toBe(sha256);
  await rm(path.join(folder, NAME));
  // Nobody serves now: the command opens UDM for itself, is killed with it, and the one after goes on.
  const alone = startUdm(args(), udm.dataDir);
  await until(5_000_000);
  await endProcess(alone, 'SIGKILL');
  const next = await runUdm(args(), udm.dataDir);
  expect(next.code, next.stderr).toBe(0);
  expect(JSON.parse(next.stdout).resumedAt).toBeGreaterThanOrEqual(5_000_000);
  expect(await hashOf(path.join(folder, NAME))).toBe(sha256);
});
