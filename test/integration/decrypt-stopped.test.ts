import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { file, request } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { writeParts } from '../../src/pipeline/write-archive.ts';
import { startUdm } from '../support/serve.ts';

const folder = new TestFolder();
const alice = folder.recipient();
afterAll(() => folder.remove());

it('udm decrypt removes plain data when it is stopped, also when it is told so again meanwhile', async () => {
  const lines = Array.from({ length: 500 }, (_, id) => `${JSON.stringify({ id, text: randomBytes(3_000).toString('base64') })}\n`);
  const { sink, ...rest } = request([file('Email', lines)], [alice.certificate]).whole;
  const chunks: Uint8Array[] = [];
  const openPart = async () => ({ write: async (chunk: Uint8Array) => void chunks.push(Uint8Array.from(chunk)), whole: async () => undefined });
  await writeParts({ ...rest, mostBytes: null, openPart });
  const bytes = Buffer.concat(chunks);
  const half = Math.floor(bytes.length / 2);

  // A pipe holds the command where it is wanted: between two pieces of the file.
  const pipe = folder.fresh('export.zip.p7m');
  execFileSync('mkfifo', [pipe]);
  const out = folder.fresh();
  mkdirSync(out);
  const process = startUdm(['decrypt', pipe, '--key', alice.keyFile, '--out', out], folder.path);
  const writer = await open(pipe, 'w');
  await writer.writeFile(bytes.subarray(0, half));
  await expect.poll(() => readdirSync(out).flatMap((name) => readdirSync(path.join(out, name))), { timeout: 20_000 }).toContain('Email.jsonl');
  process.child.kill('SIGINT');
  await process.until(/what was unpacked so far is removed/);
  process.child.kill('SIGINT');
  process.child.kill('SIGTERM');
  // It need not read on to the end.
  await writer.writeFile(bytes.subarray(half)).catch(() => undefined);
  await writer.close();
  expect(await process.ended).toBe(ERRORS['run.cancelled'].exit);
  expect(existsSync(out) && readdirSync(out)).toEqual([]);
});
