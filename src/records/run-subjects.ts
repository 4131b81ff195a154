import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** The subject index of a run; see domain/data-requests/subject-index.ts. */

export async function insertRunSubjects(tx: Tx, run: { readonly tenantId: string; readonly runId: string }, subjects: Buffer): Promise<void> {
  await tx.insertInto('run_subjects').values({ tenant_id: run.tenantId, run_id: run.runId, subjects }).execute();
}

/**
 * It goes with the last of the run's files. Of one that was withdrawn for a person it stays until the file would have expired: others whom it held are told of
 * it, too, and of who had downloaded it.
 */
export async function deleteSubjectsOfGoneFiles(tx: Tx, tenantId: string): Promise<void> {
  await sql`
    DELETE FROM run_subjects s WHERE s.tenant_id = ${tenantId}
       AND NOT EXISTS (SELECT FROM artifact a WHERE a.tenant_id = s.tenant_id AND a.run_id = s.run_id
             AND (a.object_gone_at IS NULL OR (a.withdrawn_for IN ('person_erased', 'person_corrected') AND a.expires_at > udm_now())))`.execute(tx);
}
