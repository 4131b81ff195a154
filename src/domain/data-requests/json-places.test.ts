import { expect, test } from 'vitest';
import { elementsOf } from './json-places.ts';

test('what is nested deeper than anybody writes it is no JSON, and stops nobody', () => {
  expect(elementsOf(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toEqual([]);
  expect(elementsOf('[[1], [2]]')).toHaveLength(2);
});
