import type { Tx } from './database.ts';

/** The subject index of a run; see domain/data-requests/subject-index.ts. */

export async function insertRunSubjects(tx: Tx, run: { readonly tenantId: string; readonly runId: string }, subjects: Buffer): Promise<void> {
  await tx.insertInto('run_subjects').values({ tenant_id: run.tenantId, run_id: run.runId, subjects }).execute();
}

/** It goes with the last of the run's files. */
export async function deleteSubjectsOfGoneFiles(tx: Tx, file: { readonly tenantId: string; readonly artifactId: string }): Promise<void> {
  await tx
    .deleteFrom('run_subjects')
    .where('tenant_id', '=', file.tenantId)
    .where('run_id', 'in', (run) => run.selectFrom('artifact').select('run_id').where('tenant_id', '=', file.tenantId).where('id', '=', file.artifactId))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('artifact as left')
            .select('left.id')
            .whereRef('left.run_id', '=', 'run_subjects.run_id')
            .where('left.tenant_id', '=', file.tenantId)
            .where('left.object_gone_at', 'is', null),
        ),
      ),
    )
    .execute();
}
