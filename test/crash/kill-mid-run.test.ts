import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../src/contract/run.ts';
import { decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { artifactsOf, type Client, createJobFor, downloadTo, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';

/** Stands in every line of an interaction, so it would be in any plaintext that was left behind. */
const MARKER = Buffer.from('"ixnId"');

let udm: TestUdm;
let client: Client;
let killed: RunView;
let after: { listedAtOnce: number; leftTemporary: string[]; plaintext: string[]; run: RunView };

beforeAll(async () => {
  udm = await startTestUdm({ contacts: 500, interactions: 120_000, days: 60 });
  client = await signInTo(udm.url, udm);
  const job = await createJobFor(client);
  const runId = job.lastRun?.id as string;
  killed = await runUntil(client, runId, (run) => run.progress.phase === 'reading' && run.progress.fileBytes > 0);
  await udm.kill();
  const plaintext = await filesWith(MARKER, udm.dataDir);
  await udm.restart();
  client = await signInTo(udm.url, udm);
  const listedAtOnce = (await artifactsOf(client, runId)).length;
  const run = await runUntil(client, runId, hasEnded, 150);
  after = { listedAtOnce, plaintext, run, leftTemporary: await readdir(path.join(udm.dataDir, 'artifacts', 'temporary')) };
});

afterAll(async () => {
  await udm?.stop();
});

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
      const report = await decryptFile({ file, key: await readFile(udm.keyFile, 'utf8'), outDir: path.join(folder, 'opened') });
      expect(report.entries.reduce((sum, entry) => sum + (entry.rows ?? 0), 0)).toBe(artifacts[0]?.rows);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Files below `folder` that hold the bytes. What the demo itself unpacked for its user is left out. */
async function filesWith(bytes: Buffer, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || file.includes(`${path.sep}demo${path.sep}opened-`)) continue;
    if (await holds(file, bytes)) found.push(path.relative(folder, file));
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
