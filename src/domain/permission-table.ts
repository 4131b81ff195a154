/**
 * Who may do what, as one table. A line says what the act is about, which roles have it and which scopes let an API token do it.
 * What no line grants is refused.
 */

export const ROLES = ['tenant_administrator', 'ucsx_exporter', 'iwd_administrator', 'privacy_officer', 'approver', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** What an API token can be limited to. A token without scopes may do nothing. */
export const SCOPES = ['read', 'download', 'jobs', 'artifacts', 'certificates', 'settings', 'people', 'audit', 'requests'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * `data`: of a source, bounded by the catalogs of the role. `tenant`: of the tenant as a whole. `oneself`: everybody's own account.
 * `installation`: of all tenants, for who works at its command line.
 */
export type About = 'data' | 'tenant' | 'oneself' | 'installation';

interface Rule {
  readonly about: About;
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
}

const administrator = ['tenant_administrator'] as const;
const exporters = [...administrator, 'ucsx_exporter', 'iwd_administrator'] as const;
const officers = ['privacy_officer', 'approver'] as const;
const data = (roles: readonly Role[], ...scopes: Scope[]): Rule => ({ about: 'data', roles, scopes });
const tenant = (roles: readonly Role[], ...scopes: Scope[]): Rule => ({ about: 'tenant', roles, scopes });
const oneself = (...scopes: Scope[]): Rule => ({ about: 'oneself', roles: [], scopes });
const installation: Rule = { about: 'installation', roles: [], scopes: [] };

const TABLE = {
  // Jobs, runs, artifacts, coverage
  'exports.see': data([...exporters, 'auditor'], 'read', 'download', 'jobs', 'artifacts'),
  'jobs.create': data(exporters, 'jobs'),
  'jobs.change': data(exporters, 'jobs'),
  'runs.cancel': data(exporters, 'jobs'),
  'runs.retry': data(exporters, 'jobs'),
  'runs.delete': data(exporters, 'jobs'),
  'artifacts.download': data(exporters, 'download'),
  'artifacts.delete': data(exporters, 'artifacts'),
  'artifacts.withdraw': data(exporters, 'artifacts'),
  // Sources
  'sources.see': data([...exporters, 'auditor'], 'read', 'jobs', 'settings'),
  'sources.sample': data(exporters, 'jobs', 'settings'),
  'sources.change': tenant(administrator, 'settings'),
  // Certificates: an auditor sees to whom files are encrypted, a privacy officer has packages encrypted
  'certificates.see': tenant([...exporters, 'privacy_officer', 'auditor'], 'read', 'jobs', 'certificates'),
  'certificates.change': tenant([...exporters, 'privacy_officer'], 'certificates'),
  // Of others, beside that: by its name a job's author knows whom they encrypt to
  'certificates.change_others': tenant(administrator, 'certificates'),
  // People, what they did, and the tenant's settings
  'users.see': tenant([...administrator, 'auditor'], 'people'),
  'users.change': tenant(administrator, 'people'),
  'tokens.see': tenant([...administrator, 'auditor'], 'people'),
  'tokens.revoke': tenant(administrator, 'people'),
  'audit.see': tenant([...administrator, 'auditor'], 'audit'),
  'settings.see': tenant([...administrator, 'auditor'], 'settings'),
  'settings.change': tenant(administrator, 'settings'),
  'retention.agree': tenant(administrator, 'settings'),
  // Data requests: who handles one does not approve it; that it is another person is a rule of its own
  'requests.see': tenant([...officers, 'auditor'], 'requests'),
  'requests.handle': tenant(['privacy_officer'], 'requests'),
  'requests.approve': tenant(officers, 'requests'),
  // Nothing new is decided: what was erased is erased again in a source that was restored
  'erasures.replay': tenant([...administrator, 'privacy_officer'], 'settings', 'requests'),
  // One's own account. No token changes a password or makes another token
  'account.see': oneself(...SCOPES),
  'account.change': oneself(),
  'password.change': oneself(),
  // All tenants
  'tenants.see': installation,
  'tenants.change': installation,
  'quotas.change': installation,
  'signing_key.renew': installation,
  'storage.check': installation,
  'storage.repair': installation,
} as const satisfies Readonly<Record<string, Rule>>;

/** Every act that needs a permission. */
export type Action = keyof typeof TABLE;
export const RULES: Readonly<Record<Action, Rule>> = TABLE;
export const ACTIONS = Object.keys(TABLE) as readonly Action[];
