import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface CertificateRecord {
  readonly id: string;
  /** Who uploaded it. */
  readonly userId: string;
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
  readonly keyTransport: 'pkcs1' | 'oaep';
  readonly contentCipher: 'aes-256-cbc' | 'aes-256-gcm';
  /** When its holder last proved to open files. */
  readonly provenAt: Date | null;
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
      'certificate.user_id as userId',
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
      'key_transport as keyTransport',
      'content_cipher as contentCipher',
      'proven_at as provenAt',
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

/** Keeps them from being deleted until the end of the transaction; gives the ids of those that are there. */
export async function holdCertificates(tx: Tx, tenantId: string, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await certificates(tx, tenantId, ids).forKeyShare().execute();
  return rows.map(({ id }) => id);
}

/** The certificate alone; until the end of the transaction no job begins to use it. */
export async function lockCertificate(tx: Tx, tenantId: string, id: string): Promise<CertificateRecord | null> {
  await certificates(tx, tenantId, [id]).forUpdate().execute();
  return readCertificate(tx, tenantId, id);
}

function certificates(tx: Tx, tenantId: string, ids: readonly string[]) {
  return tx
    .selectFrom('certificate')
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .select('id');
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

export async function changeCertificate(
  tx: Tx,
  tenantId: string,
  id: string,
  { label, keyTransport, contentCipher }: Pick<CertificateRecord, 'label' | 'keyTransport' | 'contentCipher'>,
): Promise<void> {
  await tx
    .updateTable('certificate')
    .set({ label, key_transport: keyTransport, content_cipher: contentCipher })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

/** Counts an answer to the challenge; false, and nothing counted, when there were `most` within the last hour. */
export async function countProofAnswer(tx: Tx, tenantId: string, id: string, most: number): Promise<boolean> {
  const isFresh = sql<boolean>`(proof_answers_since IS NOT NULL AND proof_answers_since > udm_now() - interval '1 hour')`;
  const row = await tx
    .updateTable('certificate')
    .set({
      proof_answers: sql<number>`CASE WHEN ${isFresh} THEN proof_answers + 1 ELSE 1 END`,
      proof_answers_since: sql<Date>`CASE WHEN ${isFresh} THEN proof_answers_since ELSE udm_now() END`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where(sql<boolean>`(NOT ${isFresh} OR proof_answers < ${most})`)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The holder proved to open files just now; answers are counted anew. */
export async function recordProof(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx
    .updateTable('certificate')
    .set({ proven_at: sql<Date>`udm_now()`, proof_answers: 0, proof_answers_since: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

interface NewCertificate extends Omit<CertificateRecord, 'id' | 'owner' | 'createdAt' | 'jobCount' | 'readAt' | 'keyTransport' | 'contentCipher' | 'provenAt'> {
  readonly tenantId: string;
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
