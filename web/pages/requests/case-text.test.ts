import { expect, it } from 'vitest';
import { isPartOfCase } from './case-text.ts';

it('lets numbers of cases into the address bar, and nothing that names a person', () => {
  expect(['', '2026-0117', 'DSR/2026#4', 'a.b_c', '0117', '00001234', '000012345', '00123456'].filter((text) => !isPartOfCase(text))).toEqual([]);
  expect(
    [
      'ada@example.com',
      '+49891234567',
      '089 1234567',
      '0891234567',
      'x/0891234567',
      '0049891234567',
      '0049-89-123456',
      'Ada Lovelace',
      'Jürgen',
      '(089)1234',
    ].filter(isPartOfCase),
  ).toEqual([]);
});
