import type { CertificateView } from '../contract/certificate.ts';
import { inspectCertificate } from '../domain/certificate.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { hasControlCharacters } from '../domain/text-checks.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { deleteCertificate, insertCertificate, listCertificates, readCertificate } from '../records/certificates.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { presentCertificate } from './present.ts';
import type { Services } from './services.ts';

/** Checks an upload and stores the certificate. Errors: `certificate.*`, `request.invalid` for the label; a private key in the upload is never stored. */
export async function addCertificate(
  services: Services,
  actor: Actor,
  upload: { label?: string | undefined; content: string | Uint8Array },
): Promise<CertificateView> {
  requirePermission(actor, 'certificates.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const facts = inspectCertificate(upload.content, new Date(await databaseNow(tx)));
    if (hasControlCharacters(upload.label ?? ''))
      throw new CodedError('request.invalid', { problems: [{ code: 'field.type', field: 'label', range: 'text without control characters' }] });
    const label = upload.label?.trim().slice(0, 200) || commonName(facts.subject);
    const id = await insertCertificate(tx, { ...facts, warnings: [...facts.warnings], label, tenantId: actor.tenantId, userId: actor.userId });
    if (!id) throw new CodedError('certificate.duplicate', { value: facts.fingerprint });
    await recordAct(tx, {
      tenantId: actor.tenantId,
      actor: auditActor(actor),
      action: 'certificate.added',
      object: { kind: 'certificate', id },
      detail: { fingerprint: facts.fingerprint },
    });
    const stored = await readCertificate(tx, actor.tenantId, id);
    if (!stored) throw new CodedError('not_found');
    return presentCertificate(stored);
  });
}

export async function listCertificatesFor(services: Services, actor: Actor): Promise<CertificateView[]> {
  requirePermission(actor, 'certificates.see');
  const records = await inTenant(services.database, actor.tenantId, (tx) => listCertificates(tx, actor.tenantId));
  return records.map(presentCertificate);
}

/** Deletes a certificate that no job uses. Errors: `not_found`, `certificate.in_use` with the number of jobs. */
export async function removeCertificate(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'certificates.change');
  await inTenant(services.database, actor.tenantId, async (tx) => {
    const record = await readCertificate(tx, actor.tenantId, id);
    if (!record) throw new CodedError('not_found');
    if (record.jobCount > 0) throw new CodedError('certificate.in_use', { value: { jobs: record.jobCount } });
    await deleteCertificate(tx, actor.tenantId, id);
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'certificate.deleted', object: { kind: 'certificate', id } });
  });
}

/** A name to show when none was given: the CN of the subject, else the whole subject. */
function commonName(subject: string): string {
  const match = /(?:^|[\n,]\s*)CN=([^\n,]+)/.exec(subject);
  return (match?.[1] ?? subject).trim().slice(0, 200) || 'certificate';
}
