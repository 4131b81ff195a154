import { expect, it } from 'vitest';
import { expiryLevel } from './expiry.ts';

it('marks the end of a certificate 30, 7 and 1 days before, and after', () => {
  expect([31, 30, 8, 7, 2, 1, 0, -5].map(expiryLevel)).toEqual(['fine', 'soon', 'soon', 'urgent', 'urgent', 'last', 'last', 'last']);
});
