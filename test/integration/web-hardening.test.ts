import { connect } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/http/server.ts';
import { type Door, openDoor } from '../support/door.ts';
import { signInAt } from '../support/person.ts';

/** What browsers are told, what other sites may not do, and how much anybody may ask. */

const PER_MINUTE = 60;
let door: Door;
let server: FastifyInstance;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'udm-web-'));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><meta name="csp-nonce" content="" /><title>x</title>');
  await writeFile(path.join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  door = await openDoor();
  server = await buildServer({
    services: door.app.services,
    events: { subscribe: () => () => {}, stop: async () => {} },
    hosts: ['127.0.0.1', 'udm.example'],
    trustedProxies: ['127.0.0.1'],
    requestsPerMinute: PER_MINUTE,
    patienceMs: 300,
    webFolder: folder,
  });
});

afterAll(async () => {
  await server?.close();
  await door?.close();
  await rm(folder, { recursive: true, force: true });
});

const host = { host: '127.0.0.1' };

describe('every answer', () => {
  it.each(['/', '/jobs', '/icon.svg', '/api/health', '/api/jobs', '/api/nothing'])('of %s tells the browser to run and style nothing inline', async (url) => {
    const { headers } = await server.inject({ url, headers: host });
    const policy = String(headers['content-security-policy']);
    expect(policy).not.toContain('unsafe');
    expect(policy).toMatch(/(^|;)default-src 'self'(;|$)/);
    expect(policy).toMatch(/(^|;)frame-ancestors 'none'(;|$)/);
    expect(policy).toMatch(/(^|;)object-src 'none'(;|$)/);
    expect(policy).toMatch(/(^|;)base-uri 'none'(;|$)/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('has a nonce for style tags that is of this answer alone, and that its page knows', async () => {
    const nonces = new Set<string>();
    for (const url of ['/', '/jobs', '/index.html']) {
      const { headers, body } = await server.inject({ url, headers: host });
      const nonce = /style-src 'self' 'nonce-([0-9a-f]{32})'/.exec(String(headers['content-security-policy']))?.[1] ?? '';
      expect(body).toContain(`<meta name="csp-nonce" content="${nonce}" />`);
      expect(headers['cache-control']).toBe('no-store');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it('over https tells the browser to come by https alone', async () => {
    const { headers } = await server.inject({ url: '/', headers: { ...host, 'x-forwarded-proto': 'https' } });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('a page of another site', () => {
  it.each([{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'https://127.0.0.1.evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
    'changes nothing: %j',
    async (says: Record<string, string | undefined>) => {
      const headers = { ...host, ...says };
      const payload = { user: 'admin', password: 'correct horse battery staple' };
      const answer = await server.inject({ method: 'POST', url: '/api/session', headers, payload });
      expect(answer.statusCode).toBe(403);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect((await server.inject({ url: '/api/health', headers })).statusCode).toBe(200);
    },
  );

  it('is not what UDM itself is under one of its names', async () => {
    for (const origin of ['http://127.0.0.1:8600', 'https://udm.example']) {
      const answer = await server.inject({ method: 'POST', url: '/api/session', headers: { ...host, origin }, payload: { user: 'admin', password: 'x' } });
      expect(answer.statusCode).toBe(401);
    }
  });
});

describe('how much may be asked', () => {
  it('is limited for each session, without being in the way of another, and for an address as a whole', async () => {
    const [one, other] = [await signInAt(door), await signInAt(door)];
    const ask = async (cookie: string, address: string) => {
      const { statusCode, headers } = await server.inject({ url: '/api/session', headers: { ...host, cookie, 'x-forwarded-for': address } });
      return { status: statusCode, wait: Number(headers['retry-after'] ?? 0) };
    };
    const jobs = async (cookie: string, address: string) => {
      const { statusCode, headers, body } = await server.inject({ url: '/api/sessions', headers: { ...host, cookie, 'x-forwarded-for': address } });
      return { status: statusCode, wait: Number(headers['retry-after'] ?? 0), body };
    };
    const mine = await Promise.all(Array.from({ length: PER_MINUTE + 5 }, () => jobs(one.cookie, '192.0.2.1')));
    expect(mine.filter(({ status }) => status === 200)).toHaveLength(PER_MINUTE);
    const refused = mine.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    for (const { wait, body } of refused) {
      expect(JSON.parse(body)).toMatchObject({ code: 'request.too_many' });
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(60);
    }
    expect((await jobs(other.cookie, '192.0.2.1')).status).toBe(200);
    // Made-up sessions are one address all the same.
    const strangers = await Promise.all(Array.from({ length: PER_MINUTE * 10 + 5 }, (_none, index) => ask(`udm_session=${index}`, '192.0.2.2')));
    expect(strangers.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  it('ends with a client that is too slow to ask', async () => {
    await server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.server.address() as { port: number };
    for (const text of [
      'GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ',
      'POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    ]) {
      const began = performance.now();
      const answer = await new Promise<string>((resolve, reject) => {
        let got = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => {
          got += chunk.toString();
        });
        socket.on('error', reject);
        socket.on('close', () => resolve(got));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(performance.now() - began).toBeLessThan(5_000);
    }
  });
});
