import { randomUUID } from 'node:crypto';
import type { SourceDetailView } from '../contract/source.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { changedFields, parseSourceDraft, type SourceDraft, type SourceFacts } from '../domain/source-draft.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { countRequestsOn } from '../records/data-requests/steps.ts';
import { hasHistory, jobsOfSource, listSources, lockSource, markSourceDeleted, type SourceRecord, upsertSource } from '../records/sources.ts';
import { lockTenant } from '../records/tenants.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';
import { MOST_JOBS_NAMED, presentStoredSource, sealSecret, sealWriter, storedSettings } from './sources.ts';

/** Makes a source. Whether it answers is not asked. Error: `request.invalid` with all problems. */
export async function createSource(services: Services, actor: Actor, input: unknown): Promise<SourceDetailView> {
  requirePermission(actor, 'sources.change');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const draft = await readSourceDraft(services, tx, actor, input, null);
    const id = randomUUID();
    const sealedWriter = draft.writerPassword === null ? null : sealWriter(services, tenantId, id, draft.writerPassword);
    await upsertSource(tx, { ...recordOf(draft, tenantId, id), sealedSecret: sealSecret(services, tenantId, id, draft.password ?? ''), sealedWriter });
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'source.added', object: { kind: 'source', id }, detail: { catalog: draft.catalog } });
    return presentStoredSource(services, tx, actor, id);
  });
}

/**
 * Gives a source new settings; runs that have begun go on with the old ones. Without a password the stored one stays, as long as it is sent to the
 * same place. Errors: `not_found`, `version.required`, `version.mismatch`, `request.invalid` with all problems.
 */
export async function changeSource(services: Services, actor: Actor, id: string, version: number | null, input: unknown): Promise<SourceDetailView> {
  requirePermission(actor, 'sources.change');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const record = await lockVisible(tx, actor, id);
    if (version === null) throw new CodedError('version.required');
    if (version !== record.version) throw new CodedError('version.mismatch', { value: version, range: record.version });
    const draft = await readSourceDraft(services, tx, actor, input, record);
    const fields = changedFields({ ...record, ...storedSettings(record) }, draft);
    if (fields.length === 0) return presentStoredSource(services, tx, actor, id);
    const sealedSecret = draft.password === null ? record.sealedSecret : sealSecret(services, tenantId, id, draft.password);
    const keptWriter = draft.writerUser === null ? null : record.sealedWriter;
    const sealedWriter = draft.writerPassword === null ? keptWriter : sealWriter(services, tenantId, id, draft.writerPassword);
    await upsertSource(tx, { ...recordOf(draft, tenantId, id), sealedSecret, sealedWriter });
    const detail = { version: version + 1, fields: fields.join(' ') };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'source.changed', object: { kind: 'source', id }, detail });
    return presentStoredSource(services, tx, actor, id);
  });
}

/**
 * Deletes a source, its settings and its passwords. What was exported from it stays, with its name, until it expires.
 * Errors: `not_found`, `source.in_use` with the first of the jobs that use it, `source.in_requests` with the number of data requests that work on it.
 */
export async function deleteSource(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'sources.change');
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    await lockVisible(tx, actor, id);
    const jobs = await jobsOfSource(tx, tenantId, id, MOST_JOBS_NAMED);
    if (jobs.length > 0) throw new CodedError('source.in_use', { value: jobs });
    const requests = await countRequestsOn(tx, tenantId, id);
    if (requests > 0) throw new CodedError('source.in_requests', { value: requests });
    await markSourceDeleted(tx, tenantId, id);
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'source.deleted', object: { kind: 'source', id } });
  });
}

/** Part of a transaction. Error: `not_found`. */
async function lockVisible(tx: Tx, actor: Actor, id: string): Promise<SourceRecord> {
  const record = await lockSource(tx, actor.tenantId, id);
  if (!record || !may(actor, 'sources.see', record.catalog)) throw new CodedError('not_found');
  return record;
}

/** A draft as its author may see the world; `editing` is the source it changes, if it does. Error: `request.invalid` with all problems. */
export async function readSourceDraft(services: Services, tx: Tx, actor: Actor, input: unknown, editing: SourceRecord | null): Promise<SourceDraft> {
  const { kinds, catalogs } = services.connectors;
  const others = (await listSources(tx, actor.tenantId)).filter((one) => one.id !== editing?.id);
  const facts: SourceFacts = {
    connectors: kinds,
    catalogs,
    taken: others.map((one) => one.name),
    editing: editing && {
      ...storedSettings(editing),
      connector: editing.connector,
      catalog: editing.catalog,
      writerUser: editing.writerUser,
      hasHistory: await hasHistory(tx, actor.tenantId, editing.id),
    },
  };
  return parseSourceDraft(input, facts);
}

/** The settings of a draft as a connector takes them. */
export function settingsOf({ host, port, database, user, tls, caCertificate }: SourceDraft): Record<string, unknown> {
  return { host, port, database, user, tls, ...(caCertificate !== null && { caCertificate }) };
}

function recordOf(draft: SourceDraft, tenantId: string, id: string): Omit<SourceRecord, 'sealedSecret' | 'sealedWriter' | 'version' | 'createdAt'> {
  const { name, connector, catalog, writerUser, settleSeconds } = draft;
  return { id, tenantId, name, connector, catalog, settings: settingsOf(draft), writerUser, settleSeconds };
}
