import { fractionOf, holdsSubject } from '../../domain/data-requests/subject-index.ts';
import type { Tx } from '../../records/database.ts';
import { findLiveRuns, readSubjects } from '../../records/data-requests/held-exports.ts';
import type { RequestRecord } from '../../records/data-requests/requests.ts';

/** Whether an export that can be downloaded holds the person, by the index of its run. Nothing is withdrawn. */
export async function isInExports(tx: Tx, { tenantId, hashes }: RequestRecord): Promise<boolean> {
  const wanted = hashes.map((one) => fractionOf(Buffer.from(one, 'base64url')));
  for (const { runId, hasIndex } of await findLiveRuns(tx, tenantId)) {
    const index = hasIndex ? await readSubjects(tx, tenantId, runId) : null;
    if (index && holdsSubject(index, wanted)) return true;
  }
  return false;
}
