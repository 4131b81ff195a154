import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { openKeyFiles } from './key-files.ts';

let home: string;
const one = { tenantId: '11111111-1111-4111-8111-111111111111', requestId: '22222222-2222-4222-8222-222222222222' };
const other = { ...one, requestId: '33333333-3333-4333-8333-333333333333' };

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'udm-keys-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const codeOf = (work: Promise<unknown>) => work.then(String, (error: unknown) => (error as CodedError).code);

it('keeps each key in a file for its owner alone, opens what it sealed nowhere else, and destroys it for good', async () => {
  const folder = path.join(home, 'deep', 'keys');
  const keys = openKeyFiles(folder);
  await keys.make([one, other]);
  expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700');
  for (const name of await readdir(folder)) expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  const key = await keys.open(one);
  const sealed = key.seal({ email: 'ada@example.com' }, 'person');
  expect(key.open(sealed, 'person')).toEqual({ email: 'ada@example.com' });
  for (const [name, part] of [
    [one, 'rows'],
    [other, 'person'],
  ] as const) {
    const wrong = await keys.open(name);
    expect(() => wrong.open(sealed, part)).toThrow(CodedError);
  }
  const file = path.join(folder, `${one.tenantId}.${one.requestId}.key`);
  const before = await readFile(file);
  await keys.destroy([one]);
  expect(await codeOf(keys.open(one))).toBe('gdpr.key_lost');
  expect((await keys.list()).map(({ requestId }) => requestId)).toEqual([other.requestId]);
  expect(before).toHaveLength(32);
  await keys.destroy([one]);
});

it('makes no key twice, takes none that was cut, and says which folder cannot be written', async () => {
  const folder = path.join(home, 'more');
  const keys = openKeyFiles(folder);
  expect(await keys.list()).toEqual([]);
  await keys.destroy([one]);
  await keys.make([one]);
  expect(await codeOf(keys.make([one]))).toBe('gdpr.keys_unwritable');
  await writeFile(path.join(folder, `${one.tenantId}.${one.requestId}.key`), 'short');
  expect(await codeOf(keys.open(one))).toBe('gdpr.key_lost');
  await writeFile(path.join(home, 'file'), '');
  expect(await codeOf(openKeyFiles(path.join(home, 'file')).make([one]))).toBe('gdpr.keys_unwritable');
});
