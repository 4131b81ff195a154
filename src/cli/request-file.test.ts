import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readIdentifiers, refuseNames } from './request-file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'udm-identifiers-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown) {
  const file = path.join(folder, 'person.json');
  await writeFile(file, JSON.stringify(content));
  return readIdentifiers(file);
}

it('takes a text, or a list of texts, for each type of identifier', async () => {
  expect(await read({ email: ['a@example.org', 'b@example.org'], customer_id: 'null' })).toEqual([
    { type: 'email', value: 'a@example.org' },
    { type: 'email', value: 'b@example.org' },
    { type: 'customer_id', value: 'null' },
  ]);
});

it('makes no identifier of what is no text, and says every place where that stands', async () => {
  const sent = { 'customer_id': null, 'email': ['a@example.org', 4711, { of: 'her' }], 'phone': {}, 'contact_id': true, 'ada@example.org': null };
  const problem = (field: string) => ({ code: 'field.type', field, range: 'string, or a list of strings' });
  await expect(read(sent)).rejects.toMatchObject({
    code: 'request.invalid',
    // What is no type may be a name.
    details: { problems: ['customer_id', 'email[1]', 'email[2]', 'phone', 'contact_id', 'file'].map(problem) },
  });
  await expect(read(['a@example.org'])).rejects.toMatchObject({ details: { problems: [{ code: 'field.type', field: 'file' }] } });
});

it('takes dates and numbers of cases for no names of somebody', () => {
  for (const text of ['see (2026-01-15)', '00001234', '000012345', undefined]) expect(() => refuseNames('--reason', text)).not.toThrow();
  for (const text of ['a=ada@example.org', 'call (089) 1234567']) expect(() => refuseNames('--reason', text)).toThrow('usage.identifier');
});
