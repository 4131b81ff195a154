import { fractionOf, holdsSubject } from '../../domain/data-requests/subject-index.ts';
import type { Tx } from '../../records/database.ts';
import { findLiveRuns, readSubjects } from '../../records/data-requests/held-exports.ts';
import { packagesOf } from '../../records/data-requests/packages.ts';
import type { RequestRecord } from '../../records/data-requests/requests.ts';

/** Whether something that UDM made holds the person: an export that can be downloaded, by the index of its run, or the package of an access request. Nothing is withdrawn. */
export async function isInExports(tx: Tx, { tenantId, hashes }: RequestRecord): Promise<boolean> {
  if ((await packagesOf(tx, tenantId, hashes)).length > 0) return true;
  const wanted = hashes.map((one) => fractionOf(Buffer.from(one, 'base64url')));
  for (const { runId, hasIndex, files } of await findLiveRuns(tx, tenantId)) {
    const index = hasIndex && files > 0 ? await readSubjects(tx, tenantId, runId) : null;
    if (index && holdsSubject(index, wanted)) return true;
  }
  return false;
}
