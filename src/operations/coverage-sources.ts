import type { CoverageSourcesView } from '../contract/coverage.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { listDeletedSources, listSources } from '../records/sources.ts';
import type { Services } from './services.ts';

/** A source whose coverage can be asked. */
export interface CoverageSource {
  readonly id: string;
  /** By which it is asked: its name; of a deleted one with the minute of its end, for its name may be another's by now. */
  readonly key: string;
  readonly catalog: string;
  readonly settleSeconds: number;
  /** Null: it is in use. */
  readonly deletedAt: Date | null;
  /** Of a deleted one those that were published; null: all of its catalog. */
  readonly published: readonly string[] | null;
}

/** Those the actor may see exports of: the ones in use by name, then deleted ones that were exported from. */
export async function coverageSources(tx: Tx, actor: Actor): Promise<CoverageSource[]> {
  const inUse = (await listSources(tx, actor.tenantId)).map((one) => ({ ...one, key: one.name, deletedAt: null, published: null }));
  const deleted = (await listDeletedSources(tx, actor.tenantId)).map((one) => ({
    ...one,
    key: `${one.name} (– ${minuteOf(one.deletedAt)})`,
    published: one.types,
  }));
  return [...inUse, ...deleted].filter((one) => may(actor, 'exports.see', one.catalog));
}

/** The same with their types, for whoever asks for a calendar of each. */
export async function listCoverageSources(services: Services, actor: Actor): Promise<CoverageSourcesView> {
  requirePermission(actor, 'exports.see');
  const sources = await inTenant(services.database, actor.tenantId, (tx) => coverageSources(tx, actor));
  const items = sources.map(({ key, catalog, deletedAt, published }) => ({
    source: key,
    deletedAt: deletedAt?.toISOString() ?? null,
    // What was never exported of a deleted one never will be: its calendar would hold nothing but gaps.
    types: services.connectors
      .describe(catalog)
      .filter(({ type }) => published === null || published.includes(type))
      .map(({ type, hasTime }) => ({ type, hasTime })),
  }));
  return { items };
}

/** UTC. */
function minuteOf(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
