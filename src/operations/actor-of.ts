import type { Actor, Role } from '../domain/permission.ts';
import type { AuditEntry } from '../records/audit.ts';
import type { UserRecord } from '../records/people.ts';

/** The actor a user is. */
export function actorOf(user: UserRecord, kind: Actor['kind']): Actor {
  return { kind, tenantId: user.tenantId, userId: user.id, userName: user.name, roles: user.roles as Role[] };
}

/** The actor as the audit log names it. */
export function auditActor(actor: Actor): AuditEntry['actor'] {
  return { kind: actor.kind, userId: actor.userId };
}
