import { expect, it } from 'vitest';
import { roomFor } from './selection.ts';

const ids = (count: number) => Array.from({ length: count }, (_, n) => `id ${n}`);

it('keeps what finds room in the address, and says how many do not', () => {
  expect(roomFor(ids(200))).toEqual({ ids: ids(200), left: 0 });
  expect(roomFor([...ids(200), ...ids(250)])).toEqual({ ids: ids(200), left: 50 });
  expect(roomFor([])).toEqual({ ids: [], left: 0 });
});
