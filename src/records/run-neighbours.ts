import { type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import type { RunStatus } from './tables.ts';

/** What happened to a job around one of its runs: the runs before and after it, and what people changed meanwhile. */

export interface NeighbourRun {
  readonly id: string;
  readonly at: Date;
  readonly status: RunStatus;
}

export interface Change {
  readonly at: Date;
  readonly action: string;
  /** Name of the user; null when UDM itself did it. */
  readonly actor: string | null;
  readonly runId: string | null;
}

/** Runs on either side of the run, itself included, oldest first. */
export async function listNeighbourRuns(tx: Tx, tenantId: string, jobId: string, runId: string, onEitherSide: number): Promise<NeighbourRun[]> {
  // Runs that fill gaps share their instant, which has microseconds.
  const place = sql`((SELECT own.scheduled_at FROM run own WHERE own.tenant_id = ${tenantId} AND own.id = ${runId}), ${runId}::uuid)`;
  const side = (comparison: '<=' | '>', order: 'asc' | 'desc', limit: number) =>
    tx
      .selectFrom('run')
      .where('tenant_id', '=', tenantId)
      .where('job_id', '=', jobId)
      .where('hidden_at', 'is', null)
      .where(sql<SqlBool>`(scheduled_at, id) ${sql.raw(comparison)} ${place}`)
      .orderBy('scheduled_at', order)
      .orderBy('id', order)
      .limit(limit)
      .select(['id', 'scheduled_at as at', 'status'])
      .execute();
  const [before, after] = [await side('<=', 'desc', onEitherSide + 1), await side('>', 'asc', onEitherSide)];
  return [...before.reverse(), ...after];
}

/**
 * What people did to these things from `from` to `to`: the job, its certificates, and at any time the run itself, of which UDM's own acts of
 * giving it to another worker are told too. Newest first, at most `limit`.
 */
export async function listChanges(
  tx: Tx,
  tenantId: string,
  of: { readonly run: string; readonly objects: readonly string[]; readonly from: Date | null; readonly to: Date | null; readonly limit: number },
): Promise<Change[]> {
  const { rows } = await sql<Change>`
    SELECT act.at, act.action, app_user.name AS actor, CASE WHEN act.object_kind = 'run' THEN act.object_id END AS "runId"
    FROM audit_log act LEFT JOIN app_user ON app_user.tenant_id = act.tenant_id AND app_user.id = act.actor_id
    WHERE act.tenant_id = ${tenantId} AND act.object_id = ANY(${[of.run, ...of.objects]}::text[])
      AND (act.actor_kind <> 'system' OR act.action IN ('run.requeued', 'run.postponed'))
      AND (act.object_id = ${of.run} OR (${of.from}::timestamptz IS NULL OR act.at >= ${of.from}) AND (${of.to}::timestamptz IS NULL OR act.at <= ${of.to}))
    ORDER BY act.id DESC LIMIT ${of.limit}`.execute(tx);
  return rows;
}
