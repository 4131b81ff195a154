/**
 * SQL, for a superuser, that gives everybody other roles and leaves their sessions open, which a change of roles ends otherwise: so that a test sees
 * the rights asked for at each act. `roles` as PostgreSQL writes an array.
 */
export function withRoles(roles: string): string {
  return `SET session_replication_role = replica; UPDATE app_user SET roles = '${roles}'`;
}
