import { SMTP_SETTINGS, type SmtpConfig } from './smtp-settings.ts';
import type { Setting } from './setting.ts';
import type { Secret } from './secret.ts';

export { Secret } from './secret.ts';
export type { Setting } from './setting.ts';

/** All settings of UDM: environment variables, each also as NAME_FILE (the file holds the value). */

export const SETTINGS = [
  { name: 'UDM_DATA', type: 'folder', default: 'data', doc: 'Data folder: database, artifacts, keys. A relative path counts from the folder of UDM.' },
  { name: 'UDM_PORT', type: 'port', default: '8600', doc: 'TCP port of the web app and API; 0 takes a free one.' },
  { name: 'UDM_HOST', type: 'text', default: '127.0.0.1', doc: 'Address UDM listens on.' },
  {
    name: 'UDM_PUBLIC_HOSTS',
    type: 'text',
    default: '',
    doc: 'Further host names, comma separated, under which a proxy reaches UDM; the Host header of every request is checked against them.',
  },
  {
    name: 'UDM_PUBLIC_URL',
    type: 'url',
    default: '',
    doc: 'Address under which people reach UDM, for example https://udm.example.com; single sign-on returns there and nowhere else. Its host counts as one of UDM_PUBLIC_HOSTS.',
  },
  {
    name: 'UDM_TRUSTED_PROXIES',
    type: 'text',
    default: '',
    doc: 'Addresses or networks (CIDR), comma separated, of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Empty: nobody is.',
  },
  {
    name: 'UDM_REQUESTS_PER_MINUTE',
    type: 'count',
    default: '3000',
    doc: 'Requests to the API that one session or token may send in a minute (60 to 1000000), counted in each process by itself; an address may send ten times as many.',
  },
  {
    name: 'UDM_DATABASE_URL',
    type: 'url',
    default: '',
    doc: 'Your own PostgreSQL 15 or later, as the role UDM works with (not superuser, no BYPASSRLS). Empty: the embedded one.',
    secret: true,
  },
  {
    name: 'UDM_DATABASE_OWNER_URL',
    type: 'url',
    default: '',
    doc: 'The same database as the role that owns the tables; used for migrations only.',
    secret: true,
  },
  { name: 'UDM_HEARTBEAT_SECONDS', type: 'count', default: '30', doc: 'A worker that gives no sign of life for this long counts as dead (2 to 300).' },
  { name: 'UDM_RETRIES', type: 'count', default: '5', doc: 'How often a run whose attempt ended with a temporary cause is tried again by itself (0 to 20).' },
  {
    name: 'UDM_RETRY_SECONDS',
    type: 'count',
    default: '30',
    doc: 'Wait before the first such try (1 to 3600); each later one waits four times as long, an hour at most, give or take a quarter.',
  },
  { name: 'UDM_WORKERS', type: 'count', default: '2', doc: 'Runs executed at the same time in this process (1 to 16).' },
  {
    name: 'UDM_SOURCE_CONNECTIONS',
    type: 'count',
    default: '4',
    doc: 'Connections with which one run reads a source at the same time, besides its first (0 to 16; 0: all is read with the first); it takes no more than the machine has cores, and fewer where the source refuses them.',
  },
  {
    name: 'UDM_SOURCE_HOSTS',
    type: 'text',
    default: '',
    doc: 'Where sources may be: host names, *.example.com, addresses and networks (CIDR), comma separated. Empty: anywhere. Link-local addresses and those where clouds keep credentials are never reached.',
  },
  {
    name: 'UDM_AUDIT_ANCHORS',
    type: 'folder',
    default: '',
    doc: 'Folder for the anchors of the audit log. Empty: anchors in the data folder; better a place that whoever may write to the database cannot write to.',
  },
  {
    name: 'UDM_AUDIT_ANCHOR_SECONDS',
    type: 'count',
    default: '60',
    doc: 'The end of the audit log is anchored when so many seconds have passed since it was last (5 to 3600), after 1,000 records, and when UDM stops.',
  },
  {
    name: 'UDM_LEDGER',
    type: 'folder',
    default: '',
    doc: 'Folder for the ledger of erasures, never inside the data folder: it must outlive a restore of it. Empty: beside the data folder, with "-ledger" behind its name.',
  },
  {
    name: 'UDM_CASE_KEYS',
    type: 'folder',
    default: '',
    doc: 'Folder for the keys of open data requests, one file each, destroyed when a request is over. Empty: case-keys in the data folder. Never in a backup that is kept longer than a request.',
  },
  {
    name: 'UDM_TOKEN',
    type: 'text',
    default: '',
    doc: 'API token that commands act with; better UDM_TOKEN_FILE. Empty: the sign-in of "udm login", else an operator of the data folder.',
    secret: true,
  },
  ...SMTP_SETTINGS,
  { name: 'UDM_LOG_LEVEL', type: 'text', default: 'info', doc: 'fatal, error, warn, info, debug or silent.' },
] as const satisfies readonly Setting[];

export interface Config {
  readonly dataFolder: string;
  readonly port: number;
  readonly host: string;
  readonly publicHosts: readonly string[];
  /** Origin without a slash at its end; null when it is not set. */
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly requestsPerMinute: number;
  /** Both null: the embedded PostgreSQL. */
  readonly databaseUrl: Secret | null;
  readonly databaseOwnerUrl: Secret | null;
  readonly heartbeatSeconds: number;
  readonly retries: number;
  readonly retrySeconds: number;
  readonly workers: number;
  readonly sourceConnections: number;
  readonly sourceHosts: readonly string[];
  readonly auditAnchors: string;
  readonly auditAnchorSeconds: number;
  readonly ledger: string;
  readonly caseKeys: string;
  readonly token: Secret | null;
  /** Null: no mail server. */
  readonly smtp: SmtpConfig | null;
  readonly logLevel: string;
}
