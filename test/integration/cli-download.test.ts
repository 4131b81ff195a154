import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveArtifact } from '../../src/cli/save-artifact.ts';
import { CodedError } from '../../src/errors.ts';
import type { Services } from '../../src/operations/services.ts';
import { cliSession } from '../support/cli-session.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { Recipients } from '../support/recipients.ts';
import { storeArtifact } from '../support/stored-artifact.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';

/** `udm artifact download`: cuts, what an earlier download left, and several files. */

const BYTES = randomBytes(700_001);
const NAME = 'file.zip.p7m';
const files = new Recipients();
let door: Door;
let things: TenantThings;
let id: string;
let folder: string;
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
  parts += 1;
  id = await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES, NAME);
  folder = await mkdtemp(path.join(tmpdir(), 'udm-download-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { command, document, refusal } = cliSession(() => door.app.dataFolder);
const target = () => path.join(folder, NAME);
const half = () => `${target()}.part`;
const isWhole = async () => (await readFile(target())).equals(BYTES);
const recorded = async () => {
  const database = await superuserOf(door.app.dataFolder);
  const { rows } = await withClient(database, (client) =>
    client.query(`SELECT detail FROM audit_log WHERE action = 'artifact.downloaded' AND object_id = $1`, [id]),
  );
  return rows.length;
};

/** Storage whose reads break after so many bytes, once each; `waits` notes the pauses. */
function breaking(cuts: (number | 'refused')[], waits: number[] = [], meanwhile: () => Promise<void> = async () => {}): Services {
  const { storage } = door.app.services;
  const read: Services['storage']['read'] = async (key, range) => {
    const cut = cuts.shift();
    if (cut === 'refused') throw new CodedError('service.unavailable');
    const content = await storage.read(key, range);
    if (cut === undefined) return content;
    return Readable.from(firstBytes(content, cut), { objectMode: false });
  };
  const wait: Services['wait'] = async (milliseconds) => {
    waits.push(milliseconds);
    await meanwhile();
  };
  return { ...door.app.services, wait, storage: Object.assign(Object.create(storage), { read }) };
}

async function* firstBytes(content: Readable, count: number): AsyncIterable<Buffer> {
  let left = count;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) break;
  }
  throw new Error('the line broke');
}

const save = (services: Services) => saveArtifact(services, door.actor, id, folder);

describe('a download that breaks off', () => {
  it.each([[[0]], [[1]], [[262_144]], [[262_143, 1, 1]], [[700_000]], [[700_001]], [['refused', 5, 'refused', 'refused', 100_000]]] as (
    | number
    | 'refused'
  )[][][])('after %j goes on at the next byte', async (cuts) => {
    const waits: number[] = [];
    expect(await save(breaking([...cuts], waits))).toEqual({ file: target(), bytes: BYTES.length, resumedAt: 0 });
    expect(await isWhole()).toBe(true);
    expect(await readdir(folder)).toEqual([NAME]);
    // A try that had to begin at the first byte again is a download of its own.
    expect(await recorded()).toBe(cuts[0] === 0 || cuts[0] === 'refused' ? 2 : 1);
    expect(waits.length).toBe(cuts[0] === 700_001 ? 0 : cuts.length);
  });

  it('waits longer from one vain try to the next, gives up in the end, and leaves what came for the next call', async () => {
    const waits: number[] = [];
    const vain = Array.from({ length: 20 }, () => 'refused' as const);
    await expect(save(breaking([5_000, ...vain], waits))).rejects.toMatchObject({ code: 'service.unavailable' });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
    expect((await stat(half())).size).toBe(5_000);
    expect(await document('artifact', 'download', id, '--out', folder)).toEqual({ file: target(), bytes: BYTES.length, resumedAt: 5_000 });
    expect(await isWhole()).toBe(true);
    expect(await recorded()).toBe(1);
  });

  it('ends when the artifact is deleted meanwhile, and leaves nothing', async () => {
    const gone = breaking([1_000], [], async () => void (await door.call('DELETE', `/api/artifacts/${id}`)));
    await expect(save(gone)).rejects.toMatchObject({ code: 'artifact.deleted' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('what an earlier download left', () => {
  it.each([0, 1, 262_144, 700_000, 700_001])('of %i bytes is continued', async (length) => {
    await writeFile(half(), BYTES.subarray(0, length));
    expect(await document('artifact', 'download', id, '--out', folder)).toMatchObject({ resumedAt: length });
    expect(await isWhole()).toBe(true);
    expect(await readdir(folder)).toEqual([NAME]);
  });

  it('is begun anew when it is of another file, or longer', async () => {
    await writeFile(half(), randomBytes(10_000));
    const { code, stderr } = await command('artifact', 'download', id, '--out', folder);
    expect(code).toBe(0);
    expect(stderr).toContain('beginning anew');
    expect(await isWhole()).toBe(true);
    await rm(target());
    await writeFile(half(), randomBytes(800_000));
    await document('artifact', 'download', id, '--out', folder);
    expect(await isWhole()).toBe(true);
  });

  it('is not followed when it is a link to another file', async () => {
    const other = path.join(folder, 'other');
    await writeFile(other, 'mine');
    await symlink(other, half());
    expect(await refusal('artifact', 'download', id, '--out', folder)).toMatchObject({ code: 2, error: { code: 'file.unwritable' } });
    expect(await readFile(other, 'utf8')).toBe('mine');
  });
});

describe('a stored file that was changed', () => {
  it('gets no name: it is damaged', async () => {
    const { storage } = door.app.services;
    const read: Services['storage']['read'] = async () => Readable.from([Buffer.concat([BYTES.subarray(1), Buffer.from('x')])], { objectMode: false });
    const services = { ...door.app.services, storage: Object.assign(Object.create(storage), { read }) };
    await expect(save(services)).rejects.toMatchObject({ code: 'file.damaged' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('several', () => {
  it('are saved one after the other; one that is there already is not overwritten', async () => {
    parts += 1;
    const other = await storeArtifact(door.app, door.actor, things.ids.run, parts, BYTES.subarray(0, 10), 'other.zip.p7m');
    const saved = await document('artifact', 'download', id, other, id, '--out', folder);
    expect(saved.files.map((one: { file: string }) => path.basename(one.file))).toEqual([NAME, 'other.zip.p7m']);
    expect((await readFile(path.join(folder, 'other.zip.p7m'))).equals(BYTES.subarray(0, 10))).toBe(true);
    await truncate(target(), 5);
    expect(await refusal('artifact', 'download', id, '--out', folder)).toMatchObject({ code: 5, error: { code: 'file.exists' } });
    expect((await stat(target())).size).toBe(5);
  });

  it('show how far they are, and end with how to open them', async () => {
    const { stdout, stderr } = await command('artifact', 'download', id, '--out', folder);
    expect(stdout).toMatch(/^Saved .*file\.zip\.p7m\. Open it with: udm decrypt file\.zip\.p7m --key KEY\.pem --out FOLDER\n$/);
    expect(stderr).toMatch(/download \[█+\] 100% {2}683\.6 KB of 683\.6 KB/);
  });
});
