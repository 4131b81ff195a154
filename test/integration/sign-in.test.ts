import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTenant } from '../../src/operations/create-tenant.ts';
import * as passwords from '../../src/lib/password.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';

/** Guessing at passwords: how many guesses are let through, who has to wait, and what an answer gives away. */

vi.mock('../../src/lib/password.ts', { spy: true });

const PASSWORD = 'correct horse battery staple';
const OWNER = '192.0.2.10';
const STRANGER = '203.0.113.5';
let door: Door;

beforeAll(async () => {
  door = await openDoor(['127.0.0.1']);
  await createTenant(door.app.services, { tenant: 'other', user: 'admin', password: PASSWORD });
});

afterAll(async () => {
  await door?.close();
});

beforeEach(async () => {
  await asOwner('DELETE FROM attempt');
  vi.mocked(passwords.passwordFits).mockClear();
});

async function asOwner(statement: string): Promise<void> {
  await withClient(await superuserOf(door.app.dataFolder), (client) => client.query(statement));
}

interface Guess {
  readonly tenant?: string;
  readonly user?: string;
  readonly password?: string;
  readonly cookie?: string;
}

/** Signs in from an address, as a trusted proxy names it. */
async function tryFrom(address: string, { tenant = 'default', user = 'admin', password = 'wrong', cookie = '' }: Guess = {}) {
  const answer = await door.inject({
    method: 'POST',
    url: '/api/session',
    headers: { 'x-forwarded-for': address, cookie },
    payload: { tenant, user, password },
  });
  const cookies = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { status: answer.statusCode, text: answer.body, wait: Number(answer.headers['retry-after'] ?? 0), cookies };
}

async function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_none, index) => work(index)));
}

const checked = () => vi.mocked(passwords.passwordFits).mock.calls.length;

describe('bad sign-ins', () => {
  it('are refused from the eleventh on, with the wait, for names that exist and names that do not', async () => {
    for (const user of ['admin', 'nobody']) {
      expect((await times(10, () => tryFrom(STRANGER, { user }))).map(({ status }) => status)).toEqual(Array(10).fill(401));
      const eleventh = await tryFrom(STRANGER, { user });
      expect(eleventh).toMatchObject({ status: 429, wait: 60 });
      expect(JSON.parse(eleventh.text)).toMatchObject({ code: 'sign_in.too_many' });
    }
    // The right password does not help any more, from there.
    expect(await tryFrom(STRANGER, { password: PASSWORD })).toMatchObject({ status: 429 });
    expect(checked()).toBe(20);
  });

  it('are counted for one name however it is spelt, as the database takes it', async () => {
    const spellings = ['admin', 'ADMIN', 'AdmİN', ' admin '];
    const answers = await times(20, (index) => tryFrom(STRANGER, { user: spellings[index % 4] as string }));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(checked()).toBe(10);
  });

  it('reach the password check no more than ten times when a hundred come at once', async () => {
    const answers = await times(100, () => tryFrom(STRANGER));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status, wait }) => status === 429 && wait > 0)).toHaveLength(90);
    expect(checked()).toBe(10);
  });

  it('wait longer each time', async () => {
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const answers = await times(11, () => tryFrom(STRANGER));
      waits.push(Math.min(...answers.filter(({ status }) => status === 429).map(({ wait }) => wait)));
      // The wait is over.
      await asOwner(`UPDATE attempt SET expire = 1 WHERE key NOT LIKE 'level:%'`);
    }
    expect(waits).toEqual([60, 120, 240]);
  });

  it('are limited for one address over many names, and for one name over many addresses', async () => {
    await tryFrom(STRANGER, { user: 'first' });
    await asOwner(`UPDATE attempt SET points = 98 WHERE key LIKE 'address:%'`);
    const names = await times(5, (index) => tryFrom(STRANGER, { user: `name${index}` }));
    expect(names.filter(({ status }) => status === 401)).toHaveLength(2);
    await asOwner('DELETE FROM attempt');
    await tryFrom(STRANGER);
    await asOwner(`UPDATE attempt SET points = 48 WHERE key LIKE 'name:%'`);
    const places = await times(5, (index) => tryFrom(`198.51.100.${index}`));
    expect(places.filter(({ status }) => status === 401)).toHaveLength(2);
    expect(await tryFrom(STRANGER, { tenant: 'other' })).toMatchObject({ status: 401 });
    await asOwner(`UPDATE attempt SET points = 500 WHERE key LIKE 'tenant:%'`);
    expect(await tryFrom('198.51.100.99', { tenant: 'other', user: 'somebody' })).toMatchObject({ status: 429 });
  });

  it('take an IPv6 network for one address', async () => {
    const answers = await times(20, (index) => tryFrom(`2001:db8:1:2::${index + 1}`));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });
});

describe('the owner of a name that a stranger guesses at', () => {
  const flood = async () => {
    await tryFrom('198.51.100.1');
    await asOwner(`UPDATE attempt SET points = 50 WHERE key LIKE 'name:%'`);
    expect(await tryFrom('198.51.100.2')).toMatchObject({ status: 429 });
  };

  it('gets in from an address that signed in before', async () => {
    expect(await tryFrom(OWNER, { password: PASSWORD })).toMatchObject({ status: 200 });
    await flood();
    expect(await tryFrom(STRANGER, { password: PASSWORD })).toMatchObject({ status: 429 });
    expect(await tryFrom(OWNER, { password: PASSWORD })).toMatchObject({ status: 200 });
  });

  it('gets in from a device that signed in before, wherever it is, the address of the stranger too', async () => {
    const { cookies } = await tryFrom(OWNER, { password: PASSWORD });
    await flood();
    await times(11, () => tryFrom(STRANGER));
    const mark = cookies.split('; ').find((one) => one.startsWith('udm_device=')) as string;
    expect(await tryFrom(STRANGER, { password: PASSWORD, cookie: mark })).toMatchObject({ status: 200 });
    expect(await tryFrom('203.0.113.99', { password: PASSWORD, cookie: mark })).toMatchObject({ status: 200 });
  });

  it('shares the mark of the device with nobody: a made-up one, or that of another name, is none', async () => {
    const { cookies } = await tryFrom(OWNER, { tenant: 'other', password: PASSWORD });
    await flood();
    // Nothing but the mark counts here.
    await asOwner(`DELETE FROM attempt WHERE key LIKE 'known:%'`);
    for (const cookie of [cookies, 'udm_device=abc.def', 'udm_device=.', cookies.replace(/udm_device=\w/, 'udm_device=_')])
      expect(await tryFrom('203.0.113.99', { password: PASSWORD, cookie })).toMatchObject({ status: 429 });
  });

  it('cannot guess without end with a device mark either', async () => {
    const { cookies } = await tryFrom(OWNER, { password: PASSWORD });
    const answers = await times(15, (index) => tryFrom(`198.51.100.${index}`, { cookie: cookies }));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  it('may type letters and their marks apart: it is the same name', async () => {
    await createTenant(door.app.services, { tenant: 'zürich', user: 'Zoë', password: PASSWORD });
    expect(await tryFrom(OWNER, { tenant: '', user: 'zürich\\Zoë'.normalize('NFD'), password: PASSWORD })).toMatchObject({ status: 200 });
  });

  it('has ten tries again after a right one', async () => {
    for (let round = 0; round < 2; round += 1) {
      const bad = await times(9, () => tryFrom(OWNER));
      expect(new Set(bad.map(({ status }) => status))).toEqual(new Set([401]));
      expect(await tryFrom(OWNER, { password: PASSWORD })).toMatchObject({ status: 200 });
    }
  });
});

describe('what a refusal gives away', () => {
  it('is nothing: the same words, the same work and the same time for known and unknown tenants and users', async () => {
    const cases = { wrong: {}, user: { user: 'nobody' }, tenant: { tenant: 'nowhere' } } satisfies Record<string, Guess>;
    const took = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
    const texts = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      for (const [name, guess] of Object.entries(cases)) {
        const began = performance.now();
        const answer = await tryFrom(`198.51.100.${round}`, guess);
        took.get(name)?.push(performance.now() - began);
        texts.add(`${answer.status} ${answer.text}`);
      }
    }
    expect(texts.size).toBe(1);
    // One hash of the same cost for each, and none for less.
    expect(checked()).toBe(15);
    const middles = [...took.values()].map((all) => all.sort((one, other) => one - other)[2] as number);
    expect(Math.min(...middles)).toBeGreaterThanOrEqual(295);
    expect(Math.max(...middles) - Math.min(...middles)).toBeLessThan(100);
  });

  it('is not in the table of attempts either: it holds keyed hashes and numbers', async () => {
    await tryFrom(STRANGER, { user: 'ursula.unknown' });
    await withClient(await superuserOf(door.app.dataFolder), async (client) => {
      const { rows } = await client.query('SELECT key FROM attempt');
      expect(rows.length).toBe(4);
      for (const { key } of rows) expect(key).toMatch(/^(pair|address|name|tenant):[\w:-]{43,90}$/);
    });
  });
});
