import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors.ts';
import { createSealer } from '../lib/sealer.ts';
import type { CaseKey, CaseKeys, CaseName } from './case-keys.ts';

const BYTES = 32;
/** Files written at a time: their syncs share the work of the disk. */
const AT_ONCE = 32;
const NAME = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.key$/;

/** The keys as files of a folder: `<tenant>.<request>.key`, 32 random bytes, for their owner alone. */
export function openKeyFiles(folder: string): CaseKeys {
  const fileOf = ({ tenantId, requestId }: CaseName) => path.join(folder, `${tenantId}.${requestId}.key`);
  return {
    async make(cases) {
      await writing(folder, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await inGroups(cases, (one) => writeWhole(fileOf(one), randomBytes(BYTES), 'wx'));
        await syncFolder(folder);
      });
    },
    async open(one) {
      const key = await readFile(fileOf(one)).catch(() => null);
      if (key?.length !== BYTES) throw new CodedError('gdpr.key_lost', { value: one.requestId });
      return sealing(key, one);
    },
    async destroy(cases) {
      await writing(folder, async () => {
        await inGroups(cases, async (one) => {
          const file = fileOf(one);
          const known = await stat(file).catch(() => null);
          if (!known) return;
          // A disk may keep what was under it; whoever needs more keeps the folder on an encrypted one.
          await writeWhole(file, randomBytes(BYTES), 'r+');
          await unlink(file);
        });
        await syncFolder(folder).catch((error: { code?: unknown }) => {
          if (error.code !== 'ENOENT') throw error;
        });
      });
    },
    async list() {
      const names = await readdir(folder).catch(() => []);
      const found = names.flatMap((name) => {
        const [, tenantId, requestId] = NAME.exec(name) ?? [];
        return tenantId && requestId ? [{ tenantId, requestId }] : [];
      });
      const aged = await Promise.all(found.map(async (one) => ({ ...one, facts: await stat(fileOf(one)).catch(() => null) })));
      return aged.flatMap(({ facts, ...one }) => (facts ? [{ ...one, ageMs: Date.now() - facts.mtimeMs }] : []));
    },
  };
}

function sealing(key: Buffer, { tenantId, requestId }: CaseName): CaseKey {
  const sealer = createSealer(key);
  const context = (part: string) => `case ${tenantId} ${requestId} ${part}`;
  return {
    seal: (value, part) => sealer.seal(JSON.stringify(value), context(part)),
    open(sealed, part) {
      try {
        return JSON.parse(sealer.open(sealed, context(part)));
      } catch (cause) {
        throw new CodedError('gdpr.key_lost', { value: requestId, cause });
      }
    },
  };
}

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work));
}

async function writeWhole(file: string, bytes: Buffer, flag: 'wx' | 'r+'): Promise<void> {
  const handle = await open(file, flag, 0o600);
  try {
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writing(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new CodedError('gdpr.keys_unwritable', { value: folder, cause });
  }
}
