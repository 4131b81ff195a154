import { expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1, 2);
  yield Uint8Array.of(3);
  throw new Error('the cause');
}

it('tells its stream when it is closed', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Uint8Array.of(1);
    } finally {
      closed = true;
    }
  }
  const reader = new ByteReader(endless(), 'file');
  await reader.take(3);
  await reader.close();
  expect(closed).toBe(true);
  expect(await reader.has(1)).toBe(false);
});

it('gives what came before its stream failed, and says the failure as often as more is wanted', async () => {
  const reader = new ByteReader(failing(), 'file');
  await expect(reader.take(4)).rejects.toThrow('the cause');
  const piece = await reader.takeUpTo(8);
  expect([...piece]).toEqual([1, 2, 3]);
  await expect(reader.takeUpTo(8)).rejects.toThrow('the cause');
  reader.unread(piece, 2);
  expect([...(await reader.take(2))]).toEqual([2, 3]);
  await expect(reader.has(1)).rejects.toThrow('the cause');
});
