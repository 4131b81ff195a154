import { CodedError, type ErrorCode } from '../errors.ts';
import { type Actor, ROLES, type Role } from './permission.ts';
import { ProblemList } from './problem-list.ts';
import { characterCount, hasControlCharacters } from './text-checks.ts';

/** What a user may be called, what a password must be, and whom nobody may shut out. */

const LONGEST_NAME = 100;
const LONGEST_EMAIL = 254;
export const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 1_000;
const FEWEST_CHARACTERS = 6;

export interface NewUser {
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
}

/** Error: `request.invalid` with all problems. */
export function parseNewUser(sent: { readonly name: string; readonly email?: string | null | undefined; readonly roles: readonly string[] }): NewUser {
  const problems = new ProblemList();
  const user = { name: readName(sent.name, problems), email: readEmail(sent.email ?? null, problems), roles: readRoles(sent.roles, problems) };
  problems.refuse();
  return user;
}

/** Error: `request.invalid`. */
export function parseRoles(sent: readonly string[]): readonly Role[] {
  const problems = new ProblemList();
  const roles = readRoles(sent, problems);
  problems.refuse();
  return roles;
}

/** Error: `request.invalid`. */
export function parseEmail(sent: string | null): string | null {
  const problems = new ProblemList();
  const email = readEmail(sent, problems);
  problems.refuse();
  return email;
}

function readName(sent: string, problems: ProblemList): string {
  const name = sent.normalize('NFC');
  const length = characterCount(name);
  const isGood = length >= 1 && length <= LONGEST_NAME && name.trim() === name && !name.includes('\\') && !hasControlCharacters(name);
  // Not repeated: a name is of a person.
  if (!isGood) problems.add('user.name', 'name', undefined, `1 to ${LONGEST_NAME} characters`);
  return name;
}

/** As much of an address as can be told without sending to it; no name and no comment beside it. */
function readEmail(sent: string | null, problems: ProblemList): string | null {
  if (sent === null || sent === '') return null;
  const isGood =
    sent.length <= LONGEST_EMAIL && /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:".]+(\.[^\s@<>()[\]\\,;:".]+)*$/.test(sent) && !hasControlCharacters(sent);
  if (!isGood) problems.add('user.email', 'email');
  return sent;
}

function readRoles(sent: readonly string[], problems: ProblemList): readonly Role[] {
  for (const [index, name] of sent.entries())
    if (!ROLES.some((role) => role === name) || sent.indexOf(name) !== index) problems.add('user.roles', `roles[${index}]`, name, ROLES);
  return ROLES.filter((role) => sent.includes(role));
}

/** Whether a person may have this password. Error: `request.invalid` with `password.*`; the password is not repeated. */
export function requireGoodPassword(password: string, whose: { readonly user: string; readonly tenant: string }, field = 'password'): void {
  const problems = new ProblemList();
  const length = characterCount(password);
  if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD)
    problems.add('password.too_short', field, undefined, `${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
  else if (isSimple(password, whose)) problems.add('password.too_simple', field);
  problems.refuse();
}

function isSimple(password: string, { user, tenant }: { readonly user: string; readonly tenant: string }): boolean {
  const plain = password.toLowerCase();
  // A name is no password, nor is one with a few characters beside it.
  const rest = [user, tenant].reduce((text, name) => text.replaceAll(name.toLowerCase(), ''), plain);
  return new Set(plain).size < FEWEST_CHARACTERS || characterCount(rest) < SHORTEST_PASSWORD / 2;
}

export interface Standing {
  readonly id: string;
  readonly state: 'active' | 'suspended' | 'deleted';
  readonly roles: readonly string[];
}

/**
 * Why this change of a user must not be made: nobody shuts themselves out, and a tenant keeps an administrator who can let others in.
 * `after`: what the user is then; null: deleted.
 */
export function whyNotChangeUser(actor: Actor, user: Standing, after: Omit<Standing, 'id'> | null, all: readonly Standing[]): ErrorCode | null {
  if (actor.kind === 'user' && actor.userId === user.id && after?.state !== 'active') return 'user.oneself';
  return isLastAdministrator(user, after, all) ? 'user.last_administrator' : null;
}

/** Whether this change would leave the tenant without anybody who can let others in. */
export function isLastAdministrator(user: Standing, after: Omit<Standing, 'id'> | null, all: readonly Standing[]): boolean {
  const isAdministrator = (one: Omit<Standing, 'id'> | null) => one?.state === 'active' && one.roles.includes('tenant_administrator');
  return isAdministrator(user) && !isAdministrator(after) && !all.some((one) => one.id !== user.id && isAdministrator(one));
}

/** Error: what `whyNotChangeUser` says. */
export function requireChangeOfUser(actor: Actor, user: Standing, after: Omit<Standing, 'id'> | null, all: readonly Standing[]): void {
  const code = whyNotChangeUser(actor, user, after, all);
  if (code) throw new CodedError(code);
}
