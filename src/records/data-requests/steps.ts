import { sql } from 'kysely';
import type { RequestState } from '../../domain/data-requests/states.ts';
import { ERRORS } from '../../errors.ts';
import type { Database, Tx } from '../database.ts';

/** `person`: who is meant, over all sources at once; the others are one for each source. */
export type StepPhase = 'person' | 'discovery' | 'erase' | 'rectify' | 'collect' | 'research_1' | 'research_2';

/** Which step it is. */
export interface StepName {
  readonly tenantId: string;
  readonly requestId: string;
  readonly phase: StepPhase;
  readonly round: number;
  /** Null: all sources. */
  readonly sourceId: string | null;
}

/** An attempt at a step. */
export interface StepLease extends StepName {
  readonly fence: number;
  readonly attempt: number;
}

export interface StepRecord {
  readonly phase: StepPhase;
  readonly round: number;
  readonly sourceId: string | null;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly attempt: number;
  readonly counts: unknown;
  readonly errorCode: string | null;
  readonly errorValue: unknown;
}

/** Whoever works on a step has it so long without a sign of life. */
const LEASE = sql`interval '30 seconds'`;
/** No step is put off longer, save until somebody releases it: such a time was written by a clock that was ahead. */
const LONGEST = sql`interval '2 days'`;

/** All steps of a phase at once: one for each source. Those that exist already stay. `held`: until `releaseSteps`; an instant: not before. */
export async function insertSteps(
  tx: Tx,
  name: Omit<StepName, 'sourceId'>,
  sourceIds: readonly (string | null)[],
  how: 'ready' | 'held' | Date,
): Promise<void> {
  if (sourceIds.length === 0) return;
  const { tenantId, requestId, phase, round } = name;
  const until = how === 'held' ? sql<Date>`'infinity'::timestamptz` : how === 'ready' ? null : how;
  await tx
    .insertInto('data_request_step')
    .values(sourceIds.map((source) => ({ tenant_id: tenantId, request_id: requestId, phase, round, source_id: source, counts: '{}', leased_until: until })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Lets held steps of a phase be worked on. */
export async function releaseSteps(tx: Tx, { tenantId, requestId, phase, round }: Omit<StepName, 'sourceId'>): Promise<void> {
  await tx
    .updateTable('data_request_step')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('phase', '=', phase)
    .where('round', '=', round)
    .where('state', '=', 'waiting')
    .set({ leased_until: null })
    .execute();
}

/** Nobody has it, and its time has come. */
const isFree = sql<boolean>`(leased_until IS NULL OR leased_until <= udm_now() OR (leased_until > udm_now() + ${LONGEST} AND leased_until < 'infinity'))`;

/** Steps of a request that somebody can work on now. */
export async function dueSteps(tx: Tx, tenantId: string, requestId: string): Promise<StepName[]> {
  return tx
    .selectFrom('data_request_step')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('state', 'in', ['waiting', 'running'])
    .where(isFree)
    .select(['tenant_id as tenantId', 'request_id as requestId', sql<StepPhase>`phase`.as('phase'), 'round', 'source_id as sourceId'])
    .execute();
}

/** The steps of a phase in one round. */
export async function readSteps(tx: Tx, tenantId: string, requestId: string, phase: StepPhase, round: number): Promise<StepRecord[]> {
  const rows = await tx
    .selectFrom('data_request_step')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('phase', '=', phase)
    .where('round', '=', round)
    .select(['round', 'source_id as sourceId', 'state', 'attempt', 'counts', 'error_code as errorCode', 'error_value as errorValue'])
    .orderBy('source_id')
    .execute();
  return rows.map((row) => ({ ...row, phase }));
}

/** How often a phase was begun. */
export async function countRounds(tx: Tx, tenantId: string, requestId: string, phase: StepPhase): Promise<number> {
  const { rounds } = await tx
    .selectFrom('data_request_step')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('phase', '=', phase)
    .select(sql<number>`count(DISTINCT round)`.as('rounds'))
    .executeTakeFirstOrThrow();
  return rounds;
}

/** Codes of causes that pass by themselves. */
const PASSING = Object.entries(ERRORS).flatMap(([code, { permanent }]) => (permanent ? [] : [code]));

/**
 * Lets steps of the round that failed an hour ago or longer be tried again, or those that failed with this code; whether there are any. Of a discovery
 * those alone whose cause may have passed: it changes nothing, and an officer begins it anew when a lasting one is mended.
 */
export async function retryFailedSteps(
  tx: Tx,
  request: { readonly tenantId: string; readonly id: string; readonly round: number; readonly state: RequestState },
  code: string | null = null,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('data_request_step')
    .where('tenant_id', '=', request.tenantId)
    .where('request_id', '=', request.id)
    .where('round', '=', request.round)
    .where((eb) => (request.state === 'discovery' ? eb('error_code', 'in', PASSING) : eb('phase', 'not in', ['person', 'discovery'])))
    .where('state', '=', 'failed')
    .where(code === null ? sql<boolean>`finished_at <= udm_now() - interval '1 hour'` : sql<boolean>`error_code = ${code}`)
    .set({ state: 'waiting', attempt: 0, leased_until: null, finished_at: null, error_code: null, error_value: null })
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Why the step of the round failed that did so first, as a request says it; nulls: none did. */
export async function readFailure(
  tx: Tx,
  request: { readonly tenantId: string; readonly id: string; readonly round: number },
): Promise<{ error_code: string | null; error_value: string | null }> {
  const row = await tx
    .selectFrom('data_request_step')
    .where('tenant_id', '=', request.tenantId)
    .where('request_id', '=', request.id)
    .where('round', '=', request.round)
    .where('state', '=', 'failed')
    .select(['error_code', sql<string | null>`error_value::text`.as('error_value')])
    .orderBy('finished_at')
    .executeTakeFirst();
  return row ?? { error_code: null, error_value: null };
}

/** Steps of the work of the round that are not done, each with the name of its source. */
export async function readUndoneWork(
  tx: Tx,
  request: { readonly tenantId: string; readonly id: string; readonly round: number },
): Promise<{ source: string; state: 'waiting' | 'running' | 'failed' }[]> {
  const { rows } = await sql<{ source: string; state: 'waiting' | 'running' | 'failed' }>`
    SELECT source.name AS source, step.state
      FROM data_request_step step JOIN source ON source.tenant_id = step.tenant_id AND source.id = step.source_id
     WHERE step.tenant_id = ${request.tenantId} AND step.request_id = ${request.id} AND step.round = ${request.round}
       AND step.phase IN ('erase', 'rectify', 'research_1', 'research_2') AND step.state <> 'done'
     ORDER BY source.name`.execute(tx);
  return rows;
}

/** Open requests whose discovery looked through the source and that rely on what it found. */
export async function countRequestsOn(tx: Tx, tenantId: string, sourceId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('data_request')
    .where('tenant_id', '=', tenantId)
    .where('state', 'in', ['approval', 'waiting', 'running', 'verified'])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('data_request_step')
          .whereRef('data_request_step.tenant_id', '=', 'data_request.tenant_id')
          .whereRef('data_request_step.request_id', '=', 'data_request.id')
          .whereRef('data_request_step.round', '=', 'data_request.round')
          .where('data_request_step.source_id', '=', sourceId)
          .select('data_request_step.source_id'),
      ),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export interface StepProgress {
  readonly phase: string | null;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** At the pace so far; null: nobody can tell. */
  readonly secondsLeft: number | null;
  /** When the next step is due that waits for its time. */
  readonly nextAt: Date | null;
}

const NOTHING: StepProgress = { phase: null, total: 0, done: 0, failed: 0, secondsLeft: null, nextAt: null };

/** The phase that was begun last, and how far it is. */
export async function readProgress(tx: Tx, tenantId: string, requestId: string): Promise<StepProgress> {
  const { rows } = await sql<StepProgress>`
    SELECT phase, total, done, failed, "nextAt",
           CASE WHEN done > 0 AND done < total AND "nextAt" IS NULL THEN ceil(extract(epoch FROM udm_now() - began) * (total - done) / done)::int END AS "secondsLeft"
      FROM (
        SELECT phase, round, count(*) AS total, count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE state = 'failed') AS failed,
               min(started_at) AS began, min(leased_until) FILTER (WHERE state = 'waiting' AND leased_until > udm_now() AND isfinite(leased_until)) AS "nextAt"
          FROM data_request_step WHERE tenant_id = ${tenantId} AND request_id = ${requestId}
         GROUP BY phase, round) AS phases
     ORDER BY array_position(ARRAY['person', 'discovery', 'erase', 'rectify', 'collect', 'research_1', 'research_2'], phase) DESC, round DESC LIMIT 1`.execute(
    tx,
  );
  return rows[0] ?? NOTHING;
}

/** Takes a step that waits, or that somebody left; null: another has it, or it is done. */
export async function claimStep(tx: Tx, name: StepName): Promise<StepLease | null> {
  const { rows } = await sql<{ fence: number; attempt: number }>`
    UPDATE data_request_step
       SET state = 'running', fence = fence + 1, attempt = attempt + 1, leased_until = udm_now() + ${LEASE}, started_at = coalesce(started_at, udm_now()),
           error_code = NULL, error_value = NULL
     WHERE tenant_id = ${name.tenantId} AND request_id = ${name.requestId} AND phase = ${name.phase} AND round = ${name.round} AND source_id IS NOT DISTINCT FROM ${name.sourceId}::uuid
       AND state IN ('waiting', 'running') AND ${isFree}
    RETURNING fence, attempt`.execute(tx);
  return rows[0] ? { ...name, ...rows[0] } : null;
}

/** A sign of life; false: somebody else has the step by now, or it is over. */
export async function extendStep(tx: Tx, lease: StepLease): Promise<boolean> {
  const { numAffectedRows } = await sql`UPDATE data_request_step SET leased_until = udm_now() + ${LEASE} WHERE ${isHeld(lease)}`.execute(tx);
  return numAffectedRows === 1n;
}

/** Ends an attempt; false when it is an older one, and then nothing of it counts. `waiting`: to be tried again after so many seconds. */
export async function endStep(
  tx: Tx,
  lease: StepLease,
  end: {
    readonly state: 'done' | 'failed' | 'waiting';
    readonly inSeconds?: number;
    readonly counts?: unknown;
    readonly code?: string;
    readonly value?: unknown;
  },
): Promise<boolean> {
  const value = end.value === undefined ? null : JSON.stringify(end.value);
  const { numAffectedRows } = await sql`
    UPDATE data_request_step
       SET state = ${end.state}, counts = ${JSON.stringify(end.counts ?? {})}::jsonb, error_code = ${end.code ?? null}, error_value = ${value}::jsonb,
           leased_until = CASE WHEN ${end.state} = 'waiting' THEN udm_now() + make_interval(secs => ${end.inSeconds ?? 0}) END,
           finished_at = CASE WHEN ${end.state} = 'waiting' THEN NULL ELSE udm_now() END
     WHERE ${isHeld(lease)}`.execute(tx);
  return numAffectedRows === 1n;
}

function isHeld(lease: StepLease) {
  return sql`tenant_id = ${lease.tenantId} AND request_id = ${lease.requestId} AND phase = ${lease.phase} AND round = ${lease.round}
    AND source_id IS NOT DISTINCT FROM ${lease.sourceId}::uuid AND fence = ${lease.fence} AND state = 'running'`;
}

/** Requests that time moves on, or whose steps wait, were left by a worker that died, or are to be tried again; before any tenant is set. */
export async function findDueRequests(database: Database): Promise<{ tenantId: string; requestId: string }[]> {
  const { rows } = await sql<{ tenantId: string; requestId: string }>`
    SELECT tenant_id AS "tenantId", request_id AS "requestId" FROM udm_find_due_requests(${PASSING}::text[])`.execute(database);
  return rows;
}
