import { certificateProblem } from '../../domain/certificate.ts';
import { RULES } from '../../domain/permission-table.ts';
import { CodedError } from '../../errors.ts';
import { type CertificateRecord, listCertificates } from '../../records/certificates.ts';
import type { Tx } from '../../records/database.ts';
import { listUsers } from '../../records/users.ts';

/**
 * Who opens an access package: everybody who may download it, by their own certificates that are valid now. Error: `gdpr.no_recipient` when no privacy
 * officer has one.
 */
export async function packageRecipients(tx: Tx, tenantId: string): Promise<CertificateRecord[]> {
  const { roles } = RULES['requests.handle'];
  const officers = new Set(
    (await listUsers(tx, tenantId))
      .filter((user) => user.state === 'active' && user.roles.some((role) => (roles as readonly string[]).includes(role)))
      .map((user) => user.id),
  );
  const certificates = (await listCertificates(tx, tenantId)).filter((one) => officers.has(one.userId) && certificateProblem(one, one.readAt) === null);
  if (certificates.length === 0) throw new CodedError('gdpr.no_recipient');
  return certificates;
}
