import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient } from '../support/api.ts';
import { prepareDraft } from '../support/draft.ts';
import { Recipients } from '../support/recipients.ts';
import { type ServedUdm, startServe } from '../support/serve.ts';

/** What the HTTP door refuses whoever asks and whatever the body: sessions, ids, versions, lists, hosts, broken requests. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const files = new Recipients();
let udm: ServedUdm;
let api: ApiClient;
let draft: Record<string, unknown>;
/** A source that takes connections and never answers: its runs go on until they are cancelled. */
let silent: Server;
const held = new Set<Socket>();

beforeAll(async () => {
  silent = createServer((socket) => held.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  // Everything that is ever logged.
  udm = await startServe({ UDM_LOG_LEVEL: 'debug' });
  draft = await prepareDraft(udm, files.make().certificate, (silent.address() as AddressInfo).port);
  api = await ApiClient.signedIn(udm.url, udm.password);
  // Nothing is refused for want of a role. New roles end the session.
  const { json } = await api.call('GET', '/api/users');
  await api.call('PUT', `/api/users/${json.items[0].id}/roles`, { body: { roles: ['tenant_administrator', 'privacy_officer'] } });
  api = await ApiClient.signedIn(udm.url, udm.password);
});

afterAll(async () => {
  for (const socket of held) socket.destroy();
  silent.close();
  await udm.stop();
  files.remove();
});

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every route of the OpenAPI document, with a well-formed id in its place. */
async function documentedRoutes(): Promise<Route[]> {
  const { json } = await new ApiClient(udm.url).call('GET', '/api/openapi.json');
  return Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replace('{id}', UNKNOWN) })),
  );
}

async function newJob(): Promise<{ id: string; run: string; etag: string }> {
  const made = await api.call('POST', '/api/jobs', { body: draft });
  expect(made.status).toBe(201);
  const read = await api.call('GET', made.headers.location as string);
  return { id: made.json.id, run: made.json.lastRun.id, etag: read.headers.etag as string };
}

/** Waits for what must come true, at most 30 seconds. */
async function eventually<T>(ask: () => Promise<T | null>): Promise<T> {
  for (const end = performance.now() + 30_000; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await ask();
    if (found !== null) return found;
  }
  throw new Error('It did not come true within 30 seconds.');
}

describe('who may ask', () => {
  it('answers 401 without a session on every route but sign-in, health and the API document', async () => {
    const open = ['POST /api/session', 'GET /api/health', 'GET /api/openapi.json', 'GET /api/sso/start', 'GET /api/sso/callback'];
    const guarded = (await documentedRoutes()).filter(({ method, path }) => !open.includes(`${method} ${path}`));
    expect(guarded.length).toBeGreaterThan(15);
    for (const cookie of ['', 'udm_session=', 'udm_session=abc', `udm_session=${'x'.repeat(43)}`]) {
      for (const { method, path } of guarded) {
        const answer = await new ApiClient(udm.url).call(method, path, { headers: { cookie, accept: path === '/api/events' ? 'text/event-stream' : '*/*' } });
        expect(`${method} ${path} ${answer.status} ${answer.json.code}`).toBe(`${method} ${path} 401 sign_in.required`);
      }
    }
  });

  it('asks who calls before it reads a body, so that strangers cannot make it work', async () => {
    const stranger = new ApiClient(udm.url);
    for (const raw of ['{broken', JSON.stringify({ title: 'x'.repeat(2_000_000) })])
      expect((await stranger.call('POST', '/api/jobs', { raw })).status).toBe(401);
  });

  it('refuses every changing route without the CSRF token, or with another one', async () => {
    const changing = (await documentedRoutes()).filter(({ method, path }) => method !== 'GET' && path !== '/api/session');
    expect(changing.length).toBeGreaterThan(5);
    const right = api.session['x-csrf-token'] as string;
    for (const token of ['', right.slice(1), `${right}x`, right.toLowerCase() === right ? right.toUpperCase() : right.toLowerCase(), 'ä'.repeat(22)]) {
      for (const { method, path } of [...changing, { method: 'DELETE', path: '/api/session' }]) {
        const answer = await api.call(method, path, { headers: { 'x-csrf-token': encodeURIComponent(token) } });
        expect(`${method} ${path} ${answer.status} ${answer.json?.code}`).toBe(`${method} ${path} 403 permission.denied`);
      }
    }
    expect((await api.call('GET', '/api/session')).status).toBe(200);
  });

  it('gives the same answer for a wrong password, an unknown user, an unknown tenant and names no database can hold', async () => {
    const answers = new Set<string>();
    for (const body of [
      { user: 'admin', password: 'wrong' },
      { user: 'nobody', password: udm.password },
      { tenant: 'other', user: 'admin', password: udm.password },
      { user: 'ad\0min', password: 'x' },
      { tenant: 'de\0fault', user: 'admin', password: '\0' },
      { user: 'other\\admin', password: '' },
    ]) {
      const answer = await new ApiClient(udm.url).call('POST', '/api/session', { body });
      expect(answer.status).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
      answers.add(answer.text);
    }
    expect([...answers]).toHaveLength(1);
  });

  it('refuses a sign-in form of the wrong shape with every problem', async () => {
    const answer = await new ApiClient(udm.url).call('POST', '/api/session', { raw: '{"user":1,"colour":2,"tenant":"x"}' });
    expect(answer.status).toBe(422);
    expect(answer.json.errors.map((one: { field: string; code: string }) => `${one.field} ${one.code}`).sort()).toEqual([
      'colour property.unknown',
      'password field.required',
      'user field.type',
    ]);
  });

  it('ends a session at sign-out at once', async () => {
    const client = await ApiClient.signedIn(udm.url, udm.password);
    expect((await client.call('DELETE', '/api/session')).status).toBe(204);
    expect((await client.call('GET', '/api/jobs')).status).toBe(401);
  });
});

describe('addresses and ids', () => {
  /** A body that is in order, so that only the id is left to refuse. */
  const bodyOf = (method: string, path: string) => {
    if (path.endsWith('/withdraw')) return { reason: 'other' };
    if (path.endsWith('/withdraw-exports')) return {};
    if (path.endsWith('/identity')) return { note: 'x' };
    if (path.endsWith('/identifiers')) return { identifiers: [] };
    if (path.endsWith('/refuse')) return { ground: 'excessive', reason: 'x' };
    if (/\/(extend|stop|end-in-part|release)$/.test(path)) return { reason: 'x' };
    if (path.endsWith('/proof')) return { proof: 'x', word: 'x' };
    if (method !== 'PUT') return undefined;
    if (path.startsWith('/api/users/')) return path.endsWith('/roles') ? { roles: [] } : { email: null };
    return path.startsWith('/api/certificates/') ? { label: 'x' } : draft;
  };

  it('answers 404 with the same bytes for an unknown id and for what is no id', async () => {
    const routes = (await documentedRoutes()).filter(({ path }) => path.includes(UNKNOWN));
    const bodies = new Set<string>();
    for (const { method, path } of routes) {
      for (const id of [UNKNOWN, UNKNOWN.toUpperCase(), '1', "x'--", '..%2f..%2fetc', '%00', '%c0%af', 'x'.repeat(150), `${UNKNOWN}%20`]) {
        const body = bodyOf(method, path);
        const answer = await api.call(method, path.replace(UNKNOWN, id), body ? { body, headers: { 'if-match': '"1"' } } : {});
        expect(`${method} ${id} ${answer.status}`).toBe(`${method} ${id} 404`);
        bodies.add(answer.text);
      }
    }
    expect([...bodies]).toHaveLength(1);
  });

  it.each(['/api/nothing', '/api/jobs/', '/api/%zz', '/api/jobs/%zz', '/api/jobs/%ff', `/api/jobs/${'x'.repeat(5_000)}`])(
    'answers %s with 404',
    async (path) => {
      expect(await api.call('GET', path)).toMatchObject({ status: 404, json: { code: 'not_found' } });
    },
  );

  it('answers a method that a route does not have with 404, and never obeys an overridden one', async () => {
    for (const method of ['PATCH', 'OPTIONS', 'PUT', 'PROPFIND']) expect((await api.call(method, '/api/jobs')).status).toBe(404);
    expect(await api.call('GET', `/api/jobs/${UNKNOWN}`, { headers: { 'x-http-method-override': 'DELETE' } })).toMatchObject({
      status: 400,
      json: { code: 'request.header' },
    });
  });

  it.each(['evil.example', 'evil.example:8600', '127.0.0.1.evil.example', 'localhost@evil.example', '169.254.169.254', '[::2]'])(
    'refuses the Host header "%s"',
    async (host) => {
      for (const path of ['/api/health', '/', '/api/jobs'])
        expect(await api.call('GET', path, { headers: { host } })).toMatchObject({ status: 400, json: { code: 'request.header' } });
    },
  );

  it('answers broken HTTP with a problem document too', async () => {
    for (const text of [
      'GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x01b\r\n\r\n',
      'NONSENSE\r\n\r\n',
      'GET /api/health HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n',
      `GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
      'POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ]) {
      const answer = await api.socket(text);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
      expect(answer).toContain('"code":"request.header"');
    }
    expect((await api.call('GET', '/api/health')).status).toBe(200);
  });
});

describe('lists', () => {
  it.each([
    'limit=0',
    'limit=101',
    'limit=1000000',
    'limit=1e2',
    'limit=-1',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'page=1',
    'pageSize=50',
    'sort=colour',
    'sort=created_at;drop',
    'sort=__proto__',
    'cursor=',
    'text=',
    'text=%00',
    `text=${'x'.repeat(201)}`,
    'source=%00',
    '__proto__=x',
  ])('refuse the query %s', async (query) => {
    for (const list of ['jobs', 'runs', 'artifacts']) {
      const answer = await api.call('GET', `/api/${list}?${query}`);
      expect(answer).toMatchObject({ status: 422, json: { code: 'request.invalid', errors: [{ code: 'query.invalid', field: query.split('=')[0] }] } });
    }
  });

  it.each([
    ['state=paused', 'jobs', 'artifacts'],
    ['status=done', 'jobs', 'runs'],
    ['status=failed,', 'jobs', 'runs'],
    ['status=failed,done', 'jobs', 'runs'],
    ['schedule=yearly', 'jobs'],
    ['nextFrom=yesterday', 'jobs'],
    ['lastTo=0000-01-01T00:00:00Z', 'jobs'],
    ['scheduledFrom=2026-01-01', 'runs'],
    ['startedTo=2026-02-30T00:00:00Z', 'runs'],
    ['scheduledFrom=2026-01-01T00:00:00%2B16:00', 'runs'],
    ['nextTo=2026-01-01T00:00:00-23:59', 'jobs'],
    [`createdFrom=2026-01-01T00:00:00.${'1'.repeat(200)}Z`, 'artifacts'],
    ['createdTo=2026-01-01T00:00:00.1234567891Z', 'artifacts'],
    ['trigger=chance', 'runs'],
    ['view=all', 'runs'],
    ['rowsMin=-1', 'runs', 'artifacts'],
    ['rowsMax=9999999999999999', 'runs', 'artifacts'],
    ['durationMin=1.5', 'runs'],
    ['sizeMax=1e3', 'runs', 'artifacts'],
    ['part=x', 'artifacts'],
    ['sha256=xyz', 'artifacts'],
    ['expiresFrom=2026-01-01T00:00:00', 'artifacts'],
  ])('refuse the filter %s', async (query, ...lists) => {
    for (const list of lists) {
      const answer = await api.call('GET', `/api/${list}?${query}`);
      expect(answer).toMatchObject({ status: 422, json: { code: 'request.invalid', errors: [{ code: 'query.invalid', field: query.split('=')[0] }] } });
      expect(answer.json.errors[0].range ?? 'none').not.toBe('none');
    }
  });

  it('and every other query may hold a NUL in any part, which is no fault of the server', async () => {
    const { json } = await api.call('GET', '/api/openapi.json');
    const paths = Object.entries(json.paths as Record<string, { get?: { parameters?: { in: string; name: string }[] } }>);
    const tries = paths.flatMap(([path, { get }]) => {
      const names = (get?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
      return names.map((name) => `${path.replaceAll(/\{\w+\}/g, UNKNOWN)}?${name}=%00`);
    });
    expect(tries).toContain('/api/audit/lines?object=%00');
    // An answer of 500 or above fails by itself.
    for (const path of tries) await api.call('GET', path);
  });

  it('take the widest values of every filter', async () => {
    const most = '999999999999999';
    const [early, late] = ['0001-01-01T00:00:00%2B15:59', '9999-12-31T23:59:59.999999999-15:59'];
    for (const address of [
      `jobs?nextFrom=${early}&nextTo=${late}&lastFrom=${early}&lastTo=${late}&status=none,failed&state=active,suspended&schedule=once,daily&text=%25_%5C`,
      `runs?durationMin=0&durationMax=${most}&rowsMin=0&rowsMax=${most}&sizeMin=0&sizeMax=${most}&windowFrom=${early}&windowTo=${late}&view=attention&trigger=retry,start`,
      `artifacts?part=${most}&rowsMax=${most}&sizeMax=${most}&sha256=${'f'.repeat(64)}&createdFrom=${early}&expiresTo=${late}&state=available,expired`,
      `runs?text=${encodeURIComponent('ffffffff-ffff-ffff-ffff-ffffffffffff')}`,
      'runs?text=ffffffff-f',
      'artifacts?text=0123456789abcdef0123456789abcdef0123',
      'artifacts?text=%F0%9F%98%80',
    ])
      expect(await api.call('GET', `/api/${address}`)).toMatchObject({ status: 200 });
  });

  it('refuse a cursor that is damaged, made up, or of another list or order, and say which order it is of', async () => {
    await newJob();
    await newJob();
    const page = (await api.call('GET', '/api/jobs?limit=1&sort=title')).json;
    const { next } = page;
    expect(next).toMatch(/^[\w-]+$/);
    expect(Buffer.from(next, 'base64url').toString('latin1')).not.toContain('calls');
    expect(await api.call('GET', `/api/jobs?limit=1&cursor=${next}`)).toMatchObject({ status: 200, json: { previous: expect.any(String) } });
    const swapped = `${next.slice(0, -2)}${next.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const cursor of ['x', 'null', swapped, next.slice(1), `${next}${next}`, Buffer.from('["title","after",false,["a","b","c"]]').toString('base64url')])
      expect(await api.call('GET', `/api/jobs?cursor=${cursor}`)).toMatchObject({
        status: 422,
        json: { errors: [{ code: 'cursor.invalid', field: 'cursor', fix: expect.stringContaining('leave "cursor" out') }] },
      });
    expect(await api.call('GET', `/api/runs?cursor=${next}`)).toMatchObject({ status: 422, json: { errors: [{ code: 'cursor.invalid' }] } });
    expect(await api.call('GET', `/api/jobs?sort=-title&cursor=${next}`)).toMatchObject({
      status: 422,
      json: { errors: [{ code: 'cursor.invalid', range: 'sort=title' }] },
    });
    expect(await api.call('GET', `/api/jobs?cursor=${'x'.repeat(4001)}`)).toMatchObject({
      status: 422,
      json: { errors: [{ code: 'query.invalid', field: 'cursor' }] },
    });
  });

  it('tell every problem of a query with its range', async () => {
    const answer = await api.call('GET', '/api/jobs?limit=0&sort=x&state=x&colour=red');
    expect(answer.json.errors.map((one: { field: string }) => one.field).sort()).toEqual(['colour', 'limit', 'sort', 'state']);
    expect(answer.json.errors.find((one: { field: string }) => one.field === 'sort').range).toContain('-createdAt');
  });
});

describe('jobs that were submitted', () => {
  it('may not be edited: 428 without a version, 412 with an old one, 409 with the right one', async () => {
    const job = await newJob();
    const put = (headers: Record<string, string>): Promise<Answer> => api.call('PUT', `/api/jobs/${job.id}`, { body: draft, headers });
    expect(await put({})).toMatchObject({ status: 428, json: { code: 'version.required' } });
    for (const old of ['"99"', 'W/"1"x', '*', 'nonsense'])
      expect(await put({ 'if-match': old })).toMatchObject({ status: 412, json: { code: 'version.mismatch' } });
    expect(await put({ 'if-match': job.etag })).toMatchObject({ status: 409, json: { code: 'job.already_submitted' } });
    expect(await api.call('POST', `/api/jobs/${job.id}/resume`)).toMatchObject({ status: 409, json: { code: 'job.not_resumable' } });
    expect((await api.call('POST', `/api/runs/${job.run}/cancel`)).status).toBe(202);
  });

  it('may not be deleted or run again while a run is in progress, and may be once it was cancelled', async () => {
    const job = await newJob();
    expect(await api.call('DELETE', `/api/jobs/${job.id}`)).toMatchObject({ status: 409, json: { code: 'job.in_progress', value: { run: job.run } } });
    expect(await api.call('POST', `/api/jobs/${job.id}/run`)).toMatchObject({ status: 409, json: { code: 'job.in_progress' } });
    expect((await api.call('POST', `/api/runs/${job.run}/cancel`)).status).toBe(202);
    await eventually(async () => ((await api.call('GET', `/api/runs/${job.run}`)).json.status === 'cancelled' ? true : null));
    expect(await api.call('POST', `/api/runs/${job.run}/cancel`)).toMatchObject({ status: 409, json: { code: 'run.not_cancellable' } });
    expect((await api.call('DELETE', `/api/jobs/${job.id}`)).status).toBe(204);
    expect((await api.call('GET', `/api/jobs/${job.id}`)).status).toBe(404);
    expect((await api.call('GET', `/api/runs/${job.run}`)).json).toMatchObject({ jobId: null, jobTitle: 'Calls' });
  });

  it('are made once for one Idempotency-Key, also when both requests come at once; another body is refused', async () => {
    const headers = { 'idempotency-key': `key-${performance.now()}` };
    const [first, second] = await Promise.all([1, 2].map(() => api.call('POST', '/api/jobs', { body: draft, headers })));
    expect([first?.status, second?.status]).toEqual([201, 201]);
    expect(second?.json.id).toBe(first?.json.id);
    expect(await api.call('POST', '/api/jobs', { body: { ...draft, title: 'Other' }, headers })).toMatchObject({
      status: 409,
      json: { code: 'idempotency.reused' },
    });
    for (const key of ['', ' ', 'a b', 'x'.repeat(201)])
      expect((await api.call('POST', '/api/jobs', { body: draft, headers: { 'idempotency-key': key } })).status).toBe(400);
    await api.call('POST', `/api/runs/${first?.json.lastRun.id}/cancel`);
  });

  it('keep their certificate from being deleted', async () => {
    const job = await newJob();
    expect(await api.call('DELETE', `/api/certificates/${(draft['recipients'] as string[])[0]}`)).toMatchObject({
      status: 409,
      json: { code: 'certificate.in_use' },
    });
    await api.call('POST', `/api/runs/${job.run}/cancel`);
  });
});

describe('the event stream', () => {
  it('is refused to a client that does not take events, and ends no server when the client goes', async () => {
    expect((await api.call('GET', '/api/events', { headers: { accept: 'application/json' } })).status).toBeGreaterThanOrEqual(400);
    const { hostname, port } = new URL(udm.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\nAccept: text/event-stream\r\nCookie: ${api.session['cookie']}\r\n\r\n`);
    const begun = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
    expect(begun).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect((await api.call('GET', '/api/health')).status).toBe(200);
  });

  it('is open so many times for one session and for each token, and again when one of them ends', async () => {
    const open = new Map<string, Socket[]>();
    const listen = async (who: string, header: string): Promise<string> => {
      const { hostname, port } = new URL(udm.url);
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      socket.write(`GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\nAccept: text/event-stream\r\n${header}\r\n\r\n`);
      const begun = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
      if (begun.startsWith('HTTP/1.1 200 ')) open.set(who, [...(open.get(who) ?? []), socket]);
      else socket.destroy();
      return begun;
    };
    const { json, status } = await api.call('POST', '/api/tokens', { body: { name: 'listener', scopes: ['read'], days: 1 } });
    expect(status, JSON.stringify(json)).toBe(201);
    const callers = [
      ['session', `Cookie: ${(await ApiClient.signedIn(udm.url, udm.password)).session['cookie']}`],
      ['token', `Authorization: Bearer ${json.secret}`],
    ] as const;
    for (const [who, header] of callers) {
      await Promise.all(Array.from({ length: 30 }, () => listen(who, header)));
      expect(open.get(who)).toHaveLength(20);
      const refused = await listen(who, header);
      expect(refused).toMatch(/^HTTP\/1\.1 429 .*\r\nretry-after: 60\r\n/is);
    }
    for (const [who, header] of callers) {
      open.get(who)?.pop()?.destroy();
      await eventually(async () => ((await listen(who, header)).startsWith('HTTP/1.1 200 ') ? true : null));
    }
    for (const socket of [...open.values()].flat()) socket.destroy();
  });
});

describe('the log', () => {
  it('says nothing of what people send, in whatever part of a request', async () => {
    const canary = 'canary4711';
    const text = `${canary}@example.com`;
    const headers = {
      'user-agent': text,
      'referer': `http://127.0.0.1/${text}`,
      'x-forwarded-for': canary,
      'accept-language': text,
      'x-request-id': text,
      [canary]: text,
    };
    const stranger = new ApiClient(udm.url);
    for (const body of [{ tenant: text, user: text, password: text }, { [canary]: text }, text]) await stranger.call('POST', '/api/session', { body, headers });
    await stranger.call('POST', '/api/session', { raw: `{"${canary}"`, headers });
    await stranger.call('GET', `/api/sso/start?tenant=${canary}&next=/${canary}`, {
      headers: { ...headers, cookie: `udm_sso=${canary}; udm_session=${canary}` },
    });
    await stranger.call('GET', `/api/sso/callback?code=${canary}&state=${canary}`, { headers: { cookie: `udm_sso=${canary}` } });
    for (const path of [`/${canary}`, `/api/${canary}`, `/api/jobs/${canary}`, `/api/jobs?text=${canary}&${canary}=1`, `/api/%zz${canary}`])
      await api.call('GET', path, { headers });
    for (const [method, path] of [
      ['POST', '/api/jobs'],
      ['PUT', `/api/jobs/${UNKNOWN}`],
      ['POST', '/api/certificates'],
    ] as const)
      await api.call(method, path, {
        body: { title: text, label: text, content: text, [canary]: text },
        headers: { ...headers, 'if-match': text, 'idempotency-key': canary },
      });
    await api.call('GET', '/api/health', { headers: { host: canary } });
    await api.socket(`GET /${canary} HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${canary}\x01\r\n\r\n`);
    const said = udm.process.output();
    expect(said).toContain('"route":"/api/session"');
    expect(said.split('\n').filter((line) => line.includes(canary))).toEqual([]);
  });
});
