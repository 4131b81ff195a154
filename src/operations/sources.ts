import { randomUUID } from 'node:crypto';
import type { SourceView } from '../contract/source.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { listSources, type SourceRecord, upsertSource } from '../records/sources.ts';
import type { Source } from '../sources/source.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';

/** Long enough for a transaction of a contact centre to end and a clock to be a little off. */
export const DEFAULT_SETTLE_SECONDS = 300;

export interface NewSource {
  readonly name: string;
  readonly connector: string;
  readonly catalog: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret: string;
  /** How long after its time a row may become visible, 0 to 2,678,400 seconds (31 days); 300 when left out. */
  readonly settleSeconds?: number;
}

/** Adds a source, or gives the one of that name new settings. Its password is sealed before it is stored. */
export async function addSource(services: Services, actor: Actor, source: NewSource): Promise<void> {
  requirePermission(actor, 'sources.change');
  services.connectors.describe(source.catalog);
  await inTenant(services.database, actor.tenantId, async (tx) => {
    const known = (await listSources(tx, actor.tenantId)).find((one) => one.name === source.name);
    const id = known?.id ?? randomUUID();
    const sealedSecret = services.sealer.seal(source.secret, sealContext(actor.tenantId, id));
    await upsertSource(tx, {
      id,
      tenantId: actor.tenantId,
      name: source.name,
      connector: source.connector,
      catalog: source.catalog,
      settings: source.settings,
      sealedSecret,
      settleSeconds: source.settleSeconds ?? known?.settleSeconds ?? DEFAULT_SETTLE_SECONDS,
    });
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'source.added', object: { kind: 'source', id } });
  });
}

/** The sources the actor may export from. */
export async function listSourcesFor(services: Services, actor: Actor): Promise<SourceView[]> {
  requirePermission(actor, 'sources.see');
  const records = await inTenant(services.database, actor.tenantId, (tx) => listSources(tx, actor.tenantId));
  return records
    .filter((one) => may(actor, 'sources.see', one.catalog))
    .map((one) => ({
      id: one.id,
      name: one.name,
      connector: one.connector,
      catalog: one.catalog,
      settleSeconds: one.settleSeconds,
      types: describeTypes(services, one.catalog),
    }));
}

function describeTypes(services: Services, catalog: string): SourceView['types'] {
  return services.connectors.describe(catalog).map((type) => ({ type: type.type, entityTypes: [...type.entityTypes], hasTime: type.hasTime }));
}

/** The connector of a stored source, with its password opened for this use. */
export function connectorOf(services: Services, record: SourceRecord): Source {
  const secret = services.sealer.open(record.sealedSecret, sealContext(record.tenantId, record.id));
  return services.connectors.open(record.connector, record.catalog, record.settings, secret);
}

function sealContext(tenantId: string, sourceId: string): string {
  return `source ${tenantId} ${sourceId}`;
}
