import { createHash } from 'node:crypto';
import { readFile, realpath, rm, statfs, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { CodedError } from '../errors.ts';
import { isAlive } from './process.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Holds a data folder for this process. The lock is a listening abstract socket (Linux): the kernel frees it with
 * the process, so a kill leaves nothing stale and there is no race to steal it. Elsewhere the pid file alone decides.
 * Errors: `data_folder.locked` with the pid of the owner, `data_folder.network` on NFS and SMB.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await refuseNetworkFolder(folder);
  const pidFile = path.join(folder, 'udm.pid');
  const server = net.createServer((socket) => socket.destroy());
  if (process.platform === 'linux') {
    await listen(server, await lockName(folder)).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') throw cause;
      throw new CodedError('data_folder.locked', { value: { folder, pid: await ownerPid(folder) } });
    });
    server.unref();
  } else {
    const pid = await ownerPid(folder);
    if (pid && isAlive(pid)) throw new CodedError('data_folder.locked', { value: { folder, pid } });
  }
  await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    async release() {
      await rm(pidFile, { force: true });
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Magic numbers of statfs(2): NFS, SMB, CIFS, SMB2. Neither locks nor syncs there keep what a database needs. */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
]);

async function refuseNetworkFolder(folder: string): Promise<void> {
  const kind = NETWORK_FILE_SYSTEMS.get((await statfs(folder)).type >>> 0);
  if (kind) throw new CodedError('data_folder.network', { value: { folder, kind } });
}

/** The pid that last locked the folder, whether it lives or not. */
export async function ownerPid(folder: string): Promise<number | null> {
  const text = await readFile(path.join(folder, 'udm.pid'), 'utf8').catch(() => '');
  return Number(text.trim()) || null;
}

function listen(server: net.Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(name, resolve);
  });
}

async function lockName(folder: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  return `\0udm-${digest}`;
}
