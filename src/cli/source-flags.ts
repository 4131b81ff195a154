import { readFile, stat } from 'node:fs/promises';
import { text as allOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { SourceDetailView, SourceDraftInput } from '../contract/source.ts';
import { CodedError } from '../errors.ts';
import { countOption } from './options.ts';

/** The settings of a source as flags. A password comes from a file, the environment or standard input: flags are seen by every process of the machine. */

export interface SettingFlags {
  readonly kind?: string;
  readonly catalog?: string;
  readonly host?: string;
  readonly port?: string;
  readonly database?: string;
  readonly dbUser?: string;
  readonly passwordFile?: string;
  readonly passwordEnv?: string;
  readonly passwordStdin?: boolean;
  /** false: --no-write-user. */
  readonly writeUser?: string | false;
  readonly writePasswordFile?: string;
  readonly writePasswordEnv?: string;
  readonly tls?: string;
  /** false: --no-ca. */
  readonly ca?: string | false;
  readonly settleLag?: number;
}

const LONGEST_SETTLE_SECONDS = 31 * 86_400;
const LARGEST_PASSWORD_FILE = 64 * 1024;

/** Adds them; what is wrong with a value says the operation, all of it at once. */
export function addSettingOptions(command: Command): Command {
  return command
    .option('--kind <kind>', 'kind of database: postgres')
    .option('--catalog <name>', 'catalog: ucsx or iwd')
    .option('--host <host>', 'host of the database')
    .option('--port <port>', 'port (5432 when left out)')
    .option('--database <name>', 'database')
    .option('--db-user <name>', 'database user that may read the tables')
    .option('--password-file <file>', 'file that holds the password, readable by its owner alone')
    .option('--password-env <name>', 'environment variable that holds the password')
    .option('--password-stdin', 'read the password from standard input')
    .option('--write-user <name>', 'second database user that may change rows, used only to erase and correct what a data request asks for')
    .option('--no-write-user', 'no such user any more')
    .option('--write-password-file <file>', 'file that holds its password, readable by its owner alone')
    .option('--write-password-env <name>', 'environment variable that holds its password')
    .option('--tls <mode>', 'verified, required (the name is not checked), or off; verified when left out, off for this machine itself')
    .option('--ca <file>', 'PEM file with the certificates of the CAs to trust (those of the system when left out)')
    .option('--no-ca', 'trust the CAs of the system again')
    .option(
      '--settle-lag <seconds>',
      'how long after its time a row may become visible in the source (300 when left out)',
      countOption(0, LONGEST_SETTLE_SECONDS),
    );
}

/** What the flags say, and nothing of what they do not. Errors: `usage`, `config.file_readable`. */
export async function settingsOfFlags(flags: SettingFlags): Promise<Partial<SourceDraftInput>> {
  const password = await readPassword(flags, ['--password-file', '--password-env', '--password-stdin']);
  const { writePasswordFile: passwordFile, writePasswordEnv: passwordEnv } = flags;
  const writerPassword = await readPassword({ passwordFile, passwordEnv }, ['--write-password-file', '--write-password-env']);
  const ca = flags.ca === false ? null : typeof flags.ca === 'string' ? await readText(flags.ca, '--ca') : undefined;
  const given: Record<string, unknown> = {
    connector: flags.kind,
    catalog: flags.catalog,
    host: flags.host,
    port: flags.port === undefined ? undefined : /^\d{1,9}$/.test(flags.port) ? Number(flags.port) : flags.port,
    database: flags.database,
    user: flags.dbUser,
    password,
    writerUser: flags.writeUser === false ? null : flags.writeUser,
    writerPassword,
    tls: flags.tls,
    caCertificate: ca,
    settleSeconds: flags.settleLag,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

interface PasswordFlags {
  readonly passwordFile?: string | undefined;
  readonly passwordEnv?: string | undefined;
  readonly passwordStdin?: boolean | undefined;
}

async function readPassword(
  { passwordFile, passwordEnv, passwordStdin }: PasswordFlags,
  names: readonly [file: string, env: string, stdin?: string],
): Promise<string | undefined> {
  const [ofFile, ofEnv] = names;
  const given = [passwordFile, passwordEnv, passwordStdin].filter((one) => one !== undefined);
  if (given.length > 1) throw new CodedError('usage', { field: ofFile, range: `one of ${names.join(', ')}` });
  if (passwordFile !== undefined) {
    const facts = await stat(passwordFile).catch(() => null);
    if (!facts) throw new CodedError('usage', { field: ofFile, value: passwordFile });
    if ((facts.mode & 0o077) !== 0) throw new CodedError('config.file_readable', { value: passwordFile });
    return withoutEnd(await readText(passwordFile, ofFile));
  }
  if (passwordEnv !== undefined) {
    const value = process.env[passwordEnv];
    if (value === undefined || value === '') throw new CodedError('usage', { field: ofEnv, value: passwordEnv, range: 'a variable that is set' });
    return value;
  }
  return passwordStdin ? withoutEnd(await allOf(process.stdin)) : undefined;
}

/** Editors and echo end a line; a password has no line break. */
function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

async function readText(file: string, field: string): Promise<string> {
  const facts = await stat(file).catch(() => null);
  if (!facts?.isFile() || facts.size > LARGEST_PASSWORD_FILE * 2) throw new CodedError('usage', { field, value: file, range: 'a readable file' });
  return readFile(file, 'utf8');
}

/** A source as its own draft: passwords stay the stored ones. */
export function draftOf({
  name,
  connector,
  catalog,
  host,
  port,
  database,
  user,
  writerUser,
  tls,
  caCertificate,
  settleSeconds,
}: SourceDetailView): SourceDraftInput {
  return { name, connector, catalog, host, port, database, user, writerUser, tls, caCertificate, settleSeconds };
}
