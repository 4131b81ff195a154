import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { buildServer } from '../../src/http/server.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { type Answer, expectProblemDocument } from './api.ts';
import { administrator, newDataFolder } from './serve.ts';
import { passableFolder, testEnvironment } from './udm.ts';

const PASSWORD = 'correct horse battery staple';

/** UDM in this process, on a data folder where nothing is yet, with its HTTP door and nobody behind it: nothing is planned or executed. */
export interface Door {
  readonly app: App;
  /** The administrator of the tenant `default`. */
  readonly actor: Actor;
  /** Calls as that administrator; a string is sent as it is. Checks what holds for every answer, as ApiClient does. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD', url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A request as it is, of nobody who is signed in. */
  readonly inject: (request: InjectOptions) => Promise<LightMyRequestResponse>;
  /** Opens the door to real connections; the headers are the administrator's session. */
  listen(): Promise<{ readonly port: number; readonly headers: Record<string, string> }>;
  /** The same UDM after a stop; `prepare` may change its data folder meanwhile. This door is closed then. */
  reopened(prepare: () => Promise<void>): Promise<Door>;
  close(): Promise<void>;
}

export async function openDoor(trustedProxies: readonly string[] = [], publicUrl: string | null = null, environment: NodeJS.ProcessEnv = {}): Promise<Door> {
  const home = await passableFolder('udm-door-');
  const app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent', ...environment }), 'owner');
  await createTenant(app.services, { tenant: 'default', user: 'admin', password: PASSWORD });
  return doorOf(app, trustedProxies, publicUrl, () => rm(home, { recursive: true, force: true }));
}

/** The same on a UDM that is open already. */
async function doorOf(app: App, trustedProxies: readonly string[], publicUrl: string | null, remove: () => Promise<void>): Promise<Door> {
  const server = await buildServer({
    services: app.services,
    events: { subscribe: () => () => {}, stop: async () => {} },
    hosts: null,
    trustedProxies,
    publicUrl,
    webFolder: '/nonexistent',
  });
  let session: Record<string, string> | null = null;
  const signIn = async () => {
    const answer = await server.inject({ method: 'POST', url: '/api/session', payload: { tenant: 'default', user: 'admin', password: PASSWORD } });
    expect(answer.statusCode).toBe(200);
    return { cookie: String(answer.headers['set-cookie']).split(';')[0] as string, 'x-csrf-token': answer.json().csrfToken as string };
  };
  return {
    app,
    actor: await administrator(app),
    async call(method, url, body, headers = {}) {
      // At the first call: a session lives by the clock that a test may have set meanwhile.
      session ??= await signIn();
      const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const type = payload === undefined ? {} : { 'content-type': 'application/json' };
      const sent = await server.inject({ method, url, headers: { ...session, ...type, ...headers }, ...(payload !== undefined && { payload }) });
      const answer = { status: sent.statusCode, headers: sent.headers as Answer['headers'], bytes: sent.rawPayload, text: sent.body, json: jsonOf(sent.body) };
      expect(answer.status, `${method} ${url}: ${answer.text.slice(0, 500)}`).toBeLessThan(500);
      if (answer.status >= 400 && method !== 'HEAD') expectProblemDocument(answer);
      return answer;
    },
    inject: (request) => server.inject(request),
    async listen() {
      session ??= await signIn();
      await server.listen({ host: '127.0.0.1', port: 0 });
      return { port: (server.server.address() as AddressInfo).port, headers: session };
    },
    async reopened(prepare) {
      await server.close();
      await app.stop();
      await prepare();
      const again = await openApp(loadConfig({ ...testEnvironment(app.dataFolder), UDM_LOG_LEVEL: 'silent' }), 'owner');
      return doorOf(again, trustedProxies, publicUrl, remove);
    },
    async close() {
      await server.close();
      await app.stop();
      await remove();
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
