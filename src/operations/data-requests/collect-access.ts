import { objectKey } from '../../domain/artifact.ts';
import { MOVES } from '../../domain/data-requests/states.ts';
import { CodedError } from '../../errors.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { setDone } from '../../records/data-requests/findings.ts';
import { insertPackage, readPackage } from '../../records/data-requests/packages.ts';
import { lockRequest, updateRequest } from '../../records/data-requests/requests.ts';
import { endStep, readSteps, type StepLease } from '../../records/data-requests/steps.ts';
import { readSource, type SourceRecord } from '../../records/sources.ts';
import { readTenant } from '../../records/tenants.ts';
import { requireRoom } from '../queue-run.ts';
import { whenKeptFrom } from '../retention-clock.ts';
import type { Services } from '../services.ts';
import { requireStorageQuota } from '../tenant-settings.ts';
import { SourceAccess } from './access-files.ts';
import { packageRecipients } from './package-recipients.ts';
import { openFoundPerson, peopleOf, requestOfStep } from './sealed-person.ts';
import { openPerson } from './sealed-view.ts';
import { endUnused } from './source-step.ts';
import { type PackageOrder, type WrittenPackage, writePackage } from './write-package.ts';

/**
 * Answers an access request: one encrypted package with what all sources hold of the person, or that they hold nothing, made in one go. It counts only once it is listed; whatever
 * an attempt leaves that ends before, the next one removes. Errors: `gdpr.no_recipient`, those of sources and storage.
 */
export async function collectAccess(services: Services, lease: StepLease, signal: AbortSignal): Promise<void> {
  const { tenantId, requestId } = lease;
  const begun = await inTenant(services.database, tenantId, (tx) => begin(tx, lease));
  if (!begun) return endUnused(services, lease);
  for (let fence = 1; fence < lease.fence; fence += 1) await services.storage.remove(keyOf(lease, fence));
  await requireRoom(services);
  await requireStorageQuota(services, tenantId);
  const person = await openFoundPerson(services, tenantId, requestId);
  const asked = (await openPerson(services, begun.request)).identifiers;
  const sources = begun.sources.map((source) => new SourceAccess(source, peopleOf(services, source), person));
  for (const source of sources) await source.look(signal);
  const order = { ...begun, asked, sources, key: keyOf(lease, lease.fence) };
  let isListed = false;
  try {
    const written = await writePackage(services, order, signal);
    signal.throwIfAborted();
    isListed = await inTenant(services.database, tenantId, (tx) => publish(services, tx, lease, order, written));
  } finally {
    if (!isListed) await removeUnlisted(services, lease, order.key);
  }
}

function keyOf({ tenantId, requestId }: StepLease, fence: number): string {
  return objectKey(tenantId, requestId, fence, 1);
}

async function begin(tx: Tx, lease: StepLease): Promise<(Pick<PackageOrder, 'request' | 'controller' | 'recipients'> & { sources: SourceRecord[] }) | null> {
  const { tenantId, requestId, round } = lease;
  const request = await requestOfStep(tx, lease, 'running');
  if (!request) return null;
  const sources: SourceRecord[] = [];
  for (const { sourceId } of await readSteps(tx, tenantId, requestId, 'discovery', round)) {
    const source = await readSource(tx, tenantId, sourceId as string);
    if (!source) throw new CodedError('source.unknown');
    sources.push(source);
  }
  sources.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { request, sources, controller: (await readTenant(tx, tenantId)).name, recipients: await packageRecipients(tx, tenantId) };
}

/** Listed, and the request on its way to its end, in one transaction; false: the request went on without this attempt. */
async function publish(services: Services, tx: Tx, lease: StepLease, order: PackageOrder, { archive, collected }: WrittenPackage): Promise<boolean> {
  const { tenantId, requestId } = lease;
  await lockRequest(tx, tenantId, requestId);
  const { rows, fileBytes: bytes, fileSha256: sha256 } = archive;
  if (!(await requestOfStep(tx, lease, 'running')) || !(await endStep(tx, lease, { state: 'done', counts: { rows } }))) return false;
  const { retentionDays } = await readTenant(tx, tenantId);
  await insertPackage(tx, {
    tenantId,
    requestId,
    objectKey: order.key,
    fileName: `access-${requestId}.zip.p7m`,
    rows,
    bytes,
    sha256,
    recipients: order.recipients.map((one) => one.fingerprint),
    retentionDays,
    keptFrom: await whenKeptFrom(services, tx),
  });
  for (const { source } of order.sources) await setDone(tx, tenantId, requestId, source, collected.get(source.id) ?? new Map());
  await updateRequest(tx, tenantId, requestId, { state: MOVES.work_done.to, error_code: null, error_value: null });
  const act = { tenantId, actor: { kind: 'system' }, object: { kind: 'request', id: requestId } } as const;
  await recordAct(tx, { ...act, action: 'request.package_made', detail: { rows, bytes } });
  await recordAct(tx, { ...act, action: 'request.verified' });
  await services.queue.advanceRequests(tx);
  return true;
}

/** A COMMIT whose answer was lost has listed it all the same; when nobody can tell, it stays, and the next attempt or the sweep removes it. */
async function removeUnlisted({ database, storage }: Services, { tenantId, requestId }: StepLease, key: string): Promise<void> {
  const known = await inTenant(database, tenantId, (tx) => readPackage(tx, tenantId, requestId)).then(
    (found) => found?.objectKey === key,
    () => true,
  );
  if (!known) await storage.remove(key).catch(() => undefined);
}
