import type { Actor, Role } from '../domain/permission.ts';
import type { AuditEntry } from '../records/audit.ts';
import type { UserRecord } from '../records/people.ts';

/** Where the acts of an operator come from. */
const COMMAND_LINE = 'command line';

/** The actor a user is. */
export function actorOf(user: UserRecord, kind: Actor['kind']): Actor {
  const who = { kind, tenantId: user.tenantId, userId: user.id, userName: user.name, roles: user.roles as Role[] };
  return kind === 'operator' ? { ...who, origin: COMMAND_LINE } : { ...who, mustChangePassword: user.mustChangePassword };
}

/** The actor as the audit log names it. */
export function auditActor(actor: Actor): AuditEntry['actor'] {
  return { kind: actor.kind, userId: actor.userId, tokenId: actor.token?.id, origin: actor.origin };
}
