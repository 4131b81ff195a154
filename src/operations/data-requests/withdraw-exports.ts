import { fractionOf, holdsSubject } from '../../domain/data-requests/subject-index.ts';
import { markDeleted } from '../../records/artifacts.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant } from '../../records/database.ts';
import { findLiveRuns, liveFilesOf, noteHeldExport, readSubjects } from '../../records/data-requests/held-exports.ts';
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

interface Held {
  readonly tenantId: string;
  readonly requestId: string;
  readonly hashes: readonly string[];
}

/** The same by the hashes alone, also for a request that the database does not know; gives of how many files nobody can tell. */
export async function withdrawHeld(services: Services, { tenantId, requestId, hashes }: Held): Promise<number> {
  const { database } = services;
  const wanted = hashes.map((one) => fractionOf(Buffer.from(one, 'base64url')));
  const runs = await inTenant(database, tenantId, (tx) => findLiveRuns(tx, tenantId));
  // One index at a time is held.
  for (const { runId, hasIndex } of runs) if (hasIndex) await withdrawRun(services, { tenantId, requestId, runId }, wanted);
  return runs.reduce((sum, one) => sum + (one.hasIndex ? 0 : one.files), 0);
}

interface HeldRun {
  readonly tenantId: string;
  readonly requestId: string;
  readonly runId: string;
}

async function withdrawRun(services: Services, { tenantId, requestId, runId }: HeldRun, wanted: readonly number[]): Promise<void> {
  const withdrawn = await inTenant(services.database, tenantId, async (tx) => {
    const index = await readSubjects(tx, tenantId, runId);
    if (!index || !holdsSubject(index, wanted)) return [];
    const files: string[] = [];
    for (const artifactId of await liveFilesOf(tx, tenantId, runId)) {
      if (!(await markDeleted(tx, tenantId, artifactId, 'person_erased'))) continue;
      await noteHeldExport(tx, tenantId, requestId, artifactId);
      const object = { kind: 'artifact', id: artifactId };
      await recordAct(tx, {
        tenantId,
        actor: { kind: 'system' },
        action: 'artifact.withdrawn',
        object,
        detail: { reason: 'person_erased', request: requestId },
      });
      files.push(artifactId);
    }
    return files;
  });
  // They are withdrawn already, whatever comes of their files; housekeeping tries again.
  for (const artifactId of withdrawn) await deleteFile(services, { tenantId, artifactId }, null).catch(() => undefined);
}
