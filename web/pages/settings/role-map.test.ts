import { expect, it } from 'vitest';
import { mapOf, mapText } from './role-map.ts';

it('reads lines of a value and its role, and writes them', () => {
  const roles = { 'udm-admins': 'tenant_administrator', 'cn=exporters,dc=example': 'ucsx_exporter' };
  expect(mapOf(mapText(roles))).toEqual(roles);
  expect(mapOf('\n a=auditor \n\nno role\n')).toEqual({ 'a': 'auditor', 'no role': '' });
  expect(mapOf('')).toEqual({});
});
