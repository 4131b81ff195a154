import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeBundle } from '../../src/pipeline/bundle.ts';
import { withRoles } from '../support/roles.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { Recipients } from '../support/recipients.ts';
import { storeArtifact } from '../support/stored-artifact.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';

/** Several files as one stream, unpacked by the real unzip. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const BYTES = [randomBytes(1), randomBytes(70_000), randomBytes(300_001)] as const;
const files = new Recipients();
let door: Door;
let things: TenantThings;
let folder: string;
let ids: string[];
let parts = 1;

beforeAll(async () => {
  door = await openDoor();
  things = await fillTenant(door.app, door.actor, files.make().certificate);
});
afterAll(async () => {
  await door?.close();
  files.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'udm-bundle-'));
  ids = [];
  // Two of the three have one name.
  for (const bytes of BYTES) {
    parts += 1;
    ids.push(await storeArtifact(door.app, door.actor, things.ids.run, parts, bytes, ids.length < 2 ? 'same.zip.p7m' : 'other.zip.p7m'));
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bundle = (asked: unknown[] = ids) => door.call('POST', '/api/artifacts/bundle', { ids: asked });
const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const recorded = async () =>
  (await sql(`SELECT detail FROM audit_log WHERE action = 'artifact.downloaded' AND object_id = ANY($1)`, [ids])).map((row) => row.detail);

describe('a bundle', () => {
  it('is one zip of known length that unzip opens, every file under a name of its own, each download on record', async () => {
    const answer = await bundle([...ids, ids[0]]);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/zip', 'content-length': String(answer.bytes.length) } });
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="udm-3-files-\d{8}T\d{6}Z\.zip"$/);
    const zip = path.join(folder, 'bundle.zip');
    await pipeline([answer.bytes], createWriteStream(zip));
    execFileSync('unzip', ['-tq', zip], { stdio: 'pipe' });
    execFileSync('unzip', ['-q', zip, '-d', folder], { stdio: 'pipe' });
    const names = ['same.zip.p7m', 'same-2.zip.p7m', 'other.zip.p7m'];
    expect((await readdir(folder)).sort()).toEqual([...names, 'bundle.zip'].sort());
    for (const [index, name] of names.entries()) expect((await readFile(path.join(folder, name))).equals(BYTES[index] as Buffer)).toBe(true);
    expect(await recorded()).toEqual([{ bundleOf: 3 }, { bundleOf: 3 }, { bundleOf: 3 }]);
  });

  it('is refused before its first byte, naming every file that cannot be had, and nothing is on record', async () => {
    await sql('UPDATE artifact SET expires_at = now() WHERE id = $1', [ids[1]]);
    await door.call('DELETE', `/api/artifacts/${ids[2]}`);
    const answer = await bundle([ids[0], UNKNOWN, ids[1], ids[2], 'no id']);
    expect(answer.status).toBe(422);
    expect(answer.json.errors.map((one: { code: string; field: string; value: string }) => [one.field, one.code, one.value])).toEqual([
      ['ids[1]', 'not_found', UNKNOWN],
      ['ids[2]', 'artifact.gone', ids[1]],
      ['ids[3]', 'artifact.deleted', ids[2]],
      ['ids[4]', 'not_found', 'no id'],
    ]);
    expect(await recorded()).toEqual([]);
  });

  it('takes 1 to 100 ids and nothing else', async () => {
    for (const body of [{ ids: [] }, { ids: Array.from({ length: 101 }, () => UNKNOWN) }, { ids: [1] }, { ids: 'x' }, {}, { ids, all: true }])
      expect((await door.call('POST', '/api/artifacts/bundle', body)).status).toBe(422);
    await sql(withRoles('{iwd_administrator}'));
    expect((await bundle()).json.errors[0].code).toBe('not_found');
    await sql(withRoles('{}'));
    expect((await bundle()).status).toBe(403);
    await sql(withRoles('{tenant_administrator}'));
  });
});

describe('a stream of files', () => {
  const from = (bytes: Buffer) => async () => createReadStream(await written(bytes));
  const written = async (bytes: Buffer): Promise<string> => {
    const file = path.join(folder, createHash('sha256').update(bytes).digest('hex'));
    await pipeline([bytes], createWriteStream(file));
    return file;
  };
  const time = new Date('2026-03-01T10:00:00Z');

  it('opens one file after the other, and none before its turn', async () => {
    const opened: string[] = [];
    const one = (name: string) => ({
      name,
      bytes: 3_000_000,
      time,
      open: async () => {
        opened.push(name);
        return createReadStream(await written(randomBytes(3_000_000)));
      },
    });
    const { content } = writeBundle([one('a'), one('b'), one('c')]);
    const reader = content.iterator({ destroyOnReturn: false });
    await reader.next();
    expect(opened).toEqual(['a']);
    for (;;) if ((await reader.next()).done) break;
    expect(opened).toEqual(['a', 'b', 'c']);
  });

  it('closes the file that is open when it is destroyed, and opens no other', async () => {
    // Held on to: what nobody holds is closed with the garbage, sooner or later.
    const opened: Readable[] = [];
    const one = (name: string) => ({
      name,
      bytes: 3_000_000,
      time,
      open: async () => {
        const stream = createReadStream(await written(randomBytes(3_000_000)));
        opened.push(stream);
        return stream;
      },
    });
    const { content } = writeBundle([one('a'), one('b')]);
    const reader = content.iterator({ destroyOnReturn: false });
    await reader.next();
    // The first bytes are the zip's own; these are the file's.
    await reader.next();
    expect(opened).toHaveLength(1);
    content.destroy();
    await expect.poll(() => opened.map((stream) => stream.closed)).toEqual([true]);
  });

  it.each([
    ['cannot be opened', async () => Promise.reject(new Error('gone'))],
    ['is shorter than was said', async () => createReadStream(await written(randomBytes(9)))],
    ['is longer', async () => createReadStream(await written(randomBytes(11)))],
  ])('ends with the error of a file that %s', async (_name, broken) => {
    const { content } = writeBundle([
      { name: 'a', bytes: 5, time, open: from(randomBytes(5)) },
      { name: 'b', bytes: 10, time, open: broken },
    ]);
    await expect(content.resume().toArray()).rejects.toThrow();
  });
});

describe('a client that goes away', () => {
  it('leaves no file open, in a bundle and in a single download', async () => {
    // More than the sockets between take in.
    const big = Buffer.alloc(60_000_000, 7);
    parts += 1;
    const id = await storeArtifact(door.app, door.actor, things.ids.run, parts, big, 'big.zip.p7m');
    const server = await door.listen();
    for (const [method, address, body] of [
      ['GET', `/api/artifacts/${id}/content`, undefined],
      ['POST', '/api/artifacts/bundle', JSON.stringify({ ids: [id] })],
    ] as const) {
      await cutOff(server, method, address, body);
      await expect.poll(openObjects, { timeout: 10_000 }).toEqual([]);
    }
  });

  async function cutOff(server: { port: number; headers: Record<string, string> }, method: string, address: string, body?: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const request = http.request({
        host: '127.0.0.1',
        port: server.port,
        method,
        path: address,
        headers: { ...server.headers, 'content-type': 'application/json' },
      });
      request.on('response', (response) => {
        response.once('data', async () => {
          response.pause();
          expect(response.statusCode).toBe(200);
          await expect.poll(openObjects, { timeout: 10_000 }).toHaveLength(1);
          response.destroy();
          resolve();
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Files of the storage that this process has open. */
  async function openObjects(): Promise<string[]> {
    const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return links.filter((file) => file.includes(`${path.sep}sealed${path.sep}`));
  }
});

describe('more than 4 GiB', () => {
  it('has a length that is known before any file is opened, zip64 included', () => {
    const sizes = [5_000_000_000, 3_000_000_000, 10];
    const never = () => new Promise<never>(() => {});
    const { bytes, content } = writeBundle(sizes.map((size, index) => ({ name: `file-${index}`, bytes: size, time: new Date(), open: never })));
    content.destroy();
    // What the long form writes, byte for byte.
    expect(bytes).toBe(8_000_000_555);
  });

  /** Long form: UDM_TEST_LONG=1 writes the whole zip. */
  it.runIf(process.env['UDM_TEST_LONG'] === '1')(
    'needs zip64, which unzip reads, in memory that does not grow',
    async () => {
      const sizes = [5_000_000_000, 3_000_000_000, 10];
      const sparse = await Promise.all(sizes.map(async (size, index) => sparseFile(path.join(folder, `sparse-${index}`), size)));
      const { bytes, content } = writeBundle(
        sparse.map((file, index) => ({ name: `file-${index}`, bytes: sizes[index] as number, time: new Date(), open: async () => createReadStream(file) })),
      );
      const zip = path.join(folder, 'big.zip');
      global.gc?.();
      const before = process.memoryUsage().rss;
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, process.memoryUsage().rss - before);
      }, 50);
      await pipeline(content, createWriteStream(zip));
      clearInterval(watch);
      expect((await stat(zip)).size).toBe(bytes);
      console.log(`bundle of ${bytes} bytes: at most ${Math.round(most / 1_000_000)} MB more memory`);
      expect(most).toBeLessThan(200_000_000);
      execFileSync('unzip', ['-tq', zip], { stdio: 'pipe' });
      expect(execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n')).toEqual(['file-0', 'file-1', 'file-2']);
    },
    900_000,
  );

  async function sparseFile(file: string, size: number): Promise<string> {
    const handle = await open(file, 'w');
    await handle.truncate(size);
    await handle.close();
    return file;
  }
});
