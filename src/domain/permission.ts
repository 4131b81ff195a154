import { CodedError } from '../errors.ts';
import type { Language } from './language.ts';
import { type About, type Action, RULES, type Role, type Scope } from './permission-table.ts';

export { ACTIONS, type Action, ROLES, type Role, SCOPES, type Scope } from './permission-table.ts';

/** Who acts. Every door makes one and every operation asks `requirePermission` with it. */
export interface Actor {
  /** A user, by session or by token; or whoever works at the command line and may read the data folder. */
  readonly kind: 'user' | 'operator';
  readonly tenantId: string;
  readonly userId: string;
  readonly userName: string;
  readonly roles: readonly Role[];
  /** Set when an API token of the user acts: it may do what the roles and its scopes both allow. */
  readonly token?: { readonly id: string; readonly scopes: readonly Scope[] };
  /** Set while the password is one that somebody else knows: until it is changed nothing else may be done. */
  readonly mustChangePassword?: boolean;
  /** From where, for the audit log: a network address, or "command line". */
  readonly origin?: string | undefined;
  /** What sentences are written in for them; English when left out. */
  readonly language?: Language;
  /** They proved who they are in the last minutes: see `requireFresh`. */
  readonly isFresh?: boolean;
}

/** Catalogs whose data a role reaches; of what is not about data it has what the table says. */
const CATALOGS: Readonly<Record<Role, readonly string[] | 'all'>> = {
  tenant_administrator: 'all',
  ucsx_exporter: ['ucsx'],
  iwd_administrator: ['iwd'],
  privacy_officer: [],
  approver: [],
  auditor: 'all',
};

/** Roles that have it. */
export function rolesWith(action: Action): readonly Role[] {
  return RULES[action].roles;
}

/** Catalogs on whose data the actor may do it; 'all', or a list that may be empty. */
export function catalogsFor(actor: Actor, action: Action): readonly string[] | 'all' {
  if (!isOpenTo(actor, action)) return [];
  const lists = actor.roles.filter((role) => RULES[action].roles.includes(role)).map((role) => CATALOGS[role]);
  return lists.includes('all') ? 'all' : [...new Set(lists.flatMap((list) => (list === 'all' ? [] : list)))];
}

/** Catalogs whose jobs, runs and artifacts the actor may see. */
export function visibleCatalogs(actor: Actor): readonly string[] | 'all' {
  return catalogsFor(actor, 'exports.see');
}

/** Whether the actor may do it: with a catalog on data of that catalog, without one on any at all. */
export function may(actor: Actor, action: Action, catalog?: string): boolean {
  return isOpenTo(actor, action) && DECISIONS[RULES[action].about](actor, action, catalog);
}

/** The one place that refuses. Errors: `permission.denied`, `token.scope`, `token.person_required`, `password.change_required`. */
export function requirePermission(actor: Actor, action: Action, catalog?: string): void {
  if (may(actor, action, catalog)) return;
  if (actor.mustChangePassword === true) throw new CodedError('password.change_required');
  const { token, ...owner } = actor;
  if (token && RULES[action].about === 'oneself') throw new CodedError('token.person_required');
  if (token && may(owner, action, catalog)) throw new CodedError('token.scope', { value: token.scopes, range: RULES[action].scopes });
  throw new CodedError('permission.denied');
}

/** What holds whatever the roles say. */
function isOpenTo(actor: Actor, action: Action): boolean {
  if (actor.mustChangePassword === true && action !== 'password.change') return false;
  return !actor.token || actor.token.scopes.some((scope) => RULES[action].scopes.includes(scope));
}

const DECISIONS: Readonly<Record<About, (actor: Actor, action: Action, catalog?: string) => boolean>> = {
  data(actor, action, catalog) {
    const catalogs = catalogsFor(actor, action);
    return catalogs === 'all' || (catalog === undefined ? catalogs.length > 0 : catalogs.includes(catalog));
  },
  tenant: (actor, action) => actor.roles.some((role) => RULES[action].roles.includes(role)),
  oneself: () => true,
  // No role of a tenant reaches that far.
  installation: (actor) => actor.kind === 'operator',
};
