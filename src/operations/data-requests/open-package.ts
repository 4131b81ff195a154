import { PassThrough, pipeline, type Readable } from 'node:stream';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { CodedError } from '../../errors.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { markPackageFetched, type PackageRecord, readPackage } from '../../records/data-requests/packages.ts';
import { readRequest } from '../../records/data-requests/requests.ts';
import { hasExpired } from '../retention-clock.ts';
import type { Services } from '../services.ts';
import { watchDownload } from '../watch-download.ts';
import type { Chosen } from '../open-artifact.ts';
import { recordOnRequest } from './decide-request.ts';

export interface OpenedPackage<T extends Chosen> {
  readonly file: PackageRecord;
  readonly chosen: T;
  /** Null when no bytes were asked for. */
  readonly content: Readable | null;
}

/**
 * Opens the bytes of an access package that `choose` names. It is on record before the first byte leaves; while bytes leave, permission and expiry are
 * asked again, of whom `askWho` gives. Errors: `not_found`, `permission.denied`, `gdpr.no_package`, `gdpr.package_gone`, `gdpr.package_missing`, and what `choose` throws.
 */
export async function openPackage<T extends Chosen>(
  services: Services,
  actor: Actor,
  id: string,
  choose: (file: PackageRecord) => T,
  askWho: () => Promise<Actor> = async () => actor,
): Promise<OpenedPackage<T>> {
  const { file, chosen } = await inTenant(services.database, actor.tenantId, async (tx) => {
    const found = await availablePackage(services, tx, actor, id);
    const answer = choose(found);
    const { range } = answer;
    if (range) await recordOnRequest(tx, actor, id, 'request.package_downloaded', { from: range.start, bytes: range.end - range.start + 1 });
    return { file: found, chosen: answer };
  });
  if (!chosen.range) return { file, chosen, content: null };
  const allow = async () => {
    const who = await askWho();
    await inTenant(services.database, who.tenantId, (tx) => availablePackage(services, tx, who, id));
  };
  const content = watchDownload(await read(services, file, chosen.range), allow);
  return { file, chosen, content: chosen.range.end === file.bytes - 1 ? notingItsEnd(services, file, content) : content };
}

/** The same bytes; that the last of them left is on record before the content ends. */
function notingItsEnd({ database }: Services, { tenantId, requestId }: PackageRecord, content: Readable): Readable {
  const noting = new PassThrough({
    flush(callback) {
      inTenant(database, tenantId, (tx) => markPackageFetched(tx, tenantId, requestId)).then(() => callback(), callback);
    },
  });
  // Whoever reads is told of what went wrong.
  pipeline(content, noting, () => undefined);
  return noting;
}

async function availablePackage(services: Services, tx: Tx, actor: Actor, id: string): Promise<PackageRecord> {
  requirePermission(actor, 'requests.handle');
  if (!(await readRequest(tx, actor.tenantId, id))) throw new CodedError('not_found');
  const file = await readPackage(tx, actor.tenantId, id);
  if (!file) throw new CodedError('gdpr.no_package');
  if (file.objectGoneAt !== null || file.expiresAt <= file.readAt || (await hasExpired(services, tx, file))) throw new CodedError('gdpr.package_gone');
  return file;
}

async function read({ storage }: Services, { objectKey }: PackageRecord, range: { readonly start: number; readonly end: number }): Promise<Readable> {
  try {
    return await storage.read(objectKey, range);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'not_found') throw new CodedError('gdpr.package_missing', { cause: error });
    throw error;
  }
}
