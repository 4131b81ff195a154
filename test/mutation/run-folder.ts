import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recipient } from '../../src/pipeline/archive.ts';
import { RUN_MANIFEST_FORMAT } from '../../src/pipeline/run-manifest.ts';
import { archive, file, TEST_SIGNER } from '../../src/pipeline/testing/archives.ts';

/** What a person has who saved the files of a job: three runs, of three parts, none (no data) and one, with their signed manifests. */
export interface RunFolder {
  readonly path: string;
  /** By name. */
  readonly files: ReadonlyMap<string, Buffer>;
  remove(): void;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const JOB = '11111111-1111-4111-8111-111111111111';
const RUNS = [3, 0, 1];

/** Makes the folder, encrypted to these recipients. */
export async function makeRunFolder(...recipients: readonly Recipient[]): Promise<RunFolder> {
  const files = new Map<string, Buffer>();
  let previous: { run: string; sha256: string } | null = null;
  for (const [index, count] of RUNS.entries()) {
    const run = `22222222-2222-4222-8222-22222222222${index}`;
    const parts = await partsOf(run, count, recipients, files);
    const manifest: object = {
      format: RUN_MANIFEST_FORMAT,
      signedBy: TEST_SIGNER.signedBy,
      run: { id: run, attempt: 1 },
      job: { id: JOB },
      source: 'UCSX',
      type: 'Interaction',
      window: { from: `2026-03-0${index + 1}T00:00:00Z`, to: `2026-03-0${index + 2}T00:00:00Z` },
      parts,
      totals: { rows: parts.length },
      chain: { sequence: index + 1, previous },
    };
    const body: Buffer = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    files.set(`${run}.manifest.json`, body).set(`${run}.manifest.json.sig`, Buffer.from(TEST_SIGNER.sign(body)));
    previous = { run, sha256: sha256(body) };
  }
  const path = mkdtempSync(join(tmpdir(), 'udm-runs-'));
  for (const [name, bytes] of files) writeFileSync(join(path, name), bytes);
  return { path, files, remove: () => rmSync(path, { recursive: true, force: true }) };
}

async function partsOf(run: string, count: number, recipients: readonly Recipient[], files: Map<string, Buffer>) {
  const parts = [];
  for (let number = 1; number <= count; number += 1) {
    const { bytes } = await archive([file('Email', [`{"id":"${run} ${number}"}\n`])], recipients, {
      manifest: (entries) => ({
        format: 'udm-archive/2',
        signedBy: TEST_SIGNER.signedBy,
        run: { id: run },
        part: { number, of: number === count ? count : null },
        entries,
      }),
    });
    const name = `${run}-p000${number}.zip.p7m`;
    files.set(name, bytes);
    parts.push({ number, name, rows: 1, bytes: bytes.length, sha256: sha256(bytes) });
  }
  return parts;
}
