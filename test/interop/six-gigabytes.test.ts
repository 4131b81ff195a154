import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { measure } from '../../bench/measure.ts';
import { file, request } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { openArchiveThread } from '../../src/pipeline/threads/archive-thread.ts';

const folder = new TestFolder();
const alice = folder.recipient();
afterAll(() => folder.remove());

const LAUNCHER = path.resolve(import.meta.dirname, '../../udm');
const FILE_BYTES = 6 * 2 ** 30;
const MOST_MEGABYTES = 150;
/** Noise in base64 keeps three quarters of its bytes; what is repeated lies too far away to be found. */
const NOISE = Buffer.from(Array.from({ length: 2_000 }, (_, id) => `${JSON.stringify({ id, text: randomBytes(3_000).toString('base64') })}\n`).join(''));

/** A single file of more than so many bytes, made as a run makes it. */
async function makeFile(to: string): Promise<{ plainBytes: number; fileBytes: number }> {
  const archiver = openArchiveThread(2);
  const out = createWriteStream(to);
  let fileBytes = 0;
  let plainBytes = 0;
  async function* lines(): AsyncGenerator<Uint8Array> {
    while (fileBytes < FILE_BYTES) {
      plainBytes += NOISE.length;
      yield Uint8Array.from(NOISE);
    }
  }
  const write = async (chunk: Uint8Array): Promise<void> => {
    fileBytes += chunk.length;
    if (!out.write(Uint8Array.from(chunk))) await once(out, 'drain');
  };
  try {
    const { sink, ...rest } = request([{ ...file('Big', []), lines }, file('Small', ['{}\n'])], [alice.certificate]).whole;
    await archiver.writeParts({ ...rest, mostBytes: null, openPart: async () => ({ write, whole: async () => undefined }) });
  } finally {
    await archiver.close();
  }
  out.end();
  await once(out, 'close');
  return { plainBytes, fileBytes };
}

// Minutes and 15 GB of disk, so only on demand: UDM_TEST_LONG=1.
it.runIf(process.env['UDM_TEST_LONG'] === '1')('a single file of 6 GB opens in little memory', { timeout: 1_800_000 }, async () => {
  const encrypted = folder.fresh('big.zip.p7m');
  const { plainBytes, fileBytes } = await makeFile(encrypted);
  expect(statSync(encrypted).size).toBe(fileBytes);
  const outDir = folder.fresh();
  const opened = await measure(LAUNCHER, ['decrypt', encrypted, '--key', alice.keyFile, '--out', outDir, '--json'], process.env);
  const verified = await measure(LAUNCHER, ['verify', encrypted, '--key', alice.keyFile, '--json'], process.env);
  for (const [what, { seconds, peakMB }] of Object.entries({ opened, verified }))
    console.log(
      `${what}: ${(fileBytes / 1e9).toFixed(1)} GB, plain ${(plainBytes / 1e9).toFixed(1)} GB, in ${seconds.toFixed(0)} s, at most ${peakMB.toFixed(0)} MB`,
    );
  expect(JSON.parse(opened.output)).toMatchObject({ entries: expect.arrayContaining([expect.objectContaining({ name: 'Big.jsonl', bytes: plainBytes })]) });
  expect(statSync(path.join(outDir, 'Big.jsonl')).size).toBe(plainBytes);
  expect(JSON.parse(verified.output)).toMatchObject({ ok: true, bytes: fileBytes });
  expect(opened.peakMB).toBeLessThan(MOST_MEGABYTES);
  expect(verified.peakMB).toBeLessThan(MOST_MEGABYTES);
});
