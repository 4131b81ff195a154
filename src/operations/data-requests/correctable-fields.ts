import type { IdentifierType } from '../../domain/data-requests/identifiers.ts';
import type { Tx } from '../../records/database.ts';
import { listSources } from '../../records/sources.ts';
import type { Services } from '../services.ts';

/** What the catalogs of the tenant's sources let be corrected, and how its values are compared; null: none of them says anything of people. */
export async function correctableFields({ connectors }: Services, tx: Tx, tenantId: string): Promise<ReadonlyMap<string, IdentifierType | null> | null> {
  const sources = await listSources(tx, tenantId);
  // The catalog alone is asked, and nothing of the source: no password is opened for it.
  const all = sources.flatMap(({ connector, catalog, settings }) => connectors.open(connector, catalog, settings, '').people?.tables ?? []);
  if (all.length === 0) return null;
  return new Map(all.flatMap(({ rectify }) => rectify.map(({ name, type }) => [name, type] as const)));
}
