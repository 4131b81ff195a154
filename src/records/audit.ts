import { sql } from 'kysely';
import { beforeCommit, type Tx } from './database.ts';

/** The closed list of what is recorded. */
export type AuditAction =
  | 'signing_key.renewed'
  | 'tenant.created'
  | 'tenant.changed'
  | 'user.created'
  | 'user.notices_chosen'
  | 'user.changed'
  | 'user.roles_changed'
  | 'user.suspended'
  | 'user.resumed'
  | 'user.deleted'
  | 'user.password_reset'
  | 'user.password_changed'
  | 'token.created'
  | 'token.revoked'
  | 'session.started'
  | 'session.refused'
  | 'session.proved'
  | 'second_factor.confirmed'
  | 'second_factor.removed'
  | 'second_factor.reset'
  | 'second_factor.recovery_used'
  | 'second_factor.codes_renewed'
  | 'second_factor.requirement_changed'
  | 'single_sign_on.set'
  | 'single_sign_on.removed'
  | 'session.ended'
  | 'source.added'
  | 'source.changed'
  | 'source.deleted'
  | 'source.tested'
  | 'source.sampled'
  | 'source.replay_wanted'
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
  | 'storage.repaired'
  | 'request.submitted'
  | 'request.identity_noted'
  | 'request.identity_asked'
  | 'request.discovery_begun'
  | 'request.discovered'
  | 'request.identifiers_added'
  | 'request.several_confirmed'
  | 'request.extended'
  | 'request.approved'
  | 'request.approval_asked'
  | 'request.refused'
  | 'request.stopped'
  | 'request.blocked'
  | 'request.halted'
  | 'request.resumed'
  | 'request.begun'
  | 'request.verified'
  | 'request.found_again'
  | 'request.exports_withdrawn'
  | 'request.done'
  | 'request.ended_in_part'
  | 'request.package_made'
  | 'request.package_downloaded'
  | 'request.package_expired'
  | 'request.package_file_deleted'
  | 'request.replayed'
  | 'hold.placed'
  | 'hold.released';

export interface AuditActor {
  readonly kind: 'user' | 'system' | 'operator';
  readonly userId?: string;
  /** The API token a user acted with. */
  readonly tokenId?: string | undefined;
  /** A network address, or "command line"; left out: UDM itself. */
  readonly origin?: string | undefined;
}

export interface AuditEntry {
  readonly tenantId: string;
  readonly actor: AuditActor;
  readonly action: AuditAction;
  readonly object: { readonly kind: string; readonly id?: string };
  /** Ids, counts and codes only: no personal data. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Acts that their transaction has yet to write. */
const waiting = new WeakMap<Tx, AuditEntry[]>();

/**
 * Records an act in the act's own transaction: without its record an act does not happen. It is written right before the commit, because the
 * chain of a tenant has one writer at a time, from there to the commit and no longer.
 */
export async function recordAct(tx: Tx, entry: AuditEntry): Promise<void> {
  await recordActs(tx, [entry]);
}

/** The same for many acts of one transaction. */
export async function recordActs(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  const known = waiting.get(tx);
  const acts = known ?? [];
  for (const entry of entries) acts.push(entry);
  if (known) return;
  waiting.set(tx, acts);
  beforeCommit(tx, () => writeActs(tx));
}

/** Writes what is recorded now: before something is done that no rollback takes back. Other acts of the tenant wait for the end of this transaction. */
export async function writeActs(tx: Tx): Promise<void> {
  const acts = waiting.get(tx)?.splice(0) ?? [];
  // Transactions of several tenants take their chains in one order, so that none waits for another in a circle.
  const tenants = [...new Set(acts.map((act) => act.tenantId))].sort();
  for (const tenantId of tenants) {
    const rows = acts.filter((act) => act.tenantId === tenantId).map(rowOf);
    await sql`SELECT udm_record_acts(${tenantId}::uuid, ${JSON.stringify(rows)}::jsonb)`.execute(tx);
  }
}

function rowOf({ actor, action, object, detail }: AuditEntry) {
  const by = { kind: actor.kind, user: actor.userId ?? null, token: actor.tokenId ?? null, origin: actor.origin ?? null };
  return { ...by, action, object: object.kind, object_id: object.id ?? null, detail: detail ?? {} };
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
