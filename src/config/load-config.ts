import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError, type Problem, refuseProblems } from '../errors.ts';
import { type Config, Secret, type Setting, SETTINGS } from './config.ts';
import { smtpConfig } from './smtp-settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder UDM was installed in. */
export const PROGRAM_FOLDER = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** Reads and checks all settings; throws `config.invalid` with every problem at once. */
export function loadConfig(environment: Environment): Config {
  const problems: Problem[] = unknownSettings(environment);
  const read = (name: string) => readSetting(environment, name, problems);
  const whole = (name: string, low: number, high: number) => wholeNumber(name, read(name), low, high, problems);
  const databaseUrl = databaseAddress('UDM_DATABASE_URL', read('UDM_DATABASE_URL'), problems);
  const databaseOwnerUrl = databaseAddress('UDM_DATABASE_OWNER_URL', read('UDM_DATABASE_OWNER_URL'), problems);
  if (databaseOwnerUrl && !databaseUrl) problems.push({ code: 'field.required', field: 'UDM_DATABASE_URL' });
  const token = read('UDM_TOKEN');
  const logLevel = read('UDM_LOG_LEVEL');
  if (!LOG_LEVELS.includes(logLevel)) problems.push({ code: 'field.type', field: 'UDM_LOG_LEVEL', value: logLevel, range: LOG_LEVELS });
  const config: Config = {
    dataFolder: path.resolve(PROGRAM_FOLDER, read('UDM_DATA')),
    port: whole('UDM_PORT', 0, 65_535),
    host: read('UDM_HOST'),
    publicHosts: listOf(read('UDM_PUBLIC_HOSTS')),
    publicUrl: publicAddress('UDM_PUBLIC_URL', read('UDM_PUBLIC_URL'), problems),
    trustedProxies: networks('UDM_TRUSTED_PROXIES', listOf(read('UDM_TRUSTED_PROXIES')), problems),
    requestsPerMinute: whole('UDM_REQUESTS_PER_MINUTE', 60, 1_000_000),
    databaseUrl,
    databaseOwnerUrl,
    heartbeatSeconds: whole('UDM_HEARTBEAT_SECONDS', 2, 300),
    retries: whole('UDM_RETRIES', 0, 20),
    retrySeconds: whole('UDM_RETRY_SECONDS', 1, 3_600),
    workers: whole('UDM_WORKERS', 1, 16),
    sourceConnections: whole('UDM_SOURCE_CONNECTIONS', 0, 16),
    sourceHosts: hostsOrNetworks('UDM_SOURCE_HOSTS', listOf(read('UDM_SOURCE_HOSTS')), problems),
    auditAnchors: read('UDM_AUDIT_ANCHORS'),
    caseKeys: read('UDM_CASE_KEYS'),
    auditAnchorSeconds: whole('UDM_AUDIT_ANCHOR_SECONDS', 5, 3_600),
    ledger: read('UDM_LEDGER'),
    token: token === '' ? null : new Secret(token),
    smtp: smtpConfig(read, whole('UDM_SMTP_PORT', 1, 65_535), problems),
    logLevel,
  };
  refuseProblems('config.invalid', problems);
  return Object.freeze(config);
}

/**
 * Where root keeps data when PostgreSQL's account may not pass to the wished folder (a checkout in a private folder):
 * a folder of its own under /var/lib, the same at every start.
 */
export function fallbackDataFolder(wished: string): string {
  return path.join('/var/lib/udm', createHash('sha256').update(wished).digest('hex').slice(0, 12));
}

function unknownSettings(environment: Environment): Problem[] {
  const known = new Set(SETTINGS.flatMap(({ name }) => [name, `${name}_FILE`]));
  return Object.keys(environment)
    .filter((name) => name.startsWith('UDM_') && !known.has(name) && !name.startsWith('UDM_TEST_'))
    .map((name) => ({ code: 'property.unknown', field: name, range: SETTINGS.map((setting) => setting.name) }));
}

function readSetting(environment: Environment, name: string, problems: Problem[]): string {
  const setting = SETTINGS.find((one) => one.name === name) as Setting;
  const file = environment[`${name}_FILE`];
  const direct = environment[name];
  if (file !== undefined && direct !== undefined) problems.push({ code: 'field.type', field: name, range: `either ${name} or ${name}_FILE` });
  if (file === undefined) return direct === undefined || direct === '' ? setting.default : direct;
  try {
    // A secret others can read is no secret: the file's mode is checked before it is used.
    if (setting.secret && (statSync(file).mode & 0o077) !== 0) throw new CodedError('config.file_readable', { value: file });
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    problems.push({ code: 'field.type', field: `${name}_FILE`, value: file, range: 'a readable file' });
    return setting.default;
  }
}

function wholeNumber(field: string, text: string, low: number, high: number, problems: Problem[]): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  problems.push({ code: 'number.format', field, value: text.slice(0, 100), range: `${low} to ${high}` });
  return low;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}

/** Plain http is for the machine itself alone. */
function publicAddress(field: string, text: string, problems: Problem[]): string | null {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const isPlain = url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (isPlain && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) return url.origin;
  problems.push({ code: 'field.type', field, value: text.slice(0, 200), range: 'https://host or https://host:port' });
  return null;
}

function networks(field: string, list: readonly string[], problems: Problem[]): readonly string[] {
  for (const one of list) {
    const [address = '', length, ...more] = one.split('/');
    const family = isIP(address);
    const fits = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) > 0 && Number(length) <= (family === 6 ? 128 : 32));
    if (family === 0 || !fits || more.length > 0)
      problems.push({ code: 'field.type', field, value: one.slice(0, 100), range: 'an IP address, or a network as 10.0.0.0/8' });
  }
  return list;
}

const HOST_PATTERN = /^([*][.])?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?([.][a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

/** What looks like an address is one, or is wrong: as a name it would allow nothing. */
function hostsOrNetworks(field: string, list: readonly string[], problems: Problem[]): readonly string[] {
  for (const one of list) {
    const looksLikeAddress = /^[0-9.]+$/.test(one) || /[:/]/.test(one);
    if (looksLikeAddress) networks(field, [one], problems);
    else if (!HOST_PATTERN.test(one))
      problems.push({ code: 'field.type', field, value: one.slice(0, 100), range: 'a host name, *.example.com, an address or a network as 10.0.0.0/8' });
  }
  return list;
}

function databaseAddress(field: string, text: string, problems: Problem[]): Secret | null {
  if (text === '') return null;
  const usable = URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol) && new URL(text).username !== '';
  // The value is not repeated: it holds a password.
  if (!usable) problems.push({ code: 'field.type', field, range: 'postgresql://role:password@host:port/database' });
  return usable ? new Secret(text) : null;
}
