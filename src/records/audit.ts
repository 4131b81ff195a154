import type { Tx } from './database.ts';

/** The closed list of what is recorded. */
export type AuditAction =
  | 'tenant.created'
  | 'user.created'
  | 'session.started'
  | 'session.refused'
  | 'session.ended'
  | 'source.added'
  | 'certificate.added'
  | 'certificate.deleted'
  | 'job.created'
  | 'job.deleted'
  | 'run.requested'
  | 'run.cancel_requested'
  | 'run.started'
  | 'run.succeeded'
  | 'run.failed'
  | 'run.cancelled'
  | 'run.requeued'
  | 'artifact.published'
  | 'artifact.downloaded';

export interface AuditEntry {
  readonly tenantId: string;
  readonly actor: { readonly kind: 'user' | 'system' | 'operator'; readonly userId?: string };
  readonly action: AuditAction;
  readonly object: { readonly kind: string; readonly id?: string };
  /** Ids, counts and codes only: no personal data. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Writes the record of an act in the act's own transaction: without its record an act does not happen. */
export async function recordAct(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx
    .insertInto('audit_log')
    .values({
      tenant_id: entry.tenantId,
      actor_kind: entry.actor.kind,
      actor_id: entry.actor.userId ?? null,
      action: entry.action,
      object_kind: entry.object.kind,
      object_id: entry.object.id ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
