import { randomUUID } from 'node:crypto';
import type { SourceDetailView, SourceView } from '../contract/source.ts';
import { describeCa } from '../domain/ca-certificates.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { DEFAULT_SETTLE_SECONDS, isLoopback, type SourceDraft, type SourcePlace, TLS_CHOICES } from '../domain/source-draft.ts';
import { isSameName } from '../domain/text-checks.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { countOpenReplays, type OpenReplays } from '../records/data-requests/replays.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { jobsOfSource, listSources, readSource, type SourceRecord, type SourceUse, upsertSource, usesOfSources } from '../records/sources.ts';
import type { Source, SourceWriter } from '../sources/source.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';
import { openStoredSecret } from './stored-secret.ts';

/** So many jobs are named; whoever needs all of them has the list of jobs. */
export const MOST_JOBS_NAMED = 20;

export interface NewSource {
  readonly name: string;
  readonly connector: string;
  readonly catalog: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret: string;
  /** Account that may change rows; left out: none. */
  readonly writer?: { readonly user: string; readonly password: string };
  /** How long after its time a row may become visible, 0 to 2,678,400 seconds (31 days); 300 when left out. */
  readonly settleSeconds?: number;
}

/** Adds a source whose settings UDM itself made, or gives the one of that name new ones. Its password is sealed before it is stored. */
export async function addSource(services: Services, actor: Actor, source: NewSource): Promise<void> {
  requirePermission(actor, 'sources.change');
  services.connectors.describe(source.catalog);
  await inTenant(services.database, actor.tenantId, async (tx) => {
    const known = (await listSources(tx, actor.tenantId)).find((one) => isSameName(one.name, source.name));
    const id = known?.id ?? randomUUID();
    await upsertSource(tx, {
      id,
      tenantId: actor.tenantId,
      name: source.name,
      connector: source.connector,
      catalog: source.catalog,
      settings: source.settings,
      sealedSecret: sealSecret(services, actor.tenantId, id, source.secret),
      writerUser: source.writer?.user ?? null,
      sealedWriter: source.writer ? sealWriter(services, actor.tenantId, id, source.writer.password) : null,
      settleSeconds: source.settleSeconds ?? known?.settleSeconds ?? DEFAULT_SETTLE_SECONDS,
    });
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'source.added', object: { kind: 'source', id } });
  });
}

/** The sources the actor may export from, with all their settings but the password. */
export async function listSourcesFor(services: Services, actor: Actor): Promise<SourceView[]> {
  requirePermission(actor, 'sources.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const records = (await listSources(tx, actor.tenantId)).filter((one) => may(actor, 'sources.see', one.catalog));
    const uses = await usesOfSources(tx, actor.tenantId, null);
    const replays = await countOpenReplays(tx, actor.tenantId);
    return records.map((one) => presentSource(services, actor, one, { use: aboutSource(uses, one), replay: aboutSource(replays, one) }));
  });
}

/** One of them, with the jobs that use it. Error: `not_found`. */
export async function getSource(services: Services, actor: Actor, id: string): Promise<SourceDetailView> {
  requirePermission(actor, 'sources.see');
  return inTenant(services.database, actor.tenantId, (tx) => presentStoredSource(services, tx, actor, id));
}

/** The source of that name, capitals aside. Error: `not_found`. */
export async function findSourceByName(services: Services, actor: Actor, name: string): Promise<SourceDetailView> {
  const found = (await listSourcesFor(services, actor)).find((one) => isSameName(one.name, name));
  if (!found) throw new CodedError('not_found');
  return getSource(services, actor, found.id);
}

/** Part of a transaction. Error: `not_found`. */
export async function presentStoredSource(services: Services, tx: Tx, actor: Actor, id: string): Promise<SourceDetailView> {
  const record = await readSource(tx, actor.tenantId, id);
  if (!record || !may(actor, 'sources.see', record.catalog)) throw new CodedError('not_found');
  const [use] = await usesOfSources(tx, actor.tenantId, id);
  const replay = aboutSource(await countOpenReplays(tx, actor.tenantId), record);
  return { ...presentSource(services, actor, record, { use, replay }), usedBy: await jobsOfSource(tx, actor.tenantId, id, MOST_JOBS_NAMED) };
}

function aboutSource<T extends { readonly sourceId: string }>(all: readonly T[], { id }: SourceRecord): T | undefined {
  return all.find((one) => one.sourceId === id);
}

interface Standing {
  readonly use: SourceUse | undefined;
  readonly replay: OpenReplays | undefined;
}

function presentSource(services: Services, actor: Actor, record: SourceRecord, { use, replay }: Standing): SourceView {
  const settings = storedSettings(record);
  const mayChange = may(actor, 'sources.change');
  return {
    id: record.id,
    version: record.version,
    name: record.name,
    connector: record.connector,
    catalog: record.catalog,
    ...settings,
    writerUser: record.writerUser,
    ca: settings.caCertificate === null ? [] : describeCa(settings.caCertificate),
    settleSeconds: record.settleSeconds,
    types: services.connectors.describe(record.catalog).map(({ type, entityTypes, hasTime }) => ({ type, entityTypes: [...entityTypes], hasTime })),
    jobs: use?.jobs ?? 0,
    lastRun: use?.lastRun ?? null,
    createdAt: record.createdAt.toISOString(),
    warnings: warningsOf(settings),
    erasuresToRepeat: replay?.erasures ?? 0,
    erasuresHeld: replay?.held ?? 0,
    may: { change: mayChange, delete: mayChange && (use?.jobs ?? 0) === 0, replay: may(actor, 'erasures.replay') },
  };
}

/** What is stored of where it is; of a source from before TLS, none. */
export function storedSettings({ settings }: Pick<SourceRecord, 'settings'>): SourcePlace & Pick<SourceDraft, 'database' | 'user'> {
  const text = (name: string): string => (typeof settings[name] === 'string' ? settings[name] : '');
  return {
    host: text('host'),
    port: typeof settings['port'] === 'number' ? settings['port'] : 5_432,
    database: text('database'),
    user: text('user'),
    tls: TLS_CHOICES.find((one) => one === settings['tls']) ?? 'off',
    caCertificate: text('caCertificate') || null,
  };
}

/** What an administrator should know of the way to it. */
export function warningsOf({ host, tls, caCertificate }: SourcePlace): SourceView['warnings'] {
  if (tls === 'off' && !isLoopback(host)) return ['tls_off'];
  if (tls === 'required') return [caCertificate === null ? 'certificate_not_checked' : 'name_not_checked'];
  return [];
}

/** The connector of a stored source, with its password opened for this use. Error: `source.secret_unreadable`. */
export function connectorOf(services: Services, record: SourceRecord): Source {
  return services.connectors.open(record.connector, record.catalog, record.settings, openSecret(services, record));
}

/** The same with its account that may change rows, for data requests alone; without one the connector says so. Error: `source.secret_unreadable`. */
export function changingConnectorOf(services: Services, record: SourceRecord): Source {
  return services.connectors.open(record.connector, record.catalog, record.settings, openSecret(services, record), openWriter(services, record));
}

/** Null: there is none. Error: `source.secret_unreadable`. */
export function openWriter(services: Services, { writerUser, sealedWriter, tenantId, id, name: whose }: SourceRecord): SourceWriter | null {
  if (writerUser === null || sealedWriter === null) return null;
  const sealed = { sealed: sealedWriter, context: writerContext(tenantId, id), unreadable: 'source.secret_unreadable', whose } as const;
  return { user: writerUser, password: openStoredSecret(services, sealed) };
}

/** Error: `source.secret_unreadable`. */
export function openSecret(services: Services, { sealedSecret: sealed, tenantId, id, name: whose }: SourceRecord): string {
  return openStoredSecret(services, { sealed, context: sealContext(tenantId, id), unreadable: 'source.secret_unreadable', whose });
}

export function sealSecret(services: Services, tenantId: string, sourceId: string, secret: string): Buffer {
  return services.sealer.seal(secret, sealContext(tenantId, sourceId));
}

export function sealWriter(services: Services, tenantId: string, sourceId: string, password: string): Buffer {
  return services.sealer.seal(password, writerContext(tenantId, sourceId));
}

/** Not that of the password to read with: one can never be put in place of the other. */
function writerContext(tenantId: string, sourceId: string): string {
  return `source writer ${tenantId} ${sourceId}`;
}

function sealContext(tenantId: string, sourceId: string): string {
  return `source ${tenantId} ${sourceId}`;
}
