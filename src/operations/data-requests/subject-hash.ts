import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import type { Sealer } from '../../lib/sealer.ts';
import type { NameHashing } from '../../sources/source.ts';

const PURPOSE = 'subject';

/**
 * By what a person is known where no identifier of theirs may stand: keyed hashes of the normal forms, of the tenant alone. Duplicates, holds, the
 * ledger of erasures and the index of artifacts have the same.
 */
export function subjectHash(sealer: Sealer, tenantId: string, { type, normal }: NormalIdentifier): string {
  return sealer.hash(`${tenantId}|${type}|${normal}`, PURPOSE);
}

/** The same hashes for whoever reads the rows of an export; `region` is where phone numbers without a country are dialled. */
export function nameHashing(sealer: Sealer, tenantId: string, region: string | null): NameHashing {
  const { key, prefix } = sealer.hashing(PURPOSE);
  return { key, context: `${prefix}${tenantId}|`, region };
}

export function subjectHashes(sealer: Sealer, tenantId: string, identifiers: readonly NormalIdentifier[]): string[] {
  return [...new Set(identifiers.map((one) => subjectHash(sealer, tenantId, one)))];
}
