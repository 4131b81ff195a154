import { afterWalk, NO_COUNTS, type WalkCounts } from '../../domain/data-requests/erasure-counts.ts';
import type { Tx } from '../../records/database.ts';
import { putCounts, readFindings } from '../../records/data-requests/findings.ts';
import { lockRequest } from '../../records/data-requests/requests.ts';
import type { StepLease } from '../../records/data-requests/steps.ts';
import type { SourceRecord } from '../../records/sources.ts';

/**
 * Notes what an erasure did in a source, table by table: the receipt is made of it. Tables that it does not walk through hold what belongs to rows of
 * others. `isWhole` false: it was halted on the way.
 */
export async function noteWalk(
  tx: Tx,
  { tenantId, requestId }: StepLease,
  source: SourceRecord,
  walked: ReadonlyMap<string, WalkCounts>,
  isWhole: boolean,
): Promise<void> {
  await lockRequest(tx, tenantId, requestId);
  const findings = (await readFindings(tx, tenantId, requestId)).filter(({ sourceId }) => sourceId === source.id);
  for (const type of new Set([...findings.map((one) => one.type), ...walked.keys()])) {
    const before = findings.find((one) => one.type === type) ?? NO_COUNTS;
    const after = afterWalk(before, walked.get(type) ?? { done: 0, uncertain: before.uncertain, turned: 0 }, isWhole);
    if (after.found > 0) await putCounts(tx, tenantId, requestId, source, type, after);
  }
}
