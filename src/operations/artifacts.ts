import type { ArtifactView } from '../contract/artifact.ts';
import { ARTIFACT_SORTS } from '../contract/artifact-list.ts';
import type { PageView } from '../contract/page.ts';
import { artifactState } from '../domain/artifact.ts';
import { type Action, type Actor, may, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { readRerunStandings, type RerunStanding } from '../records/artifact-reruns.ts';
import { type ArtifactFilter, listArtifacts } from '../records/artifact-list.ts';
import { type ArtifactRecord, readArtifact } from '../records/artifacts.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { type ListQuery, openList } from './open-list.ts';
import { presentArtifact } from './present.ts';
import type { Services } from './services.ts';

/** Artifacts of the sources the actor may see, a page at a time. Error: `cursor.invalid`. */
export async function listArtifactsFor(services: Services, actor: Actor, query: ArtifactFilter & ListQuery): Promise<PageView<ArtifactView>> {
  requirePermission(actor, 'exports.see');
  // Newest first; what was asked for by its end, by its end.
  const byExpiry = query.expiresFrom !== undefined || query.expiresTo !== undefined;
  const list = openList(services, actor, 'artifacts', query, ARTIFACT_SORTS, byExpiry ? '-expiresAt' : '-createdAt');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const page = await listArtifacts(tx, actor.tenantId, visibleCatalogs(actor), query, list.request);
    return list.show({ ...page, items: await presentArtifacts(tx, actor, page.items) });
  });
}

/** One artifact. Error: `not_found`. */
export async function getArtifact(services: Services, actor: Actor, id: string): Promise<ArtifactView> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => presentStoredArtifact(tx, actor, id));
}

export async function presentStoredArtifact(tx: Tx, actor: Actor, id: string): Promise<ArtifactView> {
  const [view] = await presentArtifacts(tx, actor, [await visibleArtifact(tx, actor, id)]);
  return view as ArtifactView;
}

/** Records as the doors show them. */
export async function presentArtifacts(tx: Tx, actor: Actor, records: readonly ArtifactRecord[]): Promise<ArtifactView[]> {
  const gone = records.filter((one) => !canBeHad(one));
  const standings = await readRerunStandings(
    tx,
    actor.tenantId,
    gone.map((one) => one.id),
  );
  return records.map((one) => presentArtifact(one, whetherAgain(one, standings.get(one.id))));
}

/** Its file is there, too, as far as anybody looked. */
function canBeHad(record: ArtifactRecord): boolean {
  return artifactState(record, record.readAt) === 'available' && record.damage === null;
}

/** Whether the window of an artifact can run again, and why not; a standing is needed only for one that is gone. */
export function whetherAgain(record: ArtifactRecord, standing: RerunStanding | undefined): ArtifactView['runAgain'] {
  if (canBeHad(record) || !standing) return 'not_needed';
  if (!standing.hasJob) return 'job_gone';
  if (!standing.sameGround) return 'job_changed';
  if (standing.ahead) return 'under_way';
  return standing.live ? 'live_again' : 'possible';
}

/** The record of an artifact on which the actor may do it. Errors: `not_found` for one they may not even see, `permission.denied`. */
export async function visibleArtifact(tx: Tx, actor: Actor, id: string, action: Action = 'exports.see'): Promise<ArtifactRecord> {
  const record = await readArtifact(tx, actor.tenantId, id);
  if (!record || !may(actor, 'exports.see', record.catalog)) throw new CodedError('not_found');
  requirePermission(actor, action, record.catalog);
  return record;
}
