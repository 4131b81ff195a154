import type { WithdrawalReason } from '../../domain/artifact.ts';
import { fractionOf, holdsSubject } from '../../domain/data-requests/subject-index.ts';
import { markDeleted } from '../../records/artifacts.ts';
import { type AuditActor, recordAct } from '../../records/audit.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { findLiveRuns, liveFilesOf, nameHeldExport, noteHeldExport, readSubjects } from '../../records/data-requests/held-exports.ts';
import type { RequestRecord } from '../../records/data-requests/requests.ts';
import { updateRequest } from '../../records/data-requests/requests.ts';
import { deleteFile } from '../delete-files.ts';
import type { Services } from '../services.ts';

/**
 * Erasure reaches the exports: withdraws every file that holds the person by the index of its run, and notes who had downloaded it. Of files without
 * an index nobody can tell; they are counted. Doing it again finds what was published meanwhile.
 */
export async function withdrawExports(services: Services, { tenantId, id, hashes }: RequestRecord): Promise<void> {
  const unknown = await withdrawHeld(services, { tenantId, requestId: id, hashes });
  await inTenant(services.database, tenantId, (tx) => updateRequest(tx, tenantId, id, { unknown_exports: unknown }));
}

/** What was corrected stands in exports as it was: they are named with who had downloaded them, and none is withdrawn. */
export async function nameExports(services: Services, { tenantId, id, hashes }: RequestRecord): Promise<void> {
  const unknown = await visitHeld(services, { tenantId, hashes }, (tx, artifactId) => nameHeldExport(tx, tenantId, id, artifactId));
  await inTenant(services.database, tenantId, (tx) => updateRequest(tx, tenantId, id, { unknown_exports: unknown }));
}

interface Held {
  readonly tenantId: string;
  readonly requestId: string;
  readonly hashes: readonly string[];
}

/** The same as `withdrawExports` by the hashes alone, also for a request that the database does not know; gives of how many files nobody can tell. */
export async function withdrawHeld(services: Services, { tenantId, requestId, hashes }: Held): Promise<number> {
  const withdrawn: string[] = [];
  const unknown = await visitHeld(services, { tenantId, hashes }, async (tx, artifactId) => {
    const which = { tenantId, requestId, artifactId };
    if (await withdrawFor(tx, { kind: 'system' }, which, 'person_erased')) withdrawn.push(artifactId);
  });
  await deleteWithdrawn(services, tenantId, withdrawn);
  return unknown;
}

/** Withdraws one file for a request and notes it there, in one transaction; false when it is gone already. */
export async function withdrawFor(
  tx: Tx,
  actor: AuditActor,
  { tenantId, requestId, artifactId }: { readonly tenantId: string; readonly requestId: string; readonly artifactId: string },
  reason: WithdrawalReason,
): Promise<boolean> {
  if (!(await markDeleted(tx, tenantId, artifactId, reason))) return false;
  await noteHeldExport(tx, tenantId, requestId, artifactId);
  const object = { kind: 'artifact', id: artifactId };
  await recordAct(tx, { tenantId, actor, action: 'artifact.withdrawn', object, detail: { reason, request: requestId } });
  return true;
}

/** They are withdrawn already, whatever comes of their files; housekeeping tries again. */
export async function deleteWithdrawn(services: Services, tenantId: string, artifactIds: readonly string[]): Promise<void> {
  for (const artifactId of artifactIds) await deleteFile(services, { tenantId, artifactId }, null).catch(() => undefined);
}

/** Every file that can be downloaded of every run whose index has one of the hashes, run by run; gives how many files are without an index. */
async function visitHeld(
  { database }: Services,
  { tenantId, hashes }: Pick<Held, 'tenantId' | 'hashes'>,
  visit: (tx: Tx, artifactId: string) => Promise<void>,
): Promise<number> {
  const wanted = hashes.map((one) => fractionOf(Buffer.from(one, 'base64url')));
  const runs = await inTenant(database, tenantId, (tx) => findLiveRuns(tx, tenantId));
  for (const { runId, hasIndex } of runs)
    if (hasIndex)
      await inTenant(database, tenantId, async (tx) => {
        // One index at a time is held.
        const index = await readSubjects(tx, tenantId, runId);
        if (index && holdsSubject(index, wanted)) for (const artifactId of await liveFilesOf(tx, tenantId, runId)) await visit(tx, artifactId);
      });
  return runs.reduce((sum, one) => sum + (one.hasIndex ? 0 : one.files), 0);
}
