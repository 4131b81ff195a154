import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OutputFile, OutputFolder } from './output-folder.ts';
import { TestFolder } from './testing/recipients.ts';

const root = new TestFolder();
afterAll(() => root.remove());

async function withTwoFiles(path: string): Promise<OutputFolder> {
  const folder = await OutputFolder.open(path);
  for (const name of ['a.txt', 'b.txt']) {
    const output = await folder.create(name);
    await output.write(Buffer.from(name));
    await output.close();
  }
  return folder;
}

describe('OutputFolder', () => {
  it('shows nothing under its name before all is published', async () => {
    const path = root.fresh();
    const folder = await withTwoFiles(path);
    expect(readdirSync(path).filter((name) => !name.startsWith('.'))).toEqual([]);
    await folder.publish();
    expect(readdirSync(path).sort()).toEqual(['a.txt', 'b.txt']);
  });

  it('refuses a taken name before anything is written to it', async () => {
    const path = root.fresh();
    mkdirSync(path);
    writeFileSync(join(path, 'a.txt'), 'mine');
    await expect((await OutputFolder.open(path)).create('a.txt')).rejects.toMatchObject({ code: 'file.exists' });
  });

  it('does not overwrite a file that came meanwhile, and takes back what it had published', async () => {
    const path = root.fresh();
    const folder = await withTwoFiles(path);
    writeFileSync(join(path, 'b.txt'), 'mine');
    await expect(folder.publish()).rejects.toMatchObject({ code: 'file.exists' });
    await folder.discard();
    expect(readdirSync(path)).toEqual(['b.txt']);
    expect(readFileSync(join(path, 'b.txt'), 'utf8')).toBe('mine');
  });

  it('removes the folders it made, but no others', async () => {
    const path = root.fresh();
    mkdirSync(path);
    await (await withTwoFiles(join(path, 'made', 'too'))).discard();
    expect(existsSync(join(path, 'made'))).toBe(false);
    expect(existsSync(path)).toBe(true);
  });

  it('tells of bytes that could not be written, at the latest at the end of the file', async () => {
    const path = root.fresh();
    writeFileSync(path, '');
    const closed = new OutputFile(await open(path, 'r'), path);
    await closed.write(Buffer.from('x'));
    await expect(closed.close()).rejects.toMatchObject({ code: 'file.unwritable' });
    // This device is always full.
    const full = new OutputFile(await open('/dev/full', 'w'), path);
    await full.write(Buffer.from('x'));
    await expect(full.write(Buffer.from('y'))).rejects.toMatchObject({ code: 'disk.full' });
    await expect(full.close()).rejects.toMatchObject({ code: 'disk.full' });
  });

  it('tells that too many files are open as what it is, also of a file that is read', () => {
    const path = root.fresh();
    // A process of its own, as it takes all that may be open.
    const script = `
      const { openSync, closeSync } = await import('node:fs');
      const { OutputFolder } = await import('${new URL('output-folder.ts', import.meta.url)}');
      const { chunksOf } = await import('${new URL('encrypted-file.ts', import.meta.url)}');
      const folder = await OutputFolder.open('${path}');
      const open = [];
      try { for (;;) open.push(openSync('/dev/null')); } catch {}
      const codes = await Promise.all([folder.create('a'), chunksOf('/dev/null').next()].map((one) => one.catch((error) => error.code)));
      for (const one of open) closeSync(one);
      await folder.discard();
      console.log(codes.join());
    `;
    const said = execFileSync('sh', ['-c', 'ulimit -n 64; exec "$0" --input-type=module -e "$1"', process.execPath, script], { encoding: 'utf8' });
    expect(said.trim()).toBe('file.too_many_open,file.too_many_open');
  });

  it('says that it cannot write where a file stands', async () => {
    const path = root.fresh();
    writeFileSync(path, '');
    await expect(OutputFolder.open(join(path, 'deeper'))).rejects.toMatchObject({ code: 'file.unwritable' });
  });
});
