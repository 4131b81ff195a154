import type { CorrectableField } from '../../contract/correctable-field.ts';
import type { IdentifierType } from '../../domain/data-requests/identifiers.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { listSources } from '../../records/sources.ts';
import type { Services } from '../services.ts';

/** What the catalogs of the tenant's sources let be corrected, and how its values are compared; null: none of them says anything of people. */
export async function correctableFields(services: Services, tx: Tx, tenantId: string): Promise<ReadonlyMap<string, IdentifierType | null> | null> {
  const all = (await sourcesWithPeople(services, tx, tenantId)).flatMap(({ tables }) => tables);
  if (all.length === 0) return null;
  return new Map(all.flatMap(({ rectify }) => rectify.map(({ name, type }) => [name, type] as const)));
}

/** The same to choose from: each field, in which sources it stands, and whether UDM may write there. */
export async function listCorrectableFields(services: Services, actor: Actor): Promise<{ items: CorrectableField[] }> {
  requirePermission(actor, 'requests.handle');
  const sources = await inTenant(services.database, actor.tenantId, (tx) => sourcesWithPeople(services, tx, actor.tenantId));
  const items = new Map<string, CorrectableField>();
  for (const { name, mayChange, tables } of sources)
    for (const field of new Map(tables.flatMap(({ rectify }) => rectify.map((one) => [one.name, one] as const))).values()) {
      const known = items.get(field.name) ?? { field: field.name, comparedAs: field.type, sources: [] };
      items.set(field.name, { ...known, sources: [...known.sources, { name, mayChange }] });
    }
  return { items: [...items.values()] };
}

async function sourcesWithPeople({ connectors }: Services, tx: Tx, tenantId: string) {
  const sources = await listSources(tx, tenantId);
  // The catalog alone is asked, and nothing of the source: no password is opened for it.
  return sources.map(({ name, connector, catalog, settings, sealedWriter }) => ({
    name,
    mayChange: sealedWriter !== null,
    tables: connectors.open(connector, catalog, settings, '').people?.tables ?? [],
  }));
}
