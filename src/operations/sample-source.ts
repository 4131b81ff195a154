import type { SampleView, TypeFieldsView } from '../contract/source.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { ProblemList } from '../domain/problem-list.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { listSources, type SourceRecord } from '../records/sources.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';
import { connectorOf } from './sources.ts';

const SAMPLE_ROWS = 10;

/** What the lines of a type hold, by the catalog; the source is not asked. Error: `not_found` for the source and the type. */
export async function readFields(services: Services, actor: Actor, sourceName: string, type: string): Promise<TypeFieldsView> {
  requirePermission(actor, 'sources.see');
  const source = await inTenant(services.database, actor.tenantId, (tx) => visibleSource(tx, actor, sourceName));
  const found = services.connectors.fields(source.catalog, type);
  if (!found) throw new CodedError('not_found');
  const entityTypes = found.map(({ entityType, fields, attachments }) => ({
    entityType,
    fields: fields.map((one) => ({ ...one })),
    attachments: attachments.map((one) => ({ ...one })),
  }));
  return { source: source.name, type, entityTypes };
}

/**
 * The newest ten rows of each entity type, masked where they are read: only numbers, times and codes that tell of no person come
 * out of the source. Reading is on record before it begins. Errors: `not_found` for the source; `request.invalid` for the rest;
 * `source.*`.
 */
export async function sampleSource(
  services: Services,
  actor: Actor,
  sourceName: string,
  { type, entityTypes }: { readonly type: string; readonly entityTypes: 'all' | readonly string[] },
  signal: AbortSignal,
): Promise<SampleView> {
  requirePermission(actor, 'sources.sample');
  const { tenantId } = actor;
  const source = await inTenant(services.database, tenantId, async (tx) => {
    const found = await visibleSource(tx, actor, sourceName);
    requirePermission(actor, 'sources.sample', found.catalog);
    checkSubject(services, found, type, entityTypes);
    const object = { kind: 'source', id: found.id };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'source.sampled', object, detail: { type } });
    return found;
  });
  const request = { type, entityTypes: entityTypes === 'all' ? null : entityTypes, rows: SAMPLE_ROWS };
  const sample = await connectorOf(services, source).sample(request, signal);
  return { source: source.name, type, entityTypes: sample.map((one) => ({ entityType: one.entityType, rows: one.rows.map((row) => ({ ...row })) })) };
}

/** One that the actor may not see is as unknown as one that is not there. */
async function visibleSource(tx: Tx, actor: Actor, name: string): Promise<SourceRecord> {
  const found = (await listSources(tx, actor.tenantId)).find((one) => one.name === name && may(actor, 'sources.see', one.catalog));
  if (!found) throw new CodedError('not_found');
  return found;
}

function checkSubject(services: Services, { catalog }: SourceRecord, type: string, entityTypes: 'all' | readonly string[]): void {
  const problems = new ProblemList();
  const types = services.connectors.describe(catalog);
  const known = types.find((one) => one.type === type);
  if (!known)
    problems.add(
      'type.not_supported',
      'type',
      type,
      types.map((one) => one.type),
    );
  for (const [index, name] of (entityTypes === 'all' ? [] : entityTypes).entries()) {
    const isGood = !known || (known.entityTypes.includes(name) && entityTypes.indexOf(name) === index);
    if (!isGood) problems.add('entity_types.unknown', `entityTypes[${index}]`, name, known?.entityTypes);
  }
  problems.refuse();
}
