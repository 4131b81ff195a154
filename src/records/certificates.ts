import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface CertificateRecord {
  readonly id: string;
  readonly owner: string;
  readonly label: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly fingerprint: string;
  readonly pem: string;
  readonly keyBits: number;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly warnings: string[];
  readonly createdAt: Date;
  readonly jobCount: number;
  /** The database's clock when the record was read. */
  readonly readAt: Date;
}

function select(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('certificate')
    .innerJoin('app_user', 'app_user.id', 'certificate.user_id')
    .where('certificate.tenant_id', '=', tenantId)
    .select([
      'certificate.id',
      'app_user.name as owner',
      'label',
      'subject',
      'issuer',
      'serial',
      'fingerprint',
      'pem',
      'key_bits as keyBits',
      'not_before as notBefore',
      'not_after as notAfter',
      'warnings',
      'certificate.created_at as createdAt',
    ])
    .select(sql<number>`(SELECT count(*) FROM job_recipient r WHERE r.tenant_id = certificate.tenant_id AND r.certificate_id = certificate.id)`.as('jobCount'))
    .select(sql<Date>`udm_now()`.as('readAt'));
}

export async function listCertificates(tx: Tx, tenantId: string): Promise<CertificateRecord[]> {
  return select(tx, tenantId).orderBy('certificate.created_at').orderBy('certificate.id').execute();
}

export async function readCertificate(tx: Tx, tenantId: string, id: string): Promise<CertificateRecord | null> {
  return (await select(tx, tenantId).where('certificate.id', '=', id).executeTakeFirst()) ?? null;
}

export async function readCertificates(tx: Tx, tenantId: string, ids: readonly string[]): Promise<CertificateRecord[]> {
  if (ids.length === 0) return [];
  return select(tx, tenantId)
    .where('certificate.id', 'in', [...ids])
    .orderBy('certificate.id')
    .execute();
}

export interface JobOfCertificate {
  readonly certificateId: string;
  readonly id: string;
  readonly title: string;
}

/** Jobs that encrypt to a certificate, of the catalogs named, at most `most` of each certificate, by title. */
export async function listJobsOfCertificates(
  tx: Tx,
  tenantId: string,
  ids: readonly string[],
  { catalogs, most }: { readonly catalogs: readonly string[] | 'all'; readonly most: number },
): Promise<JobOfCertificate[]> {
  if (ids.length === 0) return [];
  const named = tx
    .selectFrom('job_recipient as recipient')
    .innerJoin('export_job as job', 'job.id', 'recipient.job_id')
    .innerJoin('source', 'source.id', 'job.source_id')
    .where('recipient.tenant_id', '=', tenantId)
    .where('recipient.certificate_id', 'in', [...ids])
    .$if(catalogs !== 'all', (query) => query.where('source.catalog', 'in', catalogs === 'all' || catalogs.length === 0 ? [''] : [...catalogs]))
    .select(['recipient.certificate_id as certificateId', 'job.id', 'job.title'])
    .select(sql<number>`row_number() OVER (PARTITION BY recipient.certificate_id ORDER BY job.title, job.id)`.as('place'));
  const found = await tx.selectFrom(named.as('named')).where('place', '<=', most).selectAll().orderBy('place').execute();
  return found.map(({ certificateId, id, title }) => ({ certificateId, id, title }));
}

export async function renameCertificate(tx: Tx, tenantId: string, id: string, label: string): Promise<void> {
  await tx.updateTable('certificate').set({ label }).where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

interface NewCertificate extends Omit<CertificateRecord, 'id' | 'owner' | 'createdAt' | 'jobCount' | 'readAt'> {
  readonly tenantId: string;
  readonly userId: string;
}

/** Id of the new certificate, or null when the tenant has it already. */
export async function insertCertificate(tx: Tx, one: NewCertificate): Promise<string | null> {
  const row = await tx
    .insertInto('certificate')
    .values({
      tenant_id: one.tenantId,
      user_id: one.userId,
      label: one.label,
      subject: one.subject,
      issuer: one.issuer,
      serial: one.serial,
      fingerprint: one.fingerprint,
      pem: one.pem,
      key_bits: one.keyBits,
      not_before: one.notBefore,
      not_after: one.notAfter,
      warnings: one.warnings,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'fingerprint']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

export async function deleteCertificate(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.deleteFrom('certificate').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}
