import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../src/contract/run.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { addSource } from '../../src/operations/sources.ts';
import { decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { type ContactCentre, startContactCentre } from '../../src/sample/contact-centre.ts';
import { artifactsOf, type Client, createJobFor, downloadTo, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, endProcess, type ServedUdm, startServe, startUdm, type UdmProcess } from '../support/serve.ts';
import { passableFolder } from '../support/udm.ts';

/** Stands in every line of an interaction, so it would be in any plaintext that was left behind. */
const MARKER = Buffer.from('"ixnId"');

const READY = /UDM is ready: (\S+)/;
const files = new Recipients();
let home: string;
let centre: ContactCentre;
let served: ServedUdm;
let udm: UdmProcess;
let keyFile: string;
let client: Client;
let killed: RunView;
let after: { listedAtOnce: number; leftTemporary: string[]; plaintext: string[]; run: RunView };

beforeAll(async () => {
  home = await passableFolder('udm-crash-');
  const sample = { contacts: 500, interactions: 120_000, days: 60, seed: 1, endsAt: new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000) };
  [served, centre] = await Promise.all([startServe(), startContactCentre(path.join(home, 'contact-centre'), sample)]);
  udm = served.process;
  await furnish();
  client = await signIn(served.url);
  const job = await createJobFor(client);
  const runId = job.lastRun?.id as string;
  killed = await runUntil(client, runId, (run) => run.progress.phase === 'reading' && run.progress.fileBytes > 0);
  await endProcess(udm, 'SIGKILL');
  const plaintext = await filesWith(MARKER, served.dataDir);
  await restart();
  const listedAtOnce = (await artifactsOf(client, runId)).length;
  const run = await runUntil(client, runId, hasEnded, 150);
  after = { listedAtOnce, plaintext, run, leftTemporary: await readdir(path.join(served.dataDir, 'artifacts', 'temporary')) };
});

afterAll(async () => {
  if (udm) await endProcess(udm, 'SIGTERM');
  await served?.stop();
  await centre?.stop();
  files.remove();
  await rm(home, { recursive: true, force: true });
});

async function furnish(): Promise<void> {
  const made = files.make();
  ({ keyFile } = made);
  const { password, ...settings } = centre.reader;
  const app = await served.guest();
  try {
    const actor = await administrator(app);
    await addSource(app.services, actor, { name: 'UCSX', connector: 'postgres', catalog: 'ucsx', settings: { ...settings }, secret: password });
    await addCertificate(app.services, actor, { content: made.certificate });
  } finally {
    await app.stop();
  }
}

const signIn = (url: string) => signInTo(url, { tenant: 'default', user: 'admin', password: served.password });

async function restart(): Promise<void> {
  udm = startUdm(['serve'], served.dataDir);
  client = await signIn((await udm.until(READY))[1] as string);
}

describe('kill -9 of UDM in the middle of a run', () => {
  it('hit the run while it was reading', () => {
    expect(killed.status).toBe('running');
  });

  it('leaves no listed artifact', () => {
    expect(after.listedAtOnce).toBe(0);
  });

  it('leaves no plaintext in the data folder', () => {
    expect(after.plaintext).toEqual([]);
  });

  it('leaves no stuck run: after the restart the next attempt ends it, with one whole artifact and nothing half-done', async () => {
    expect(after.run.status, JSON.stringify(after.run.error)).toBe('succeeded');
    expect(after.run.attempt).toBe(2);
    expect(after.leftTemporary).toEqual([]);
    const artifacts = await artifactsOf(client, after.run.id);
    expect(artifacts).toHaveLength(1);
    const folder = await mkdtemp(path.join(tmpdir(), 'udm-crash-'));
    try {
      const file = path.join(folder, 'file.zip.p7m');
      await downloadTo(client, artifacts[0]?.id as string, file);
      const report = await decryptFile({ file, key: await readFile(keyFile, 'utf8'), outDir: path.join(folder, 'opened') });
      expect(report.entries.reduce((sum, entry) => sum + (entry.rows ?? 0), 0)).toBe(artifacts[0]?.rows);
      // What was looked for is what would have been found.
      expect(await filesWith(MARKER, path.join(folder, 'opened'))).not.toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** On the same folder: what comes before has left no run and no attempt behind. */
describe('stopping UDM in the middle of a run', () => {
  const isReading = (run: RunView) => run.progress.phase === 'reading' && run.progress.rows > 0;

  it('begins the run again at the next start, and does not count as an attempt', async () => {
    const runId = (await createJobFor(client)).lastRun?.id as string;
    await runUntil(client, runId, isReading);
    await endProcess(udm, 'SIGTERM');
    await restart();
    const run = await runUntil(client, runId, hasEnded);
    expect(run.status, JSON.stringify(run.error)).toBe('succeeded');
    expect(run.attempt).toBe(1);
  });

  it('is not needed to cancel it: it ends as cancelled within seconds and lists nothing', async () => {
    const runId = (await createJobFor(client)).lastRun?.id as string;
    await runUntil(client, runId, isReading);
    await client.json('POST', `/api/runs/${runId}/cancel`);
    const run = await runUntil(client, runId, hasEnded, 15);
    expect(run.status).toBe('cancelled');
    expect(run.fileNames).toEqual([]);
  });
});

/** Files below `folder` that hold the bytes. */
async function filesWith(bytes: Buffer, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && (await holds(file, bytes))) found.push(path.relative(folder, file));
  }
  return found;
}

async function holds(file: string, bytes: Buffer): Promise<boolean> {
  let tail: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      const joined = Buffer.concat([tail, chunk]);
      if (joined.includes(bytes)) return true;
      tail = joined.subarray(-bytes.length);
    }
  } catch (error) {
    // PostgreSQL may remove a file of its own while this reads.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}
