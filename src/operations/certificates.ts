import type { CertificateChange, CertificateView } from '../contract/certificate.ts';
import { inspectCertificate } from '../domain/certificate.ts';
import { type Action, type Actor, may, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { hasControlCharacters } from '../domain/text-checks.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import {
  type CertificateRecord,
  deleteCertificate,
  insertCertificate,
  listCertificates,
  listJobsOfCertificates,
  lockCertificate,
  readCertificate,
  changeCertificate as storeChange,
} from '../records/certificates.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { presentCertificate } from './present.ts';
import type { Services } from './services.ts';

/** Jobs that are named with a certificate. */
const MOST_JOBS = 20;
const MOST_CHARACTERS = 200;
const LABEL_RANGE = `1 to ${MOST_CHARACTERS} characters`;

/** Checks an upload and stores the certificate. Errors: `certificate.*`, `request.invalid` for the label; a private key in the upload is never stored. */
export async function addCertificate(
  services: Services,
  actor: Actor,
  upload: { label?: string | undefined; content: string | Uint8Array },
): Promise<CertificateView> {
  requirePermission(actor, 'certificates.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const facts = inspectCertificate(upload.content, new Date(await databaseNow(tx)));
    requireShowable(upload.label ?? '');
    const label = upload.label?.trim().slice(0, MOST_CHARACTERS) || commonName(facts.subject);
    const id = await insertCertificate(tx, { ...facts, warnings: [...facts.warnings], label, tenantId: actor.tenantId, userId: actor.userId });
    if (!id) throw new CodedError('certificate.duplicate', { value: facts.fingerprint });
    await recordAct(tx, {
      tenantId: actor.tenantId,
      actor: auditActor(actor),
      action: 'certificate.added',
      object: { kind: 'certificate', id },
      detail: { fingerprint: facts.fingerprint },
    });
    return presentStored(tx, actor, id);
  });
}

export async function listCertificatesFor(services: Services, actor: Actor): Promise<CertificateView[]> {
  requirePermission(actor, 'certificates.see');
  return inTenant(services.database, actor.tenantId, async (tx) => presentAll(tx, actor, await listCertificates(tx, actor.tenantId)));
}

/** What changing or deleting it needs. */
function changeOf(actor: Actor, { userId }: CertificateRecord): Action {
  return userId === actor.userId ? 'certificates.change' : 'certificates.change_others';
}

/**
 * Changes how a certificate is called and how files are encrypted to it; what is left out stays. Errors: `not_found`, `request.invalid` for the label,
 * `permission.denied` for that of another.
 */
export async function changeCertificate(services: Services, actor: Actor, id: string, { label, ...options }: CertificateChange): Promise<CertificateView> {
  requirePermission(actor, 'certificates.change');
  const name = label.trim();
  if (name === '') throw new CodedError('request.invalid', { problems: [{ code: 'field.required', field: 'label', range: LABEL_RANGE }] });
  if (name.length > MOST_CHARACTERS) throw new CodedError('request.invalid', { problems: [{ code: 'field.type', field: 'label', range: LABEL_RANGE }] });
  requireShowable(name);
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const stored = await readCertificate(tx, actor.tenantId, id);
    if (!stored) throw new CodedError('not_found');
    requirePermission(actor, changeOf(actor, stored));
    const before = await presentStored(tx, actor, id);
    const keyTransport = options.keyTransport ?? before.keyTransport;
    const contentCipher = options.contentCipher ?? before.contentCipher;
    await storeChange(tx, actor.tenantId, id, { label: name, keyTransport, contentCipher });
    const act = { tenantId: actor.tenantId, actor: auditActor(actor), object: { kind: 'certificate', id } } as const;
    const isRecoded = keyTransport !== before.keyTransport || contentCipher !== before.contentCipher;
    if (isRecoded) await recordAct(tx, { ...act, action: 'certificate.options_changed', detail: { keyTransport, contentCipher } });
    if (name !== before.label || !isRecoded) await recordAct(tx, { ...act, action: 'certificate.renamed' });
    return presentStored(tx, actor, id);
  });
}

/** The certificate as the actor sees it. Error: `not_found`. */
export async function presentStored(tx: Tx, actor: Actor, id: string): Promise<CertificateView> {
  const stored = await readCertificate(tx, actor.tenantId, id);
  const [view] = stored ? await presentAll(tx, actor, [stored]) : [];
  if (!view) throw new CodedError('not_found');
  return view;
}

/** Each with the jobs that use it, as far as the actor may see them. */
async function presentAll(tx: Tx, actor: Actor, records: readonly CertificateRecord[]): Promise<CertificateView[]> {
  const ids = records.map(({ id }) => id);
  const jobs = await listJobsOfCertificates(tx, actor.tenantId, ids, { catalogs: visibleCatalogs(actor), most: MOST_JOBS });
  const jobsOf = (certificate: string) => jobs.filter((one) => one.certificateId === certificate).map(({ id, title }) => ({ id, title }));
  return records.map((one) => presentCertificate(one, jobsOf(one.id), may(actor, changeOf(actor, one))));
}

function requireShowable(label: string): void {
  if (hasControlCharacters(label))
    throw new CodedError('request.invalid', { problems: [{ code: 'field.type', field: 'label', range: 'text without control characters' }] });
}

/** Deletes a certificate that no job uses. Errors: `not_found`, `permission.denied` for that of another, `certificate.in_use` with the number of jobs, and those of them that the actor may see. */
export async function removeCertificate(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'certificates.change');
  await inTenant(services.database, actor.tenantId, async (tx) => {
    const record = await lockCertificate(tx, actor.tenantId, id);
    if (!record) throw new CodedError('not_found');
    requirePermission(actor, changeOf(actor, record));
    if (record.jobCount > 0) {
      const { jobs } = await presentStored(tx, actor, id);
      throw new CodedError('certificate.in_use', { value: { jobs: record.jobCount, named: jobs } });
    }
    await deleteCertificate(tx, actor.tenantId, id);
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'certificate.deleted', object: { kind: 'certificate', id } });
  });
}

/** A name to show when none was given: the CN of the subject, else the whole subject. */
function commonName(subject: string): string {
  const match = /(?:^|[\n,]\s*)CN=([^\n,]+)/.exec(subject);
  return (match?.[1] ?? subject).trim().slice(0, MOST_CHARACTERS) || 'certificate';
}
