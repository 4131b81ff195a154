import { expect, it } from 'vitest';
import { apiTokenHash, looksLikeApiToken, makeApiToken } from './api-token.ts';

it('is known by its shape and checksum, and by nothing else', () => {
  for (let turn = 0; turn < 200; turn += 1) {
    const token = makeApiToken();
    expect(token).toMatch(/^udm_[0-9A-Za-z]{49}$/);
    expect(looksLikeApiToken(token)).toBe(true);
    const at = 4 + (turn % 49);
    const other = token[at] === 'x' ? 'y' : 'x';
    expect(looksLikeApiToken(token.slice(0, at) + other + token.slice(at + 1)), `changed at ${at}`).toBe(false);
  }
  for (const text of ['', 'udm_', `udm_${'0'.repeat(49)}`, `${makeApiToken()}\n`, ` ${makeApiToken()}`, makeApiToken().slice(1), makeApiToken().toUpperCase()])
    expect(looksLikeApiToken(text), text).toBe(false);
});

it('is never the same twice and hashes to 256 bits', () => {
  const tokens = new Set(Array.from({ length: 1_000 }, makeApiToken));
  expect(tokens.size).toBe(1_000);
  // What is known of SHA-256 (FIPS 180-4): a stored hash stays findable whatever the version.
  expect(apiTokenHash('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
