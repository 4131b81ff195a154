import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recipients } from '../support/recipients.ts';
import { type Answer, ApiClient, type FieldProblem } from '../support/api.ts';
import { type ServedUdm, startServe } from '../support/serve.ts';
import { cellsWith, superuserOf, withClient } from '../support/database-text.ts';
import { prepareDraft } from '../support/draft.ts';

/** Bodies of the API's forms against the catalogue of bad input (docs: reliability.md section 4). The client checks every answer's shape. */

const files = new Recipients();
let udm: ServedUdm;
let api: ApiClient;
let draft: Record<string, unknown>;

beforeAll(async () => {
  udm = await startServe();
  draft = await prepareDraft(udm, files.make().certificate);
  api = await ApiClient.signedIn(udm.url, udm.password);
});

afterAll(async () => {
  await udm.stop();
  files.remove();
});

const post = (body: unknown) => api.call('POST', '/api/jobs', { body });
const postRaw = (raw: string | Uint8Array, headers: Record<string, string> = {}) => api.call('POST', '/api/jobs', { raw, headers });
const jobCount = async (): Promise<number> => (await api.call('GET', '/api/jobs?limit=1')).json.total.count;
const codesOf = (answer: Answer): string[] => (answer.json.errors as FieldProblem[]).map((one) => `${one.field} ${one.code}`);

/** The draft with one field changed is refused with exactly this problem, and nothing is stored. */
async function refuses(change: Record<string, unknown>, ...problems: string[]): Promise<FieldProblem> {
  const before = await jobCount();
  const answer = await post({ ...draft, ...change });
  expect(answer.status).toBe(422);
  expect(answer.json.code).toBe('request.invalid');
  expect(codesOf(answer)).toEqual(problems);
  expect(await jobCount()).toBe(before);
  return answer.json.errors[0];
}

describe('the job form', () => {
  it('tells every problem at once, each with field, code, rejected value, allowed range and a fix', async () => {
    const answer = await post({
      title: ' ',
      source: 'nowhere',
      type: 7,
      entityTypes: [],
      run: { kind: 'hourly' },
      range: { kind: 'last', count: 0, unit: 'year' },
      recipients: ['x'],
      status: 'done',
      extra: 1,
    });
    expect(answer.status).toBe(422);
    expect(codesOf(answer)).toEqual([
      'title title.required',
      'source source.unknown',
      'type field.type',
      'entityTypes entity_types.empty',
      'run.every every.range',
      'run.minute minute.range',
      'range.count range.value',
      'range.unit range.unit',
      'recipients[0] recipients.unknown',
      'status property.read_only',
      'extra property.unknown',
    ]);
    expect(answer.json.errors[1]).toEqual({
      field: 'source',
      code: 'source.unknown',
      value: 'nowhere',
      range: expect.arrayContaining(['UCSX', 'IWD']),
      message: expect.any(String),
      fix: expect.any(String),
    });
    expect(answer.json.errors[6]).toMatchObject({ value: 0, range: { min: 1, max: 100_000 } });
  });

  it.each([
    ['missing', undefined, 'title.required'],
    ['empty', '', 'title.required'],
    ['of spaces', ' \u00a0 ', 'title.required'],
    ['of 10,000 characters', 'x'.repeat(10_000), 'title.too_long'],
    ['with a line break', 'a\r\nb', 'title.control_characters'],
    ['with NUL', 'a\0b', 'title.control_characters'],
    ['with a direction override', 'a\u202eb', 'title.control_characters'],
    ['with half a surrogate pair', 'a\ud800b', 'title.control_characters'],
    ['that is a number', 5, 'field.type'],
  ])('refuses a title %s', async (_name, title, code) => {
    const problem = await refuses({ title }, `title ${code}`);
    if (code === 'title.too_long') expect(problem.range).toEqual({ min: 1, max: 200 });
    expect(JSON.stringify(problem).length).toBeLessThan(1_000);
  });

  it.each(['../../x', 'CON', 'a/b:c*?', '=cmd()', '<script>alert(1)</script>', '%_\\', "'; DROP TABLE tenant; --"])(
    'takes the title %s as mere text',
    async (title) => {
      const made = await post({ ...draft, title });
      expect(made.status).toBe(201);
      expect(made.json.title).toBe(title);
      expect((await api.call('GET', `/api/jobs?text=${encodeURIComponent(title)}`)).json.items.map((job: { title: string }) => job.title)).toContain(title);
    },
  );

  it('refuses a type the source does not offer and lists the types', async () => {
    expect((await refuses({ type: 'WorkItems' }, 'type type.not_supported')).range).toContain('Interaction');
  });

  it.each([
    ['twice', ['EmailIn', 'EmailIn'], 'entityTypes[1] entity_types.unknown'],
    ['unknown', ['telex'], 'entityTypes[0] entity_types.unknown'],
    ['in wrong case', ['EmailIn', 'emailin'], 'entityTypes[1] entity_types.unknown'],
    ['none at all', [], 'entityTypes entity_types.empty'],
  ])('refuses an entity type %s', async (_name, entityTypes, problem) => {
    await refuses({ entityTypes }, problem);
  });

  it.each([
    ['a date beside "immediately"', { run: { kind: 'once', start: 'immediately', at: '2026-01-01T00:00:00Z' } }, 'run.start start.conflict'],
    ['a date without offset', { range: { kind: 'fixed', from: '2026-01-01T00:00:00', to: '2026-01-02T00:00:00Z' } }, 'range.from timestamp.offset_required'],
    ['30 February', { range: { kind: 'fixed', from: '2026-02-30T00:00:00Z', to: '2026-03-02T00:00:00Z' } }, 'range.from timestamp.invalid'],
    ['an end before the start', { range: { kind: 'fixed', from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }, 'range.to range.order'],
    ['an end that is the start', { range: { kind: 'fixed', from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00+01:00' } }, 'range.to range.order'],
    ['an end in the future', { range: { kind: 'fixed', from: '2026-01-02T00:00:00Z', to: '9999-01-01T00:00:00Z' } }, 'range.to range.future'],
    ['more than a hundred years', { range: { kind: 'fixed', from: '1900-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } }, 'range range.too_long'],
    ['0 days', { range: { kind: 'last', count: 0, unit: 'day' } }, 'range.count range.value'],
    ['a billion hours', { range: { kind: 'last', count: 1_000_000_000, unit: 'hour' } }, 'range.count range.value'],
    ['half a day', { range: { kind: 'last', count: 0.5, unit: 'day' } }, 'range.count range.value'],
    ['a number as text', { range: { kind: 'last', count: '3', unit: 'day' } }, 'range.count number.format'],
  ])('refuses %s', async (_name, change, problem) => {
    if (problem === 'range.to range.future' || problem === 'range range.too_long') {
      const answer = await post({ ...draft, ...change });
      expect(codesOf(answer)).toContain(problem);
      return;
    }
    await refuses(change, problem);
  });

  it.each(['1e3', '9007199254740993', '1.0'])('refuses the number %s, which is not in plain digits or not exact', async (count) => {
    const answer = await postRaw(JSON.stringify({ ...draft, range: { kind: 'last', count: 4711, unit: 'day' } }).replace('4711', count));
    expect(answer).toMatchObject({ status: 422, json: { code: 'number.format', value: count } });
  });

  it.each(['0x10', 'NaN', '+1', '.5', '01'])('refuses %s, which is no JSON number', async (count) => {
    const answer = await postRaw(JSON.stringify({ ...draft, range: { kind: 'last', count: 4711, unit: 'day' } }).replace('4711', count));
    expect(answer).toMatchObject({ status: 400, json: { code: 'json.invalid', value: { offset: expect.any(Number) } } });
  });

  it('refuses unknown properties, __proto__ and constructor among them, and those that only UDM sets', async () => {
    const answer = await postRaw(
      `{"__proto__":{"admin":true},"constructor":1,"colour":"red","tenantId":"x","createdBy":"x","status":"x",${JSON.stringify(draft).slice(1)}`,
    );
    expect(answer.status).toBe(422);
    expect(codesOf(answer)).toEqual([
      '__proto__ property.unknown',
      'constructor property.unknown',
      'colour property.unknown',
      'tenantId property.read_only',
      'createdBy property.read_only',
      'status property.read_only',
    ]);
    expect(answer.text).not.toContain('red');
  });

  it('refuses a job whose only certificate has expired, and one more job than the tenant may have', async () => {
    const sql = async (text: string, values: unknown[]) => withClient(await superuserOf(udm.dataDir), (client) => client.query(text, values));
    const { id } = (await api.call('POST', '/api/certificates', { body: { content: files.make().certificate } })).json;
    await sql(`UPDATE certificate SET not_after = now() - interval '1 second' WHERE id = $1`, [id]);
    expect(await post({ ...draft, recipients: [id] })).toMatchObject({ status: 409, json: { code: 'certificate.none' } });
    const jobs = await jobCount();
    await sql('UPDATE tenant SET job_quota = $1', [jobs]);
    try {
      expect(await post(draft)).toMatchObject({ status: 409, json: { code: 'quota.jobs', range: jobs } });
      expect(await jobCount()).toBe(jobs);
    } finally {
      await sql('UPDATE tenant SET job_quota = 1000', []);
    }
  });
});

describe('bodies as such', () => {
  it.each([
    ['a byte order mark', Buffer.from('\ufeff{}'), 0],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22]), 2],
    ['a depth of 1,000', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, 32],
    ['something after the value', '{} {}', 3],
    ['nothing', '', 0],
  ])('refuses %s with the offset', async (_name, raw, offset) => {
    const answer = await postRaw(raw);
    expect(answer).toMatchObject({ status: 400, json: { code: 'json.invalid' } });
    if (raw.length > 0) expect(answer.json.value).toEqual({ offset });
  });

  it('refuses a property named twice', async () => {
    expect(await postRaw('{"title":"a","title":"b"}')).toMatchObject({ status: 400, json: { code: 'json.duplicate_key', value: 'title' } });
  });

  it('refuses a body of 5 MB before it is sent', async () => {
    expect(await api.call('POST', '/api/jobs', { announce: 5_000_000 })).toMatchObject({ status: 413, json: { code: 'body.too_large' } });
  });

  it('does not unpack what is compressed: a gzip bomb is only bytes that are no JSON', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await postRaw(bomb, { 'content-encoding': 'gzip' });
    expect([400, 415]).toContain(answer.status);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'application/json-patch+json', 'nonsense'])(
    'refuses the content type %s',
    async (type) => {
      expect(await postRaw('title=x', { 'content-type': type })).toMatchObject({ status: 415, json: { code: 'body.media_type', range: 'application/json' } });
    },
  );

  it('answers any JSON with 201, or with a refusal that says why, never with a failure', async () => {
    const loose = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('all', 'last', 'fixed', 'day', 'UCSX', 'Interaction', 'Email', '0001-01-01T00:00:00Z', 1e21, -1),
      fc.constantFrom('once', 'hourly', 'weekly', 'monthly', 'since_previous', 'Europe/Kiev', '23:59', 5, { local: '9999-12-31T23:59' }),
    );
    const MEMBERS = 'kind count unit calendar from to dataFrom start at end local every minute time weekdays day'.split(' ');
    const similar = fc.dictionary(
      fc.constantFrom('title', 'description', 'source', 'type', 'entityTypes', 'timeZone', 'run', 'range', 'missedRuns', 'recipients', 'id'),
      fc.oneof(loose, fc.array(loose), fc.dictionary(fc.constantFrom(...MEMBERS), loose)),
    );
    const nearly = similar.map((changes) => ({ ...draft, ...changes }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), similar, nearly), async (body) => {
        expect([201, 400, 409, 422]).toContain((await post(body)).status);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the certificate upload', () => {
  const upload = (content: unknown, more: object = {}) => api.call('POST', '/api/certificates', { body: { content, ...more } });

  it.each([
    ['empty', ''],
    ['text', 'hello'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1').toString('base64')],
    ['deep ASN.1', Buffer.concat([...Array(200).keys()].reverse().map(() => Buffer.from([0x30, 0x80]))).toString('base64')],
  ])('refuses %s', async (_name, content) => {
    expect(await upload(content)).toMatchObject({ status: 422, json: { code: 'certificate.unreadable' } });
  });

  it('refuses a certificate with bytes after it, an upload of 10 MB, and a wrong type', async () => {
    const der = Buffer.from(files.make().certificate.replace(/-----.*-----|\s/g, ''), 'base64');
    expect(await upload(Buffer.concat([der, Buffer.from('more')]).toString('base64'))).toMatchObject({ status: 422, json: { code: 'certificate.unreadable' } });
    expect((await api.call('POST', '/api/certificates', { announce: 10_000_000 })).status).toBe(413);
    expect((await upload('A'.repeat(300_000))).status).toBe(422);
    expect(codesOf(await upload(5, { label: 5, colour: 1 }))).toEqual(['label field.type', 'content field.type', 'colour property.unknown']);
    expect(codesOf(await api.call('POST', '/api/certificates', { raw: '{"__proto__":1}' }))).toContain('content field.required');
  });

  it('refuses a private key in every guise, alone, beside a certificate, or as PKCS#12, and stores it nowhere', async () => {
    const { certificate, key, keyFile, certificateFile } = files.make();
    const secret = readFileSync(keyFile, 'utf8').split('\n')[5] as string;
    const pkcs12 = execFileSync('openssl', ['pkcs12', '-export', '-inkey', keyFile, '-in', certificateFile, '-passout', 'pass:']).toString('base64');
    for (const content of [key, `${certificate}\n${key}`, Buffer.from(key).toString('base64'), pkcs12]) {
      const answer = await upload(content);
      expect(answer).toMatchObject({ status: 422, json: { code: 'certificate.private_key_present' } });
      expect(answer.text).not.toContain(secret);
    }
    const database = await superuserOf(udm.dataDir);
    expect(await cellsWith(database, secret)).toEqual([]);
    expect(await cellsWith(database, 'PRIVATE KEY')).toEqual([]);
    // The search itself must find what is there.
    expect(await cellsWith(database, 'BEGIN CERTIFICATE')).toContain('public.certificate');
    expect(udm.process.output()).not.toContain(secret);
  });

  it('refuses the same certificate twice', async () => {
    const { certificate } = files.make();
    expect((await upload(certificate)).status).toBe(201);
    expect(await upload(certificate)).toMatchObject({ status: 409, json: { code: 'certificate.duplicate' } });
  });

  it('refuses a label that cannot be shown', async () => {
    for (const label of ['a\0b', 'a\u202eb']) expect(codesOf(await upload(files.make().certificate, { label }))).toEqual(['label field.type']);
  });
});
