import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { openLocalStorage } from '../../src/storage/local/index.ts';
import { LossyDisk } from './lossy-disk.ts';

const KEY = 'tenant/run/a1-p0001.zip.p7m';
const BYTES = Buffer.from('the whole of an encrypted file');

/** A disk on which UDM has run before: what lies above the objects is durable. */
async function usedDisk(): Promise<LossyDisk> {
  const disk = new LossyDisk();
  await openLocalStorage('/data', disk.files);
  return durableFolders(disk);
}

/** Stores the object on a machine that dies after so many operations, and looks at it after the restart. */
async function storeAndDie(disk: LossyDisk, operations: number): Promise<{ sealed: boolean; found: Buffer | null }> {
  const storage = await openLocalStorage('/data', disk.files);
  disk.dieAfter(operations);
  const sealed = await (async () => {
    const object = await storage.create(KEY);
    for (const half of [BYTES.subarray(0, 7), BYTES.subarray(7)]) await object.write(half);
    await object.seal();
  })().then(
    () => true,
    () => false,
  );
  disk.powerCut();
  const after = await openLocalStorage('/data', disk.files);
  return { sealed, found: (await after.size(KEY)) === null ? null : await buffer(await after.read(KEY)) };
}

describe('an object on a disk that loses what was not synced', () => {
  it('is whole after a power cut at any operation once it was sealed, and never there in part', async () => {
    const whole = await usedDisk();
    const before = whole.operations;
    expect(await storeAndDie(whole, 1_000)).toEqual({ sealed: true, found: BYTES });
    const operations = whole.operations - before;
    for (let cut = 0; cut <= operations; cut += 1) {
      const { sealed, found } = await storeAndDie(await usedDisk(), cut);
      if (sealed) expect(found, `cut after ${cut} operations`).toEqual(BYTES);
      else if (found !== null) expect(found, `cut after ${cut} operations`).toEqual(BYTES);
    }
  });

  it.each(['file', 'folder'] as const)('would not be, were the %s not synced', async (left) => {
    const disk = await usedDisk();
    disk.pretend(left);
    expect((await storeAndDie(disk, 1_000)).found).not.toEqual(BYTES);
  });

  it('stays away after a power cut once it was removed', async () => {
    const disk = await usedDisk();
    await storeAndDie(disk, 1_000);
    const storage = await openLocalStorage('/data', disk.files);
    await storage.remove(KEY);
    disk.powerCut();
    expect(await storage.size(KEY)).toBeNull();
    await storage.remove(KEY);
  });

  it('is sealed though its folder was taken away, empty, between its making and the rename', async () => {
    const disk = await usedDisk();
    let taken = 0;
    const files = {
      ...disk.files,
      rename: async (from: string, to: string) => {
        if (taken++ < 2) await disk.files.removeFolder(path.dirname(to));
        return disk.files.rename(from, to);
      },
    };
    const storage = await openLocalStorage('/data', files);
    const object = await storage.create(KEY);
    await object.write(BYTES);
    await object.seal();
    expect(await storage.size(KEY)).toBe(BYTES.length);
  });
});

async function durableFolders(disk: LossyDisk): Promise<LossyDisk> {
  for (const folder of ['/', '/data', '/data/sealed', '/data/temporary']) await disk.files.syncFolder(folder);
  return disk;
}

describe('local storage on the disk of this machine', () => {
  it('takes the folders of a run with its last object, and lists what is there', async () => {
    await inFolder(async (folder) => {
      const storage = await openLocalStorage(folder);
      for (const key of [KEY, 'tenant/run/a1-p0002.zip.p7m', 'tenant/other/a1-p0001.zip.p7m']) await (await storage.create(key)).seal();
      await writeFile(path.join(folder, 'sealed', 'Of somebody else'), '');
      const listed = async () => {
        const keys: string[] = [];
        for await (const key of storage.list()) keys.push(key);
        return keys.sort();
      };
      expect(await listed()).toEqual(['Of somebody else', 'tenant/other/a1-p0001.zip.p7m', KEY, 'tenant/run/a1-p0002.zip.p7m']);
      await storage.remove(KEY);
      expect(await readdir(path.join(folder, 'sealed', 'tenant', 'run'))).toHaveLength(1);
      await storage.remove('tenant/run/a1-p0002.zip.p7m');
      expect(await readdir(path.join(folder, 'sealed', 'tenant'))).toEqual(['other']);
    });
  });

  it('sweeps temporary objects of the dead, not those it writes nor those another wrote to just now', async () => {
    await inFolder(async (folder) => {
      const storage = await openLocalStorage(folder);
      const own = await storage.create(KEY);
      const dead = path.join(folder, 'temporary', 'dead');
      const young = path.join(folder, 'temporary', 'young');
      for (const file of [dead, young]) await writeFile(file, 'half');
      await utimes(dead, new Date(0), new Date(0));
      expect((await storage.listTemporary()).map((one) => one.name).sort()).toEqual(['dead', 'young']);
      expect(await storage.sweepTemporary(60_000)).toBe(1);
      expect((await storage.listTemporary()).map((one) => one.name)).toEqual(['young']);
      expect(await storage.sweepTemporary(0)).toBe(1);
      await own.write(BYTES);
      await own.seal();
      expect((await stat(path.join(folder, 'sealed', ...KEY.split('/')))).size).toBe(BYTES.length);
    });
  });

  it('does not take for dead what is being written and waits for its source for hours', async () => {
    vi.useFakeTimers();
    try {
      const disk = await usedDisk();
      const object = await (await openLocalStorage('/data', disk.files)).create(KEY);
      await object.write(BYTES);
      await vi.advanceTimersByTimeAsync(3 * 3_600_000);
      const another = await openLocalStorage('/data', disk.files);
      expect(await another.sweepTemporary(3_600_000)).toBe(0);
      await object.discard();
      const left = await (await openLocalStorage('/data', disk.files)).create(KEY);
      await left.seal();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('sweeps what could not be discarded', async () => {
    const disk = await usedDisk();
    let broken = true;
    const storage = await openLocalStorage('/data', {
      ...disk.files,
      unlink: (file) => (broken ? Promise.reject(Object.assign(new Error('busy'), { code: 'EBUSY' })) : disk.files.unlink(file)),
    });
    const object = await storage.create(KEY);
    await expect(object.discard()).rejects.toThrow('busy');
    expect(await storage.sweepTemporary(0)).toBe(0);
    broken = false;
    expect(await storage.sweepTemporary(0)).toBe(1);
  });

  it('says why a file cannot be deleted', async () => {
    const disk = await usedDisk();
    await storeAndDie(disk, 1_000);
    const storage = await openLocalStorage('/data', { ...disk.files, unlink: () => Promise.reject(Object.assign(new Error('read-only'), { code: 'EROFS' })) });
    await expect(storage.remove(KEY)).rejects.toMatchObject({ code: 'storage.remove_failed', details: { value: 'EROFS' } });
  });
});

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'udm-storage-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
