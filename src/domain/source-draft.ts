import { readCaCertificates } from './ca-certificates.ts';
import { CodedError } from '../errors.ts';
import { ProblemList, type Properties, propertiesOf, refuseOtherProperties } from './problem-list.ts';
import { characterCount, hasControlCharacters, isSameName } from './text-checks.ts';

/** What a source is, as its administrator writes it; the passwords apart, which are only ever written. */
export interface SourceDraft extends SourcePlace {
  readonly name: string;
  readonly connector: string;
  readonly catalog: string;
  readonly database: string;
  readonly user: string;
  /** Null: the stored one. */
  readonly password: string | null;
  /** Account that may change rows, used only to erase and correct; null: none. */
  readonly writerUser: string | null;
  /** Null: the stored one, or none. */
  readonly writerPassword: string | null;
  readonly settleSeconds: number;
}

/** Where a password is sent, and how safely. */
export interface SourcePlace {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsChoice;
  /** PEM; null: the CAs of the system. */
  readonly caCertificate: string | null;
}

export const TLS_CHOICES = ['verified', 'required', 'off'] as const;
export type TlsChoice = (typeof TLS_CHOICES)[number];

/** Long enough for a transaction of a contact centre to end and a clock to be a little off. */
export const DEFAULT_SETTLE_SECONDS = 300;
const LONGEST_SETTLE_SECONDS = 31 * 86_400;
const DEFAULT_PORT = 5_432;
const LONGEST_NAME = 100;
const LONGEST_HOST = 253;
/** PostgreSQL cuts longer names of databases and roles without a word. */
const LONGEST_IDENTIFIER_BYTES = 63;
const LONGEST_PASSWORD = 1_000;

const PROPERTIES = [
  'name',
  'connector',
  'catalog',
  'host',
  'port',
  'database',
  'user',
  'password',
  'writerUser',
  'writerPassword',
  'tls',
  'caCertificate',
  'settleSeconds',
] as const;
const READ_ONLY = ['id', 'version', 'types', 'jobs', 'lastRun', 'createdAt', 'may', 'warnings', 'ca'] as const;

/** What the world looks like to the author of a draft. */
export interface SourceFacts {
  readonly connectors: readonly string[];
  readonly catalogs: readonly string[];
  /** Names of the tenant's other sources. */
  readonly taken: readonly string[];
  /** What is stored, when a source is changed. */
  readonly editing:
    | (SourcePlace & { readonly connector: string; readonly catalog: string; readonly writerUser: string | null; readonly hasHistory: boolean })
    | null;
}

/**
 * Reads the draft of a source. The name comes back trimmed and in NFC, host in small letters, certificates as plain PEM; what is left out is the
 * default, and TLS is verified unless the host is this machine.
 * Error: `request.invalid` with all problems at once, in the order of the form.
 */
export function parseSourceDraft(input: unknown, facts: SourceFacts): SourceDraft {
  const properties = propertiesOf(input);
  if (!properties) throw new CodedError('request.invalid', { problems: [{ code: 'field.type', field: '', range: 'object' }] });
  const problems = new ProblemList();
  const name = parseName(properties.get('name'), facts.taken, problems);
  const connector = parseChoice(properties.get('connector') ?? 'postgres', facts.connectors, 'connector', 'source.connector_unknown', problems);
  const catalog = parseCatalog(properties.get('catalog'), facts, problems);
  const place = parsePlace(properties, problems);
  const database = parseIdentifier(properties.get('database'), 'database', problems);
  const user = parseIdentifier(properties.get('user'), 'user', problems);
  const password = parsePassword(properties.get('password'), 'password', place, facts.editing, problems);
  const writer = parseWriter(properties, place, facts.editing, problems);
  const settleSeconds = wholeNumber(
    properties.get('settleSeconds') ?? DEFAULT_SETTLE_SECONDS,
    { field: 'settleSeconds', code: 'source.settle_range', low: 0, high: LONGEST_SETTLE_SECONDS },
    problems,
  );
  refuseOtherProperties(properties, '', PROPERTIES, READ_ONLY, problems);
  problems.refuse();
  return { name, connector, catalog, ...place, database, user, password, ...writer, settleSeconds };
}

function parseName(sent: unknown, taken: readonly string[], problems: ProblemList): string {
  if (sent !== undefined && sent !== null && typeof sent !== 'string') problems.add('field.type', 'name', sent, 'string');
  const name = typeof sent === 'string' ? sent.normalize('NFC').trim() : '';
  if (typeof sent !== 'string' && sent !== undefined && sent !== null) return name;
  if (name === '') problems.add('source.name_required', 'name');
  else if (characterCount(name) > LONGEST_NAME) problems.add('source.name_too_long', 'name', name, LONGEST_NAME);
  else if (hasControlCharacters(name)) problems.add('source.name_control_characters', 'name', name);
  else if (taken.some((one) => isSameName(one, name))) problems.add('source.name_taken', 'name', name);
  return name;
}

function parseChoice(
  sent: unknown,
  offered: readonly string[],
  field: string,
  code: 'source.connector_unknown' | 'source.catalog_unknown',
  problems: ProblemList,
): string {
  if (typeof sent === 'string' && offered.includes(sent)) return sent;
  const isMissing = sent === undefined || sent === '';
  problems.add(isMissing ? 'field.required' : code, field, isMissing ? undefined : sent, offered);
  return '';
}

/** Whom a source's runs and files are shown to follows from its catalog: another one would show them to others. */
function parseCatalog(sent: unknown, { catalogs, editing }: SourceFacts, problems: ProblemList): string {
  const catalog = parseChoice(sent, catalogs, 'catalog', 'source.catalog_unknown', problems);
  if (catalog !== '' && editing?.hasHistory && editing.catalog !== catalog) problems.add('source.catalog_fixed', 'catalog', catalog, editing.catalog);
  return catalog;
}

function parsePlace(properties: Properties, problems: ProblemList): SourcePlace {
  const host = parseHost(properties.get('host'), problems);
  const port = wholeNumber(properties.get('port') ?? DEFAULT_PORT, { field: 'port', code: 'source.port_range', low: 1, high: 65_535 }, problems);
  const sentTls = properties.get('tls') ?? (isLoopback(host) ? 'off' : 'verified');
  const tls = TLS_CHOICES.find((one) => one === sentTls);
  if (tls === undefined) problems.add('source.tls_invalid', 'tls', sentTls, TLS_CHOICES);
  return { host, port, tls: tls ?? 'verified', caCertificate: parseCa(properties.get('caCertificate'), problems) };
}

/** Letters, digits and hyphens between dots, as DNS has them; or what can only be an address. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?([.][a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*[.]?$/i;
const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)([.](25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const IPV6 = /^(?=.{2,45}$)[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(:(\d{1,3}[.]){3}\d{1,3})?$/i;

function parseHost(sent: unknown, problems: ProblemList): string {
  const host =
    typeof sent === 'string'
      ? sent
          .trim()
          .replace(/^\[(.*)\]$/, '$1')
          .toLowerCase()
      : '';
  if (sent === undefined || sent === null || (typeof sent === 'string' && host === '')) problems.add('source.host_required', 'host');
  else if (typeof sent !== 'string') problems.add('field.type', 'host', sent, 'string');
  else if (!isHost(host)) problems.add('source.host_invalid', 'host', sent, `at most ${LONGEST_HOST} characters`);
  return host;
}

/** Digits and dots alone are an address or nothing: resolvers read 0x7f.1 or 2852039166 as addresses, too, and mean others than people do. */
function isHost(host: string): boolean {
  if (host.includes(':')) return IPV6.test(host);
  const last = host.replace(/[.]$/, '').split('.').at(-1) ?? '';
  if (/^(0x[0-9a-f]*|\d+)$/.test(last)) return IPV4.test(host);
  return HOST_NAME.test(host);
}

/** Whether it is this machine, where nothing between can listen. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (IPV4.test(host) && host.startsWith('127.'));
}

function parseIdentifier(sent: unknown, field: 'database' | 'user' | 'writerUser', problems: ProblemList): string {
  const text = typeof sent === 'string' ? sent : '';
  const bytes = new TextEncoder().encode(text).length;
  if (sent === undefined || sent === null || sent === '') problems.add('field.required', field);
  else if (bytes < 1 || bytes > LONGEST_IDENTIFIER_BYTES || hasControlCharacters(text))
    problems.add(field === 'database' ? 'source.database_invalid' : 'source.user_invalid', field, sent, `1 to ${LONGEST_IDENTIFIER_BYTES} bytes`);
  return text;
}

/** Left out, it stays as it is. */
function parseWriter(
  properties: Properties,
  place: SourcePlace,
  editing: SourceFacts['editing'],
  problems: ProblemList,
): Pick<SourceDraft, 'writerUser' | 'writerPassword'> {
  const sent = properties.get('writerUser');
  const password = properties.get('writerPassword');
  const user = sent === undefined ? (editing?.writerUser ?? null) : sent;
  if (user === null || user === '') {
    if (password !== undefined && password !== null && password !== '') problems.add('field.required', 'writerUser');
    return { writerUser: null, writerPassword: null };
  }
  const writerUser = parseIdentifier(user, 'writerUser', problems);
  return { writerUser, writerPassword: parsePassword(password, 'writerPassword', place, editing?.writerUser ? editing : null, problems) };
}

/** Never repeated in a problem. One that is stored goes only where it was given for. */
function parsePassword(
  sent: unknown,
  field: 'password' | 'writerPassword',
  place: SourcePlace,
  editing: SourceFacts['editing'],
  problems: ProblemList,
): string | null {
  if (sent === undefined || sent === null || sent === '') {
    if (!editing) problems.add('source.password_required', field);
    else if (!isSamePlace(editing, place)) problems.add('source.password_again', field);
    return null;
  }
  if (typeof sent !== 'string') problems.add('field.type', field, undefined, 'string');
  else if (sent.length > LONGEST_PASSWORD || /[\0\r\n]/.test(sent)) problems.add('source.password_invalid', field);
  return typeof sent === 'string' ? sent : null;
}

function isSamePlace(one: SourcePlace, other: SourcePlace): boolean {
  return one.host === other.host && one.port === other.port && one.tls === other.tls && one.caCertificate === other.caCertificate;
}

function parseCa(sent: unknown, problems: ProblemList): string | null {
  if (sent === undefined || sent === null || sent === '') return null;
  if (typeof sent !== 'string') {
    problems.add('field.type', 'caCertificate', undefined, 'string');
    return null;
  }
  const read = readCaCertificates(sent);
  if ('pem' in read) return read.pem;
  problems.add(read.problem, 'caCertificate', read.reason);
  return null;
}

function wholeNumber(
  sent: unknown,
  { field, code, low, high }: { field: string; code: 'source.port_range' | 'source.settle_range'; low: number; high: number },
  problems: ProblemList,
): number {
  if (typeof sent === 'number' && Number.isInteger(sent) && sent >= low && sent <= high) return sent;
  problems.add(typeof sent === 'number' ? code : 'field.type', field, sent, typeof sent === 'number' ? `${low} to ${high}` : 'whole number');
  return low;
}

/** The fields in which two sources differ, for the audit log; of passwords only that a new one was given. */
export function changedFields(before: Omit<SourceDraft, 'password' | 'writerPassword'>, after: SourceDraft): string[] {
  return PROPERTIES.filter((name) => (name === 'password' || name === 'writerPassword' ? after[name] !== null : before[name] !== after[name]));
}
