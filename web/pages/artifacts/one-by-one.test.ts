import { expect, it } from 'vitest';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { oneByOne } from './one-by-one.ts';

const FILES = ['a', 'b', 'c'].map((id) => ({ id }) as ArtifactView);

it('acts on all, one after the other', async () => {
  const asked: string[] = [];
  expect(await oneByOne(FILES, async (id) => asked.push(id), new AbortController().signal)).toEqual({ done: 3, refused: null });
  expect(asked).toEqual(['a', 'b', 'c']);
});

it('ends with the one under way when it is stopped, and counts it', async () => {
  const asked: string[] = [];
  const stop = new AbortController();
  const remove = async (id: string) => {
    asked.push(id);
    if (id === 'b') stop.abort();
  };
  expect(await oneByOne(FILES, remove, stop.signal)).toEqual({ done: 2, refused: null });
  expect(asked).toEqual(['a', 'b']);
});

it('ends at the first refusal and says which', async () => {
  const error = new Error('no');
  const remove = async (id: string) => {
    if (id === 'b') throw error;
  };
  expect(await oneByOne(FILES, remove, new AbortController().signal)).toEqual({ done: 1, refused: { artifact: FILES[1], error } });
});
