import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** The closed list of what is recorded. */
export type AuditAction =
  | 'signing_key.renewed'
  | 'tenant.created'
  | 'user.created'
  | 'session.started'
  | 'session.refused'
  | 'session.proved'
  | 'second_factor.confirmed'
  | 'second_factor.removed'
  | 'second_factor.reset'
  | 'second_factor.recovery_used'
  | 'second_factor.codes_renewed'
  | 'second_factor.requirement_changed'
  | 'session.ended'
  | 'source.added'
  | 'source.sampled'
  | 'certificate.added'
  | 'certificate.renamed'
  | 'certificate.options_changed'
  | 'certificate.proven'
  | 'certificate.deleted'
  | 'job.created'
  | 'job.edited'
  | 'job.tested'
  | 'job.test_opened'
  | 'job.suspended'
  | 'job.resumed'
  | 'job.deleted'
  | 'run.requested'
  | 'run.scheduled'
  | 'run.missed'
  | 'run.suppressed'
  | 'run.skipped'
  | 'planner.clock_went_back'
  | 'run.cancel_requested'
  | 'run.started'
  | 'run.succeeded'
  | 'run.failed'
  | 'run.cancelled'
  | 'run.requeued'
  | 'run.postponed'
  | 'run.retried'
  | 'run.deleted'
  | 'artifact.published'
  | 'artifact.downloaded'
  | 'artifact.deleted'
  | 'artifact.withdrawn'
  | 'artifact.file_deleted'
  | 'retention.halted'
  | 'retention.agreed'
  | 'orphan.deleted'
  | 'storage.repair_begun'
  | 'storage.repaired';

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
  await recordActs(tx, [entry]);
}

/** The same for many acts of one transaction, which are all of one tenant. */
export async function recordActs(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.userId ?? null,
    action: entry.action,
    object_kind: entry.object.kind,
    object_id: entry.object.id ?? null,
    detail: entry.detail ?? {},
  }));
  // One parameter, for a statement takes no more than 65,535.
  await sql`
    INSERT INTO audit_log (tenant_id, actor_kind, actor_id, action, object_kind, object_id, detail)
    SELECT ${entries[0]?.tenantId}::uuid, act.actor_kind, act.actor_id, act.action, act.object_kind, act.object_id, act.detail
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS (actor_kind text, actor_id uuid, action text, object_kind text, object_id text, detail jsonb)) WITH ORDINALITY
      AS act (actor_kind, actor_id, action, object_kind, object_id, detail, place)
    ORDER BY act.place`.execute(tx);
}

/** Whether this actor's download of the artifact is on record since so many hours. */
export async function hasDownloaded(tx: Tx, tenantId: string, artifactId: string, actor: AuditEntry['actor'], hours: number): Promise<boolean> {
  const found = await tx
    .selectFrom('audit_log')
    .where('tenant_id', '=', tenantId)
    .where('action', '=', 'artifact.downloaded')
    .where('object_id', '=', artifactId)
    .where('actor_kind', '=', actor.kind)
    .where('actor_id', '=', actor.userId ?? null)
    .where('at', '>', sql<Date>`udm_now() - make_interval(hours => ${hours})`)
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
