import { CodedError } from '../errors.ts';
import { ROLES, type Role } from './permission.ts';

/** What the claims of a provider come to in UDM. */

const LONGEST_NAME = 200;

/** The value of a claim: by its name, or by a path with dots (`realm_access.roles`). */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let found: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

/** Roles of UDM for what the claim says, in a fixed order; a claim that is missing or says something else gives none. */
export function rolesOfClaims(claims: Readonly<Record<string, unknown>>, claim: string, roles: Readonly<Record<string, string>>): Role[] {
  const value = claimOf(claims, claim);
  const said = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
  const given = new Set(said.filter((one) => Object.hasOwn(roles, one)).map((one) => roles[one]));
  return ROLES.filter((role) => given.has(role));
}

/** The user name that the claim says. Error: `sso.claims`. */
export function nameOfClaims(claims: Readonly<Record<string, unknown>>, claim: string): string {
  const value = claimOf(claims, claim);
  const name = typeof value === 'string' ? value.trim() : '';
  // A backslash divides tenant and user where people type both.
  if (name === '' || name.length > LONGEST_NAME || /[\u0000-\u001f\u007f\\]/.test(name)) throw new CodedError('sso.claims', { field: claim });
  return name;
}
