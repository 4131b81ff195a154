import { expect } from 'vitest';
import type { Door } from './door.ts';

/** Somebody who signed in through a door, with the cookie a browser would keep. */
export interface Person {
  readonly cookie: string;
  readonly csrf: string;
  readonly setCookie: readonly string[];
}

export interface Asked {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly json: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

const PASSWORD = 'correct horse battery staple';

/** Tries to sign in as admin of the tenant `default`, unless `more` says otherwise. */
export async function trySignIn(door: Door, more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Asked & { person: Person }> {
  const answer = await door.inject({
    method: 'POST',
    url: '/api/session',
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', ...headers },
    payload: { user: 'admin', password: PASSWORD, ...more },
  });
  const session = answer.cookies.find(({ name }) => name.endsWith('udm_session'));
  const person = { cookie: `${session?.name}=${session?.value}`, csrf: answer.json().csrfToken, setCookie: [answer.headers['set-cookie'] ?? []].flat() };
  return { status: answer.statusCode, json: answer.json(), headers: answer.headers, person };
}

export async function signInAt(door: Door, more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Person> {
  const { status, json, person } = await trySignIn(door, more, headers);
  expect(status, JSON.stringify(json)).toBe(200);
  return person;
}

export async function askAs(
  door: Door,
  person: Person,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const answer = await door.inject({ method, url, headers: { 'cookie': person.cookie, 'x-csrf-token': person.csrf, ...headers }, ...(payload && { payload }) });
  return { status: answer.statusCode, json: answer.body === '' ? null : answer.json(), headers: answer.headers };
}
