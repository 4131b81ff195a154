import type { CoverageView } from '../contract/coverage.ts';
import { coverageOf, type CoverageStretch, isComplete, isExactlyOnce, type PublishedWindow } from '../domain/coverage.ts';
import { parseTimestamp, utcText } from '../domain/moment.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { ProblemList } from '../domain/problem-list.ts';
import { listChainEdges, listGoingChains } from '../records/chains.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { listPublishedWindows } from '../records/published-windows.ts';
import { type CoverageSource, coverageSources } from './coverage-sources.ts';
import type { Services } from './services.ts';

const MOST_AHEAD = 1_000;

export interface CoverageRequest {
  /** Its name; of a deleted one as `coverageSources` calls it. */
  readonly source: string;
  readonly type: string;
  /** All of the type when left out. */
  readonly entityTypes?: readonly string[] | undefined;
  /** Timestamps with offset, half-open. */
  readonly from: string;
  readonly to: string;
}

/**
 * Which stretches of source time sit in live artifacts, in expired ones, in none, in two: over all runs of a source and type.
 * Error: `request.invalid` with `source.unknown`, `type.not_supported`, `entity_types.unknown`, `timestamp.*`, `range.order`.
 */
export async function readCoverage(services: Services, actor: Actor, request: CoverageRequest): Promise<CoverageView> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const asked = await readQuestion(services, tx, actor, request);
    const { stretches, entityTypes } = await coverageIn(services, tx, actor, asked, 'published');
    return {
      source: request.source,
      type: request.type,
      entityTypes: [...entityTypes],
      from: asked.from,
      to: asked.to,
      stretches: stretches.map((one) => ({ ...one, runs: [...one.runs] })),
      ahead: await aheadIn(tx, actor, asked),
      settledTo: await settledTo(tx, asked),
      complete: isComplete(stretches),
      exactlyOnce: isExactlyOnce(stretches),
    };
  });
}

export interface CoverageGround {
  readonly sourceId: string;
  readonly catalog: string;
  /** The job that is about to run more. */
  readonly jobId?: string;
  readonly type: string;
  /** Null: all of the type. */
  readonly entityTypes: readonly string[] | null;
  /** UTC, half-open. */
  readonly from: string;
  readonly to: string;
}

/** `ahead` counts what waits, is going, or will come by a chain as published already: for whoever is about to plan more. */
export async function coverageIn(
  services: Services,
  tx: Tx,
  actor: Actor,
  ground: CoverageGround,
  count: 'published' | 'ahead',
): Promise<{ stretches: CoverageStretch[]; entityTypes: readonly string[] }> {
  const known = services.connectors.describe(ground.catalog).find((one) => one.type === ground.type)?.entityTypes ?? [];
  const windows = await listPublishedWindows(tx, actor.tenantId, { sourceId: ground.sourceId, type: ground.type, from: ground.from, to: ground.to });
  const counted: PublishedWindow[] =
    count === 'ahead' ? [...windows.map(asPublished), ...(await promised(tx, actor, ground))] : windows.filter((one) => !one.ahead);
  const stretches = coverageOf(counted, { range: { from: ground.from, to: ground.to }, entityTypes: ground.entityTypes, allEntityTypes: known });
  return { stretches, entityTypes: ground.entityTypes ?? known };
}

/** What will come without anybody's doing, and what a suspended job holds back: runs by their windows, chains from their edges on. */
async function aheadIn(tx: Tx, actor: Actor, { sourceId, type, from, to, entityTypes }: CoverageGround): Promise<CoverageView['ahead']> {
  const concerns = (names: readonly string[] | null) => names === null || entityTypes === null || names.some((name) => entityTypes.includes(name));
  const windows = await listPublishedWindows(tx, actor.tenantId, { sourceId, type, from, to });
  const runs = windows.filter((one) => one.ahead && concerns(one.entityTypes));
  const chains = (await listChainEdges(tx, actor.tenantId, sourceId, type)).filter((one) => concerns(one.entityTypes));
  const all: CoverageView['ahead'] = [
    ...runs.map(({ window, runId }) => ({ ...window, by: 'run' as const, run: runId })),
    ...chains.map(({ edge, goes }) => ({ from: edge, to: null, by: goes ? ('chain' as const) : ('paused' as const), run: null })),
  ];
  return all.slice(0, MOST_AHEAD);
}

/** The clock, or the end of a source that was deleted, less its settle lag: rows of an earlier time are visible. */
async function settledTo(tx: Tx, { settleSeconds, deletedAt }: Pick<CoverageSource, 'settleSeconds' | 'deletedAt'>): Promise<string> {
  const end = deletedAt?.getTime() ?? Date.parse(await databaseNow(tx));
  return new Date(end - settleSeconds * 1_000).toISOString();
}

/** What waits or is going counts as published. */
function asPublished<T extends PublishedWindow & { readonly ahead: boolean }>(one: T): PublishedWindow {
  return one.ahead ? { ...one, live: true, holdsData: true } : one;
}

/** What the chains of jobs will publish from their edges on. */
async function promised(tx: Tx, actor: Actor, ground: CoverageGround): Promise<PublishedWindow[]> {
  const chains = await listGoingChains(tx, actor.tenantId, ground.sourceId, ground.type, ground.jobId ?? '');
  return chains.map(({ edge, entityTypes }) => ({ runId: '', window: { from: edge, to: null }, entityTypes, live: true, holdsData: true }));
}

async function readQuestion(
  services: Services,
  tx: Tx,
  actor: Actor,
  request: CoverageRequest,
): Promise<CoverageGround & Pick<CoverageSource, 'settleSeconds' | 'deletedAt'>> {
  const problems = new ProblemList();
  const sources = await coverageSources(tx, actor);
  const source = sources.find((one) => one.key === request.source);
  if (!source)
    problems.add(
      'source.unknown',
      'source',
      request.source,
      sources.map((one) => one.key),
    );
  const types = source ? services.connectors.describe(source.catalog) : [];
  const type = types.find((one) => one.type === request.type);
  if (source && !type)
    problems.add(
      'type.not_supported',
      'type',
      request.type,
      types.map((one) => one.type),
    );
  for (const [index, name] of (request.entityTypes ?? []).entries()) {
    if (type && !type.entityTypes.includes(name)) problems.add('entity_types.unknown', `entityTypes[${index}]`, name, type.entityTypes);
  }
  const range = readRange(request, problems);
  problems.refuse();
  const entityTypes = request.entityTypes && request.entityTypes.length > 0 ? request.entityTypes : null;
  const { id: sourceId = '', catalog = '', settleSeconds = 0, deletedAt = null } = source ?? {};
  return { sourceId, catalog, settleSeconds, deletedAt, type: request.type, entityTypes, ...range };
}

/** Reads a half-open range of timestamps with offset; adds what is wrong to `problems`. */
export function readRange(sent: { readonly from: unknown; readonly to: unknown }, problems: ProblemList, prefix = ''): { from: string; to: string } {
  const from = parseTimestamp(sent.from, `${prefix}from`, problems);
  const to = parseTimestamp(sent.to, `${prefix}to`, problems);
  if (from && to && from.epochNanoseconds >= to.epochNanoseconds) problems.add('range.order', `${prefix}to`, sent.to, { after: utcText(from) });
  return { from: from ? utcText(from) : '', to: to ? utcText(to) : '' };
}
