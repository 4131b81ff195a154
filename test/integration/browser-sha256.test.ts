import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Sha256 } from '../../web/downloads/sha256.ts';

const wanted = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('is what Node says for every length around a block, in one piece', () => {
  for (let length = 0; length <= 200; length += 1) {
    const bytes = randomBytes(length);
    const hash = new Sha256();
    hash.update(bytes);
    expect(hash.hex()).toBe(wanted(bytes));
  }
});

it('does not depend on where the pieces are cut', () => {
  const bytes = randomBytes(100_000);
  for (const step of [1, 3, 63, 64, 65, 127, 128, 1_000, 65_536]) {
    const hash = new Sha256();
    for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step));
    expect(hash.hex()).toBe(wanted(bytes));
  }
});

it('counts beyond 512 MiB, where the number of bits passes 32 bits', () => {
  const chunk = new Uint8Array(32 * 1024 ** 2).fill(7);
  const [hash, real] = [new Sha256(), createHash('sha256')];
  for (let time = 0; time < 17; time += 1) {
    hash.update(chunk);
    real.update(chunk);
  }
  expect(hash.hex()).toBe(real.digest('hex'));
});
