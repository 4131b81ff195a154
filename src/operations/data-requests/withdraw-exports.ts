import type { WithdrawalReason } from '../../domain/artifact.ts';
import { fractionOf, holdsSubject, subjectsHeld } from '../../domain/data-requests/subject-index.ts';
import { markDeleted } from '../../records/artifacts.ts';
import { type AuditActor, recordAct } from '../../records/audit.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { findLiveRuns, heldFilesOf, noteHeldExport, readSubjects } from '../../records/data-requests/held-exports.ts';
import { findErasedSince } from '../../records/data-requests/erased-since.ts';
import { findErasuresGoing, type RequestRecord, readRequest, updateRequest } from '../../records/data-requests/requests.ts';
import { deleteFile } from '../delete-files.ts';
import type { Services } from '../services.ts';
import { deletePackagesOf } from './delete-packages.ts';
import { openFoundPerson } from './sealed-person.ts';
import { subjectHashes } from './subject-hash.ts';
import type { SuppressedPerson } from './suppressed-people.ts';

/**
 * Erasure reaches the exports: withdraws every file that holds the person by the index of its run, and notes who had downloaded it. Of files without
 * an index nobody can tell; they are counted. What the person was given by an access request goes as well. Doing it again finds what was published meanwhile.
 */
export async function withdrawExports(services: Services, request: RequestRecord): Promise<void> {
  const { tenantId, id } = request;
  const hashes = await theirHashes(services, request);
  const unknown = await withdrawHeld(services, { tenantId, requestId: id, hashes });
  await deletePackagesOf(services, request, hashes);
  await inTenant(services.database, tenantId, (tx) => updateRequest(tx, tenantId, id, { unknown_exports: unknown }));
}

/** What was corrected stands in exports as it was: they are named with who had downloaded them, and none is withdrawn. */
export async function nameExports(services: Services, request: RequestRecord): Promise<void> {
  const { tenantId, id } = request;
  const hashes = await theirHashes(services, request);
  const unknown = await visitHeld(services, { tenantId, hashes }, (tx, artifactId) => noteHeldExport(tx, tenantId, id, artifactId));
  await inTenant(services.database, tenantId, (tx) => updateRequest(tx, tenantId, id, { unknown_exports: unknown }));
}

/** What is theirs alone: that somebody else has the same phone withdraws none of that one's files. All that is known where the case cannot be opened. */
async function theirHashes(services: Services, { tenantId, id, hashes }: RequestRecord): Promise<readonly string[]> {
  const found = await openFoundPerson(services, tenantId, id).catch(() => null);
  const own = subjectHashes(services.sealer, tenantId, found?.holders.person ?? []);
  return own.length > 0 ? own : hashes;
}

interface Published {
  readonly tenantId: string;
  readonly runId: string;
  /** The one whose files they are. */
  readonly attempt: number;
  readonly sourceId: string;
  /** The index of the run. */
  readonly subjects: Buffer;
}

/**
 * In the transaction that publishes a run: takes back at once what holds somebody whose erasure, or the repetition of one after a restore, began or even ended since it
 * was read. `people` as they were known shortly before. The files that are to be deleted.
 */
export async function withdrawPublished(
  { sealer }: Services,
  tx: Tx,
  { tenantId, runId, attempt, sourceId, subjects }: Published,
  people: readonly SuppressedPerson[],
): Promise<string[]> {
  const requestOf = new Map<number, Set<string>>();
  const note = (requestId: string, hashes: readonly string[]) => {
    for (const fraction of hashes.map(toFraction)) requestOf.set(fraction, (requestOf.get(fraction) ?? new Set()).add(requestId));
  };
  for (const requestId of await findErasuresGoing(tx, tenantId)) {
    const known = people.find((one) => one.requestId === requestId);
    note(requestId, known ? subjectHashes(sealer, tenantId, known.identifiers) : ((await readRequest(tx, tenantId, requestId))?.hashes ?? []));
  }
  for (const { requestId, hashes } of await findErasedSince(tx, { tenantId, runId, attempt, sourceId })) note(requestId, hashes);
  if (requestOf.size === 0) return [];
  const held = new Set([...subjectsHeld(subjects, requestOf.keys())].flatMap((fraction) => [...(requestOf.get(fraction) ?? [])]));
  const withdrawn: string[] = [];
  for (const requestId of held)
    for (const artifactId of await heldFilesOf(tx, tenantId, runId))
      if (await withdrawFor(tx, { kind: 'system' }, { tenantId, requestId, artifactId }, 'person_erased')) withdrawn.push(artifactId);
  return withdrawn;
}

function toFraction(hash: string): number {
  return fractionOf(Buffer.from(hash, 'base64url'));
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

/** Withdraws one file for a request, in one transaction; false when it is gone already, then for somebody else. It is noted for the request all the same. */
export async function withdrawFor(
  tx: Tx,
  actor: AuditActor,
  { tenantId, requestId, artifactId }: { readonly tenantId: string; readonly requestId: string; readonly artifactId: string },
  reason: WithdrawalReason,
): Promise<boolean> {
  const isFirst = await markDeleted(tx, tenantId, artifactId, reason);
  await noteHeldExport(tx, tenantId, requestId, artifactId);
  if (!isFirst) return false;
  const object = { kind: 'artifact', id: artifactId };
  await recordAct(tx, { tenantId, actor, action: 'artifact.withdrawn', object, detail: { reason, request: requestId } });
  return true;
}

/** They are withdrawn already, whatever comes of their files; housekeeping tries again. */
export async function deleteWithdrawn(services: Services, tenantId: string, artifactIds: readonly string[]): Promise<void> {
  for (const artifactId of artifactIds) await deleteFile(services, { tenantId, artifactId }, null).catch(() => undefined);
}

/** Every file that can be downloaded, or was withdrawn for somebody, of every run whose index has one of the hashes, run by run; gives how many files are without an index. */
async function visitHeld(
  { database }: Services,
  { tenantId, hashes }: Pick<Held, 'tenantId' | 'hashes'>,
  visit: (tx: Tx, artifactId: string) => Promise<void>,
): Promise<number> {
  const wanted = hashes.map(toFraction);
  const runs = await inTenant(database, tenantId, (tx) => findLiveRuns(tx, tenantId));
  for (const { runId, hasIndex } of runs)
    if (hasIndex)
      await inTenant(database, tenantId, async (tx) => {
        // One index at a time is held.
        const index = await readSubjects(tx, tenantId, runId);
        if (index && holdsSubject(index, wanted)) for (const artifactId of await heldFilesOf(tx, tenantId, runId)) await visit(tx, artifactId);
      });
  return runs.reduce((sum, one) => sum + (one.hasIndex ? 0 : one.files), 0);
}
