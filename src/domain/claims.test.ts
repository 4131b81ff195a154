import { describe, expect, it } from 'vitest';
import { nameOfClaims, rolesOfClaims } from './claims.ts';

const ROLES = { 'udm-exporters': 'ucsx_exporter', 'udm-admins': 'tenant_administrator', 'also-admins': 'tenant_administrator', 'odd': 'no_such_role' };

describe('roles', () => {
  it.each([
    [{ groups: ['udm-exporters'] }, 'groups', ['ucsx_exporter']],
    [{ groups: 'udm-admins' }, 'groups', ['tenant_administrator']],
    [{ groups: ['udm-exporters', 'also-admins', 'udm-admins', 'others'] }, 'groups', ['tenant_administrator', 'ucsx_exporter']],
    [{ realm_access: { roles: ['udm-admins'] } }, 'realm_access.roles', ['tenant_administrator']],
    [{ 'a.b': ['udm-admins'], 'a': { b: ['udm-exporters'] } }, 'a.b', ['tenant_administrator']],
    [{}, 'groups', []],
    [{ groups: ['odd', 'constructor', '__proto__', 7, null] }, 'groups', []],
    [{ groups: { 'udm-admins': true } }, 'groups', []],
  ])('of %j are by %s %j', (claims, claim, roles) => {
    expect(rolesOfClaims(claims, claim, ROLES)).toEqual(roles);
  });
});

describe('names', () => {
  it('are taken as they are, without blanks around', () => {
    expect(nameOfClaims({ preferred_username: ' ada ' }, 'preferred_username')).toBe('ada');
    expect(nameOfClaims({ email: 'ada@example.com' }, 'email')).toBe('ada@example.com');
  });

  it.each([undefined, '', ' ', 7, ['ada'], 'x'.repeat(201), 'a\\b', 'a\nb', 'a\0b'])('are refused as %j', (name) => {
    expect(() => nameOfClaims({ name }, 'name')).toThrow(expect.objectContaining({ code: 'sso.claims' }));
  });
});
