import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CodedError } from '../../src/errors.ts';
import { listArtifactsFor } from '../../src/operations/artifacts.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { getRunDetails } from '../../src/operations/read-run-details.ts';
import { retryRun } from '../../src/operations/retry-run.ts';
import type { Services } from '../../src/operations/services.ts';
import type { SourceFile } from '../../src/sources/source.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** The files of a run that is split, from the job to storage, on a real PostgreSQL. */

const MEGABYTE = 1_048_576;
const SCHEMA = { properties: { text: { type: 'string' } } };
const recipients = new Recipients();
const recipient = recipients.make();
let udm: Planned;
/** What the source holds; an error is thrown where it stands. */
let lines: (string | Error)[] = [];
/** Further files of the source, without lines. */
let empty: Pick<SourceFile, 'name' | 'schemaName' | 'schema'>[] = [];

beforeAll(async () => {
  udm = await openPlanned(recipient.certificate);
});
afterEach(async () => {
  empty = [];
  for (const key of await stored()) await udm.services.storage.remove(key);
  await udm.clear();
});
afterAll(async () => {
  await udm?.close();
  recipients.remove();
});

const row = (bytes: number) => `${JSON.stringify({ text: randomBytes(bytes).toString('base64') })}\n`;
const rows = (count: number) => Array.from({ length: count }, () => row(6_000));
const details = (id: string) => getRunDetails(udm.services, udm.door.actor, id);

async function stored(): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of udm.services.storage.list()) keys.push(key);
  return keys.sort();
}

/** The services with a source of `lines`. */
function services(certain: NonNullable<SourceFile['certain']>): Services {
  const one = udm.services.connectors.open('', '', {}, '');
  const open: Services['connectors']['open'] = () => ({
    ...one,
    open: async (request, signal) => {
      const snapshot = await one.open(request, signal);
      return {
        ...snapshot,
        files: snapshot.files.flatMap((file) => [{ ...file, schema: SCHEMA, certain }, ...empty.map((one) => ({ ...file, certain, ...one }))]),
        async *lines(file) {
          if (empty.some(({ name }) => name === file.name)) return;
          for (const line of lines) {
            if (line instanceof Error) throw line;
            yield Buffer.from(line);
          }
        },
      };
    },
  });
  return { ...udm.services, connectors: { ...udm.services.connectors, open } };
}

async function run(id: string, certain: SourceFile['certain'] = {}): Promise<void> {
  await executeRun(services(certain), { tenantId: udm.door.actor.tenantId, runId: id }, new AbortController().signal);
}

/** A run of a new hourly job that is queued. */
async function queued(change: object) {
  const job = await udm.make(change);
  await udm.tick('11:00');
  const [first] = await udm.runs(job.id);
  return { job, id: first?.id as string };
}

/** The data of a part, opened with openssl and unzip. */
async function dataOf(key: string, entry = 'Chat.jsonl'): Promise<string> {
  const name = path.join(recipients.folder, key.replaceAll('/', '_'));
  const chunks: Buffer[] = [];
  for await (const chunk of await udm.services.storage.read(key)) chunks.push(chunk as Buffer);
  writeFileSync(name, Buffer.concat(chunks));
  execFileSync('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', name, '-inkey', recipient.keyFile, '-out', `${name}.zip`], { stdio: 'pipe' });
  execFileSync('unzip', ['-tq', `${name}.zip`], { stdio: 'pipe' });
  return execFileSync('unzip', ['-p', `${name}.zip`, entry], { encoding: 'utf8', maxBuffer: 64 * MEGABYTE });
}

describe('a job that splits its files', () => {
  it('publishes parts of at most that size that hold every line, each once, in order', async () => {
    lines = rows(600);
    const { id } = await queued({ splitMegabytes: 1 });
    await run(id);
    const { run: view, parts, settings } = await details(id);
    expect(view).toMatchObject({ status: 'succeeded', progress: { rows: 600 } });
    expect(settings).toMatchObject({ splitMegabytes: 1, compression: 'fast' });
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map(({ part }) => part)).toEqual(parts.map((_, at) => at + 1));
    for (const [at, one] of parts.entries()) {
      expect(one.fileName).toMatch(new RegExp(`^UCSX-Interaction-.*-${id}-p000${at + 1}\\.zip\\.p7m$`));
      expect(one.bytes).toBeLessThanOrEqual(MEGABYTE);
    }
    expect(parts.reduce((sum, one) => sum + one.rows, 0)).toBe(600);
    // What they are together is said with each, and the newest file of the list is the first part.
    const together = { parts: parts.length, rows: 600, bytes: parts.reduce((sum, one) => sum + one.bytes, 0) };
    for (const one of parts) expect(one.whole).toEqual(together);
    const { items } = await listArtifactsFor(udm.services, udm.door.actor, { limit: 50 });
    expect(items.map(({ part }) => part)).toEqual(parts.map(({ part }) => part));
    const keys = await stored();
    expect(keys).toHaveLength(parts.length);
    expect((await Promise.all(keys.map((key) => dataOf(key)))).join('')).toBe(lines.join(''));
  });

  it('stores also the part that holds nothing but an empty entry, and none of them when the whole run is empty', async () => {
    const long = { properties: { text: { type: 'string', description: randomBytes(600_000).toString('base64') } } };
    empty = [{ name: 'Fax.jsonl', schemaName: 'Fax.schema.json', schema: long }];
    lines = [row(600_000)];
    const { id } = await queued({ splitMegabytes: 1 });
    await run(id);
    expect((await details(id)).parts.map((one) => one.rows)).toEqual([1, 0]);
    expect(await stored()).toHaveLength(2);
    for (const key of await stored()) await udm.services.storage.remove(key);
    await udm.clear();
    empty.push({ name: 'Web.jsonl', schemaName: 'Web.schema.json', schema: long });
    lines = [];
    const { id: other } = await queued({ splitMegabytes: 1 });
    await run(other);
    expect((await details(other)).run).toMatchObject({ status: 'succeeded_no_data' });
    expect(await stored()).toEqual([]);
  });

  it('makes a single file where it does not split, named as ever', async () => {
    lines = rows(600);
    const { id } = await queued({ compression: 'small' });
    await run(id);
    const { parts, settings } = await details(id);
    expect(parts).toMatchObject([{ part: 1, rows: 600 }]);
    expect(parts[0]?.fileName).toMatch(new RegExp(`-${id}\\.zip\\.p7m$`));
    expect(settings).toMatchObject({ splitMegabytes: null, compression: 'small' });
  });

  it('writes the format of the job into every part', async () => {
    lines = ['{"text":"=1+1"}\n', '{"text":"a \\"b\\""}\n', ...rows(300)];
    const { id } = await queued({ splitMegabytes: 1, format: 'csv', csvFormulas: 'escape' });
    await run(id);
    const { run: view, parts, settings } = await details(id);
    expect(view).toMatchObject({ status: 'succeeded', progress: { rows: 302 } });
    expect(settings).toMatchObject({ format: 'csv', csvFormulas: 'escape' });
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.reduce((sum, one) => sum + one.rows, 0)).toBe(302);
    const [first = '', ...others] = await Promise.all((await stored()).map((key) => dataOf(key, 'Chat.csv')));
    expect(first).toMatch(/^text\r\n"'=1\+1"\r\n"a ""b"""\r\n/);
    for (const other of others) expect(other).toMatch(/^text\r\n"'?[A-Za-z0-9+/=]{8000}"\r\n/);
  });

  it('names the column whose values its format cannot hold, and retries with the format the job has then', async () => {
    lines = ['{"text":"soon"}\n'];
    const { id, job } = await queued({ format: 'parquet' });
    await run(id, { text: 'instant' });
    const value = { entry: 'Chat.parquet', column: 'text' };
    expect((await details(id)).run).toMatchObject({ status: 'failed', error: { code: 'run.value_unfit', fault: 'settings', value } });
    expect(await stored()).toEqual([]);
    await editJob(udm.services, udm.door.actor, job.id, job.version, udm.draft({ format: 'jsonl' }));
    await retryRun(udm.services, udm.door.actor, id);
    await run(id);
    const { run: view, settings } = await details(id);
    expect([view.status, settings?.format]).toEqual(['succeeded', 'jsonl']);
  });

  it('leaves nothing in storage when a later part fails', async () => {
    lines = [...rows(600), new CodedError('source.interrupted')];
    const { id } = await queued({ splitMegabytes: 1 });
    await run(id).catch(() => undefined);
    expect(await stored()).toEqual([]);
    expect((await details(id)).parts).toEqual([]);
  });

  it('fails over a row that fits in no part, and retries with the size the job has then', async () => {
    lines = [...rows(200), row(1_200_000)];
    const { id, job } = await queued({ splitMegabytes: 1 });
    await run(id);
    expect((await details(id)).run).toMatchObject({ status: 'failed', error: { code: 'run.split_too_small', fault: 'settings' } });
    expect(await stored()).toEqual([]);
    await editJob(udm.services, udm.door.actor, job.id, job.version, udm.draft({ splitMegabytes: 4 }));
    await retryRun(udm.services, udm.door.actor, id);
    await run(id);
    const { run: view, settings, parts } = await details(id);
    expect([view.status, settings?.splitMegabytes, parts.length]).toEqual(['succeeded', 4, 1]);
  });
});
