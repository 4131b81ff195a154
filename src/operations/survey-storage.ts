import { placeOfObject } from '../domain/artifact.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { countStoredPackages, listStoredPackages, type StoredPackage } from '../records/data-requests/packages.ts';
import { findTenants } from '../records/planner.ts';
import { countStoredObjects, type KnownObjects, listStoredObjects, readKnownObjects, type StoredObject } from '../records/stored-objects.ts';
import type { Trouble } from '../storage/storage.ts';
import type { Services } from './services.ts';

/** Storage beside the rows: what both a sweep and a check look at. Nothing is changed here. */

const BATCH = 500;

/** An object that no artifact lists and no open run writes; `place` is null when UDM did not make its name. */
export interface Unlisted {
  readonly key: string;
  readonly place: ReturnType<typeof placeOfObject>;
}

/** All objects in storage that nobody knows. `unseen` as for `Storage.list`. */
export async function* findUnlisted(services: Services, unseen?: Trouble): AsyncGenerator<Unlisted> {
  let batch: Unlisted[] = [];
  for await (const key of services.storage.list(unseen)) {
    batch.push({ key, place: placeOfObject(key) });
    if (batch.length < BATCH) continue;
    yield* unlistedOf(services, batch);
    batch = [];
  }
  yield* unlistedOf(services, batch);
}

async function* unlistedOf(services: Services, batch: readonly Unlisted[]): AsyncGenerator<Unlisted> {
  for (const [tenantId, objects] of Map.groupBy(batch, (one) => one.place?.tenantId ?? null)) {
    if (tenantId === null) yield* objects;
    else {
      const known = await inTenant(services.database, tenantId, (tx) => knownOf(tx, tenantId, objects));
      yield* objects.filter((one) => isUnlisted(one, known));
    }
  }
}

/** Whether the object is still one that nobody knows. Lock its run first for an answer that stays true. */
export async function isStillUnlisted(tx: Tx, tenantId: string, object: Unlisted): Promise<boolean> {
  return isUnlisted(object, await knownOf(tx, tenantId, [object]));
}

function knownOf(tx: Tx, tenantId: string, objects: readonly Unlisted[]): Promise<KnownObjects> {
  const runs = new Set(objects.flatMap(({ place }) => (place ? [place.runId] : [])));
  return readKnownObjects(
    tx,
    tenantId,
    objects.map((one) => one.key),
    [...runs],
  );
}

function isUnlisted({ key, place }: Unlisted, { listed, open }: KnownObjects): boolean {
  return !listed.has(key) && !(place && open.has(place.runId));
}

export interface TenantObject extends StoredObject {
  readonly tenantId: string;
}

/** The files of artifacts that must be in storage, of all tenants. */
export function listExpectedObjects(services: Services): AsyncGenerator<TenantObject> {
  return ofTenants(services, listStoredObjects, (one) => one.artifactId);
}

/** The same of access packages. */
export function listExpectedPackages(services: Services): AsyncGenerator<StoredPackage & { readonly tenantId: string }> {
  return ofTenants(services, listStoredPackages, (one) => one.requestId);
}

async function* ofTenants<One>(
  { database }: Services,
  list: (tx: Tx, tenantId: string, behind: string | null, most: number) => Promise<One[]>,
  idOf: (one: One) => string,
): AsyncGenerator<One & { readonly tenantId: string }> {
  for (const tenantId of await findTenants(database)) {
    let behind: string | null = null;
    for (;;) {
      const page: One[] = await inTenant(database, tenantId, (tx) => list(tx, tenantId, behind, BATCH));
      for (const one of page) yield { ...one, tenantId };
      const last = page.at(-1);
      if (page.length < BATCH || !last) break;
      behind = idOf(last);
    }
  }
}

/** How many files of either must be there, and how long they are together. */
export async function countExpectedObjects(services: Services): Promise<{ files: number; bytes: number }> {
  const all = { files: 0, bytes: 0 };
  for (const tenantId of await findTenants(services.database)) {
    const counts = await inTenant(services.database, tenantId, async (tx) => [await countStoredObjects(tx, tenantId), await countStoredPackages(tx, tenantId)]);
    for (const { files, bytes } of counts) {
      all.files += files;
      all.bytes += bytes;
    }
  }
  return all;
}

/** How the file is found: null when it is there with its length. */
export async function damageOf(services: Services, { key, bytes }: Pick<StoredObject, 'key' | 'bytes'>): Promise<StoredObject['damage']> {
  const size = await services.storage.size(key);
  return size === null ? 'missing' : size === bytes ? null : 'damaged';
}
