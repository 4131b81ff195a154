import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { CodedError } from '../errors.ts';

/** What `udm login` leaves for later commands: a token, in a file of the person's own that nobody else may read. */
interface KeptSignIn {
  /** The data folder it is of; in another one it says nothing. */
  readonly dataFolder: string;
  readonly secret: string;
}

/** Where it lies. */
function keptSignInFile(environment: NodeJS.ProcessEnv): string {
  return path.join(environment['XDG_CONFIG_HOME'] || path.join(environment['HOME'] || homedir(), '.config'), 'udm', 'sign-in.json');
}

/** Null when nobody signed in for this data folder. Error: `config.file_readable` when others may read it. */
export async function readKeptSignIn(environment: NodeJS.ProcessEnv, dataFolder: string): Promise<string | null> {
  const file = keptSignInFile(environment);
  const facts = await stat(file).catch(() => null);
  if (!facts) return null;
  if ((facts.mode & 0o077) !== 0) throw new CodedError('config.file_readable', { value: file });
  const kept = JSON.parse(await readFile(file, 'utf8')) as KeptSignIn;
  return kept.dataFolder === dataFolder ? kept.secret : null;
}

export async function keepSignIn(environment: NodeJS.ProcessEnv, kept: KeptSignIn): Promise<string> {
  const file = keptSignInFile(environment);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(kept), { mode: 0o600 });
  // A file that was there keeps its mode when it is written.
  await chmod(file, 0o600);
  return file;
}

export async function forgetSignIn(environment: NodeJS.ProcessEnv): Promise<void> {
  await rm(keptSignInFile(environment), { force: true });
}
