import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CodedError } from '../errors.ts';

const run = promisify(execFile);
const ACCOUNT = 'udm-postgres';

/** System account PostgreSQL runs under; null when UDM itself is not root and PostgreSQL runs as the same user. */
export interface EngineAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so as root UDM uses the account `udm-postgres`, and makes it when it is missing.
 * Error: `engine.account` when it cannot be made.
 */
export async function engineAccount(): Promise<EngineAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const found = await findAccount();
  if (found) return found;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', ACCOUNT]);
  } catch (cause) {
    // Two processes may make it at once: the loser finds what the winner made.
    const made = await findAccount();
    if (made) return made;
    throw new CodedError('engine.account', { value: ACCOUNT, cause });
  }
  const made = await findAccount();
  if (!made) throw new CodedError('engine.account', { value: ACCOUNT });
  return made;
}

async function findAccount(): Promise<EngineAccount | null> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === ACCOUNT && uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

/** Whether the account may pass through every parent folder of `target`; a private folder on the way blocks it. */
export async function mayReach(target: string, account: EngineAccount | null): Promise<boolean> {
  if (!account) return true;
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    const facts = await stat(folder).catch(() => null);
    if (facts) {
      const own = facts.uid === account.uid && (facts.mode & 0o100) !== 0;
      const group = facts.gid === account.gid && (facts.mode & 0o010) !== 0;
      if (!own && !group && (facts.mode & 0o001) === 0) return false;
    }
    if (folder === path.dirname(folder)) return true;
  }
}
