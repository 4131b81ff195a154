import { sql } from 'kysely';
import type { Skipped } from '../domain/bulk.ts';
import type { Tx } from './database.ts';

/** Acts on many jobs: which jobs, and how far it has come. */

export interface NewBulkAct {
  readonly tenantId: string;
  readonly userId: string;
  readonly action: 'suspend' | 'resume' | 'delete' | 'run';
  readonly missed: 'all' | 'latest' | 'none' | null;
  readonly jobIds: readonly string[];
}

export interface BulkActRecord {
  readonly action: NewBulkAct['action'];
  readonly missed: NewBulkAct['missed'];
  readonly total: number;
  readonly position: number;
  readonly done: number;
  readonly skipped: Skipped;
  /** The one whose turn it is; null when all have been dealt with. */
  readonly jobId: string | null;
}

/** Settles the jobs, and forgets acts of the user that ended long ago. */
export async function insertBulkAct(tx: Tx, act: NewBulkAct): Promise<string> {
  await tx
    .deleteFrom('bulk_act')
    .where('tenant_id', '=', act.tenantId)
    .where('user_id', '=', act.userId)
    .where('created_at', '<', sql<Date>`(SELECT udm_now() - interval '1 day')`)
    .execute();
  const { id } = await tx
    .insertInto('bulk_act')
    .values({ tenant_id: act.tenantId, user_id: act.userId, action: act.action, missed: act.missed, job_ids: [...act.jobIds], skipped: '{}' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

function select(tx: Tx, tenantId: string, id: string) {
  return tx
    .selectFrom('bulk_act')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .select([
      'action',
      'missed',
      sql<number>`cardinality(job_ids)`.as('total'),
      'position',
      'done',
      sql<Skipped>`skipped`.as('skipped'),
      sql<string | null>`job_ids[position + 1]`.as('jobId'),
    ]);
}

export async function readBulkAct(tx: Tx, tenantId: string, id: string): Promise<BulkActRecord> {
  return select(tx, tenantId, id).executeTakeFirstOrThrow();
}

/** Takes the act, waiting for whoever is at its next job: two requests never deal with one job twice. Before the lock of any job. */
export async function lockBulkAct(tx: Tx, tenantId: string, id: string): Promise<BulkActRecord> {
  return select(tx, tenantId, id).forUpdate().executeTakeFirstOrThrow();
}

/** The next job has been dealt with. */
export async function advanceBulkAct(tx: Tx, tenantId: string, id: string, outcome: { readonly done: boolean; readonly skipped: Skipped }): Promise<void> {
  await tx
    .updateTable('bulk_act')
    .set({
      position: sql<number>`position + 1`,
      ...(outcome.done ? { done: sql<number>`done + 1` } : { skipped: JSON.stringify(outcome.skipped) }),
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}
