import { expect, test } from 'vitest';
import { connectorsFor } from './connectors.ts';

const connectors = connectorsFor([]);

const SETTINGS = { host: '127.0.0.1', port: 5432, user: 'reader', database: 'centre' };

test('opens a built-in source without connecting', () => {
  expect(connectors.open('postgres', 'iwd', SETTINGS, 'secret').describe()).toEqual(connectors.describe('iwd'));
});

test.each(['nope', '__proto__', 'constructor'])('refuses the unknown name %s', (name) => {
  expect(() => connectors.open(name, 'iwd', SETTINGS, 'secret')).toThrow('source.invalid');
  expect(() => connectors.open('postgres', name, SETTINGS, 'secret')).toThrow('catalog.invalid');
  expect(() => connectors.describe(name)).toThrow('catalog.invalid');
});

test('names everything wrong with the settings, and no secret', () => {
  const attempt = (): unknown => connectors.open('postgres', 'ucsx', { host: '', port: 70_000, database: 'd', password: 'hidden' }, 'secret');
  expect(attempt).toThrow(
    expect.objectContaining({
      code: 'source.invalid',
      details: { problems: ['host', 'port', 'user', 'settings'].map((field) => expect.objectContaining({ field })) },
    }),
  );
  expect(attempt).not.toThrow(/hidden|secret/);
});
