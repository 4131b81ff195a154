import { CodedError } from '../errors.ts';
import type { Language } from './language.ts';

/** Who acts. Every door makes one and every operation asks `require` with it. */
export interface Actor {
  readonly kind: 'user' | 'operator';
  readonly tenantId: string;
  readonly userId: string;
  readonly userName: string;
  readonly roles: readonly Role[];
  /** What sentences are written in for them; English when left out. */
  readonly language?: Language;
}

export const ROLES = ['tenant_administrator', 'ucsx_exporter', 'iwd_administrator'] as const;
export type Role = (typeof ROLES)[number];

export type Action =
  | 'exports.see'
  | 'jobs.create'
  | 'jobs.change'
  | 'runs.cancel'
  | 'runs.retry'
  | 'runs.delete'
  | 'artifacts.download'
  | 'artifacts.delete'
  | 'artifacts.withdraw'
  | 'certificates.see'
  | 'certificates.change'
  | 'sources.see'
  | 'sources.sample'
  | 'sources.change'
  | 'signing_key.renew'
  | 'retention.agree'
  | 'storage.check'
  | 'storage.repair';

/** Catalogs a role may export from; the tenant administrator's are all. */
const CATALOGS: Readonly<Record<Role, readonly string[] | 'all'>> = {
  tenant_administrator: 'all',
  ucsx_exporter: ['ucsx'],
  iwd_administrator: ['iwd'],
};

const OPERATOR_ONLY: ReadonlySet<Action> = new Set(['signing_key.renew', 'storage.check', 'storage.repair']);
const ADMINISTRATOR_ONLY: ReadonlySet<Action> = new Set(['sources.change', 'retention.agree']);

/** Catalogs whose jobs, runs and artifacts the actor may see; 'all', or a list that may be empty. */
export function visibleCatalogs(actor: Actor): readonly string[] | 'all' {
  const lists = actor.roles.map((role) => CATALOGS[role]);
  if (lists.includes('all')) return 'all';
  return [...new Set(lists.flatMap((list) => (list === 'all' ? [] : list)))];
}

/** Whether the actor may do it, on a source with that catalog where one is concerned. */
export function may(actor: Actor, action: Action, catalog?: string): boolean {
  // Of the whole installation: no role of a tenant reaches that far.
  if (OPERATOR_ONLY.has(action)) return actor.kind === 'operator';
  if (ADMINISTRATOR_ONLY.has(action)) return actor.roles.includes('tenant_administrator');
  const visible = visibleCatalogs(actor);
  if (visible === 'all') return true;
  return catalog === undefined ? visible.length > 0 : visible.includes(catalog);
}

/** The one place that refuses. Error: `permission.denied`. */
export function requirePermission(actor: Actor, action: Action, catalog?: string): void {
  if (!may(actor, action, catalog)) throw new CodedError('permission.denied');
}
