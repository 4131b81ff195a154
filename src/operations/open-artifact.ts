import type { Readable } from 'node:stream';
import { artifactState } from '../domain/artifact.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import type { ArtifactRecord } from '../records/artifacts.ts';
import { hasDownloaded, recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { visibleArtifact } from './artifacts.ts';
import { hasExpired } from './retention-clock.ts';
import type { Services } from './services.ts';
import { watchDownload } from './watch-download.ts';

/** Bytes [start, end] of a file, both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What to send of a file; no range: nothing. */
export interface Chosen {
  readonly range: ByteRange | null;
}

export interface OpenedArtifact<T extends Chosen> {
  readonly artifact: ArtifactRecord;
  readonly chosen: T;
  /** Null when no bytes were asked for. */
  readonly content: Readable | null;
}

/** For this long a range that does not begin at the first byte goes on with a download that is on record: as long as a session lives. */
const SAME_DOWNLOAD_HOURS = 12;

/**
 * Opens the bytes of an artifact that `choose` names. Permission, expiry and deletion are asked anew at every call,
 * and the download is on record before the first byte leaves: once, at its beginning, not at every range. While bytes leave they are asked
 * again, of whom `askWho` gives, and a refusal ends the content.
 * Errors: `not_found`, `artifact.gone` from the instant of expiry, `artifact.deleted`, `artifact.withdrawn`, `artifact.damaged`, `artifact.missing`, and what
 * `choose` throws.
 */
export async function openRange<T extends Chosen>(
  services: Services,
  actor: Actor,
  id: string,
  choose: (artifact: ArtifactRecord) => T,
  askWho: () => Promise<Actor> = async () => actor,
): Promise<OpenedArtifact<T>> {
  requirePermission(actor, 'artifacts.download');
  const { artifact, chosen } = await inTenant(services.database, actor.tenantId, async (tx) => {
    const found = await visibleArtifact(tx, actor, id, 'artifacts.download');
    await requireAvailable(services, tx, found);
    const answer = choose(found);
    if (answer.range) await recordDownload(tx, actor, found, answer.range);
    return { artifact: found, chosen: answer };
  });
  if (!chosen.range) return { artifact, chosen, content: null };
  const allow = async () => void (await stillAvailable(services, await askWho(), id));
  return { artifact, chosen, content: watchDownload(await readObject(services, artifact, chosen.range), allow) };
}

/** The artifact, when it may be had at this moment. Errors: `permission.denied`, `not_found`, and those of `requireAvailable`. */
export async function stillAvailable(services: Services, actor: Actor, id: string): Promise<ArtifactRecord> {
  requirePermission(actor, 'artifacts.download');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const artifact = await visibleArtifact(tx, actor, id, 'artifacts.download');
    await requireAvailable(services, tx, artifact);
    return artifact;
  });
}

/** Opens a whole artifact. Errors as `openRange`. */
export async function openArtifact(services: Services, actor: Actor, id: string): Promise<{ artifact: ArtifactRecord; content: Readable }> {
  const { artifact, content } = await openRange(services, actor, id, (one) => ({ range: { start: 0, end: one.bytes - 1 } }));
  return { artifact, content: content as Readable };
}

/**
 * Expired is also what was, before the database's clock went back. One that is marked as missing is not refused here: whether its file is back is seen
 * when it is opened. Errors: `artifact.gone`, `artifact.deleted`, `artifact.withdrawn`, `artifact.damaged`.
 */
export async function requireAvailable(services: Services, tx: Tx, artifact: ArtifactRecord): Promise<void> {
  const state = artifactState(artifact, artifact.readAt);
  if (state === 'deleted') throw new CodedError('artifact.deleted');
  if (state === 'withdrawn') throw new CodedError('artifact.withdrawn', { value: artifact.withdrawnFor });
  if (state === 'expired' || (await hasExpired(services, tx, artifact))) throw new CodedError('artifact.gone');
  if (artifact.damage === 'damaged') throw new CodedError('artifact.damaged');
}

/** Errors: `artifact.missing` when the object is not there, which its row does not know; and `storage.unreadable`. */
export async function readObject(services: Services, artifact: ArtifactRecord, range: ByteRange): Promise<Readable> {
  try {
    return await services.storage.read(artifact.objectKey, range);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'not_found') throw new CodedError('artifact.missing', { cause: error });
    throw error;
  }
}

async function recordDownload(tx: Tx, actor: Actor, artifact: ArtifactRecord, { start, end }: ByteRange): Promise<void> {
  if (start > 0 && (await hasDownloaded(tx, actor.tenantId, artifact.id, auditActor(actor), SAME_DOWNLOAD_HOURS))) return;
  const { tenantId } = actor;
  const detail: Record<string, number> = start === 0 ? {} : { from: start, bytes: end - start + 1 };
  await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'artifact.downloaded', object: { kind: 'artifact', id: artifact.id }, detail });
}
