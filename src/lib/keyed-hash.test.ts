import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyedHash } from './keyed-hash.ts';

it('is HMAC-SHA256', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 3 }), (key, texts) => {
      const hashed = keyedHash(key);
      for (const text of texts) expect(hashed(text).toString('hex')).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }),
  );
  expect(() => keyedHash(Buffer.alloc(65))).toThrow('65 bytes');
});
