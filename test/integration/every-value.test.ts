import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import addFormats from 'ajv-formats';
import { Ajv, type ValidateFunction } from 'ajv';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCertificate } from '../../src/operations/certificates.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { addSource } from '../../src/operations/sources.ts';
import { type ContactCentre, startContactCentre } from '../../src/sample/contact-centre.ts';
import { CATALOGS } from '../../src/sources/catalogs/all-catalogs.ts';
import type { EntityType, Fields } from '../../src/sources/catalogs/catalog.ts';
import { type Door, openDoor } from '../support/door.ts';
import { Recipients } from '../support/recipients.ts';
import { passableFolder } from '../support/udm.ts';

const IS_LONG = process.env['UDM_TEST_LONG'] === '1';
const INTERACTIONS = IS_LONG ? 101_000 : 21_000;

const files = new Recipients();
let door: Door;
let centre: ContactCentre;
let folder: string;
let zip: string;
let source: pg.ClientConfig;
let rows: number;
let entries: ReadonlySet<string>;

beforeAll(async () => {
  folder = await passableFolder('udm-values-');
  const endsAt = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
  const sample = { contacts: 2_000, interactions: INTERACTIONS, days: 120, seed: 1, endsAt };
  [door, centre] = await Promise.all([openDoor(), startContactCentre(path.join(folder, 'contact-centre'), sample)]);
  source = centre.reader;
  const { keyFile, certificate } = files.make();
  const { services } = door.app;
  const { password, ...settings } = centre.reader;
  await addSource(services, door.actor, { name: 'UCSX', connector: 'postgres', catalog: 'ucsx', settings: { ...settings }, secret: password });
  const { id } = await addCertificate(services, door.actor, { content: certificate });
  const parts = { source: 'UCSX', type: 'Interaction', entityTypes: 'all', recipients: [id] };
  const { json: job } = await door.call('POST', '/api/jobs', { title: 'All', ...parts, run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' } });
  await executeRun(services, { tenantId: door.actor.tenantId, runId: job.lastRun.id }, new AbortController().signal);
  const { json: run } = await door.call('GET', `/api/runs/${job.lastRun.id}`);
  expect(run.status, JSON.stringify(run.error)).toBe('succeeded');
  rows = run.progress.rows;
  const { json: artifacts } = await door.call('GET', `/api/artifacts?run=${run.id}`);
  const file = path.join(folder, 'file.zip.p7m');
  await writeFile(file, (await door.call('GET', `/api/artifacts/${artifacts.items[0].id}/content`)).bytes);
  zip = path.join(folder, 'cms.zip');
  for (const [tool, out] of [
    ['cms', zip],
    ['smime', path.join(folder, 'smime.zip')],
  ] as const) {
    execFileSync('openssl', [tool, '-decrypt', '-binary', '-inform', 'DER', '-in', file, '-inkey', keyFile, '-out', out]);
  }
  entries = new Set(execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n'));
});

afterAll(async () => {
  await door?.close();
  await centre?.stop();
  files.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('a file made by UDM', () => {
  it('opens to the same bytes with openssl cms and openssl smime, and unzip finds it sound', async () => {
    const [cms, smime] = await Promise.all([readFile(zip), readFile(path.join(folder, 'smime.zip'))]);
    expect(createHash('sha256').update(cms).digest('hex')).toBe(createHash('sha256').update(smime).digest('hex'));
    expect(execFileSync('unzip', ['-t', zip], { encoding: 'utf8', maxBuffer: 2 ** 26 })).toContain('No errors detected');
  });

  it(`holds every row and every value that psql reads from the source, and every line fits its schema`, async () => {
    const type = CATALOGS.get('ucsx')?.types.find((one) => one.name === 'Interaction');
    let compared = 0;
    for (const entity of type?.entityTypes ?? []) {
      compared += await compareFile(`${entity.name}.jsonl`, entity.fields, rowQuery(entity));
      if (entity.attachments) compared += await compareFile(`${entity.name}-Attachment.jsonl`, entity.attachments.fields, attachmentQuery(entity));
    }
    expect(compared).toBe(rows);
    expect(compared).toBeGreaterThan(INTERACTIONS * 0.99);
  });
});

/** Compares one entry of the archive with what psql reads, line by line in the same order; returns how many. */
async function compareFile(entry: string, fields: Fields, query: string): Promise<number> {
  const expected = psqlRecords(query);
  // Files are left out when they would be empty.
  if (!entries.has(entry)) {
    expect((await expected.next()).done, `${entry} is missing, but the source has rows for it`).toBe(true);
    return 0;
  }
  const validate = schemaOf(entry.replace('.jsonl', '.schema.json'));
  const columns = Object.entries(fields);
  const unzip = spawn('unzip', ['-p', zip, entry]);
  let count = 0;
  for await (const line of linesOf(unzip.stdout)) {
    const value = JSON.parse(line) as Record<string, unknown>;
    if (!validate(value)) throw new Error(`${entry} line ${count + 1}: ${JSON.stringify(validate.errors)}`);
    const record = await expected.next();
    if (record.done) throw new Error(`${entry} has more lines than the source has rows`);
    if (Object.keys(value).length !== columns.length) throw new Error(`${entry} line ${count + 1} has ${Object.keys(value)}`);
    for (const [index, [name, field]] of columns.entries()) {
      if (!same(value[name], record.value[index] as string | null, field))
        throw new Error(`${entry} line ${count + 1}, ${name}: ${difference(value[name], record.value[index] as string | null)}`);
    }
    count += 1;
  }
  expect((await expected.next()).done, `${entry} lacks rows of the source`).toBe(true);
  return count;
}

function schemaOf(entry: string): ValidateFunction {
  const ajv = new Ajv({ strict: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  return ajv.compile(JSON.parse(execFileSync('unzip', ['-p', zip, entry], { encoding: 'utf8' })) as object);
}

/** Whether a JSON value is what psql prints, by the type the catalog gives the field. */
function same(value: unknown, printed: string | null, field: Fields[string]): boolean {
  if (printed === null) return value === null;
  if (field.type === 'boolean') return value === (printed === 't');
  if (field.type === 'integer' || field.type === 'number') return typeof value === 'number' && String(value) === printed;
  if (field.type === 'base64') return value === Buffer.from(printed.slice(2), 'hex').toString('base64');
  if (field.type === 'array' || field.type === 'object') return isDeepStrictEqual(value, JSON.parse(printed));
  if (field.format === 'date-time') return value === printed.replace(' ', 'T').replace(/\+00$/, '+00:00');
  return value === printed;
}

/** Both values around the place where they part. */
function difference(value: unknown, copied: string | null): string {
  const printed = copied ?? 'null';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  let at = 0;
  while (at < printed.length && text[at] === printed[at]) at += 1;
  const around = (whole: string) => JSON.stringify(whole.slice(Math.max(0, at - 20), at + 40));
  return `at ${at}, ${around(text)} is not ${around(printed)}`;
}

function rowQuery(entity: EntityType): string {
  const columns = Object.values(entity.fields).map((field) => `t."${field.column}"`);
  const filter = entity.filter ? `WHERE t."${entity.filter.column}" = '${entity.filter.equals}'` : '';
  return `SELECT ${columns.join(', ')} FROM "${entity.schema}"."${entity.table}" t ${filter} ORDER BY t."${entity.time}", t."${entity.key}"`;
}

function attachmentQuery(entity: EntityType): string {
  const { attachments } = entity;
  if (!attachments) throw new Error('no attachments');
  const columns = Object.values(attachments.fields).map((field) => `a."${field.column}"`);
  const filter = entity.filter ? `WHERE t."${entity.filter.column}" = '${entity.filter.equals}'` : '';
  return `SELECT ${columns.join(', ')} FROM "${attachments.schema}"."${attachments.table}" a JOIN "${entity.schema}"."${entity.table}" t ON t."${attachments.join.to}" = a."${attachments.join.column}" ${filter} ORDER BY a."${attachments.join.column}", a."${attachments.key}"`;
}

/** Lines end at LF alone: node:readline would also break them at U+2028, which JSON may hold. */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = rest.indexOf(10, from); end !== -1; end = rest.indexOf(10, from)) {
      yield rest.toString('utf8', from, end);
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) throw new Error('the file does not end with a line end');
}

/**
 * Records as psql's COPY gives them. Its aligned and unaligned output would do less well: psql leaves out characters
 * it holds for unprintable, such as U+10FFFF.
 */
async function* psqlRecords(query: string): AsyncGenerator<(string | null)[]> {
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', `COPY (${query}) TO STDOUT`], {
    env: {
      PATH: process.env['PATH'],
      PGHOST: String(source.host),
      PGPORT: String(source.port),
      PGUSER: String(source.user),
      PGPASSWORD: String(source.password),
      PGDATABASE: String(source.database),
      PGTZ: 'UTC',
      PGDATESTYLE: 'ISO',
      PGCLIENTENCODING: 'UTF8',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of linesOf(psql.stdout)) yield line.split('\t').map((field) => (field === '\\N' ? null : unescapeCopy(field)));
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** COPY's text format writes these few characters with a backslash and everything else as it is. */
function unescapeCopy(field: string): string {
  return field.includes('\\') ? field.replace(/\\(.)/g, (_whole, letter: string) => ESCAPES[letter] ?? letter) : field;
}
