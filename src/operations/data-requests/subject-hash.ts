import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import type { Sealer } from '../../lib/sealer.ts';

/**
 * By what a person is known where no identifier of theirs may stand: keyed hashes of the normal forms, of the tenant alone. Duplicates, holds, the
 * ledger of erasures and the index of artifacts have the same.
 */
export function subjectHash(sealer: Sealer, tenantId: string, { type, normal }: NormalIdentifier): string {
  return sealer.hash(`${tenantId}|${type}|${normal}`, 'subject');
}

export function subjectHashes(sealer: Sealer, tenantId: string, identifiers: readonly NormalIdentifier[]): string[] {
  return [...new Set(identifiers.map((one) => subjectHash(sealer, tenantId, one)))];
}
