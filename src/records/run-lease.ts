import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { deleteAttempt, endAttempt, endCrashedAttempts, insertAttempt, outcomesSince, type PhaseTime, writePhases } from './run-attempts.ts';
import type { AttemptCause, RunStatus, TimeLeftRecord } from './tables.ts';

/** Durable writes of a worker on its run. Each names the fence of the claim, so a stale worker changes nothing. */

export interface Claim {
  readonly tenantId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly fence: number;
  /** Attempts that were made before a person last retried the run: they count no more. */
  readonly attemptsBefore: number;
  /** How many of the attempts since then ended with the death of their worker. */
  readonly crashes: number;
  /** How far earlier attempts have shown it to be: it never goes back. */
  readonly percent: number;
}

/** Takes the run: counts the attempt and takes a new fence. Null when it has ended or does not exist. */
export async function claimRun(tx: Tx, tenantId: string, runId: string, worker: string | null = null): Promise<Claim | null> {
  const before = await tx
    .selectFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .where('status', 'in', ['queued', 'running'])
    .select(['attempt', 'attempts_before as attemptsBefore', 'retries', 'rows_done as rows', 'bytes_done as bytes', 'file_bytes as fileBytes'])
    .forUpdate()
    .executeTakeFirst();
  if (!before) return null;
  await endCrashedAttempts(tx, tenantId, runId, before);
  const outcomes = await outcomesSince(tx, tenantId, runId, before.attemptsBefore);
  const { attempt, fence, percent } = await tx
    .updateTable('run')
    .set({
      status: 'running',
      attempt: sql<number>`attempt + 1`,
      fence: sql<number>`nextval('run_fence')`,
      phase: 'connecting',
      rows_done: 0,
      bytes_done: 0,
      file_bytes: 0,
      percent: sql<number>`coalesce(percent, 0)`,
      time_left: null,
      rows_estimated: null,
      retry_at: null,
      error_code: null,
      error_value: null,
      started_at: sql<Date>`coalesce(started_at, udm_now())`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .returning(['attempt', 'fence', sql<number>`percent`.as('percent')])
    .executeTakeFirstOrThrow();
  await insertAttempt(tx, { tenantId, runId, attempt, fence, worker, cause: causeOf(outcomes.at(-1), before.retries) });
  const crashes = outcomes.filter((outcome) => outcome === 'crashed').length;
  return { tenantId, runId, attempt, fence, attemptsBefore: before.attemptsBefore, crashes, percent };
}

/** Why an attempt is made, by how the one before it ended and how often a person retried the run. */
function causeOf(before: string | undefined, retries: number): AttemptCause {
  if (before === undefined) return retries > 0 ? 'retry' : 'turn';
  return before === 'crashed' ? 'crash' : 'fault';
}

export interface ProgressWrite {
  readonly phase: string;
  readonly rows: number;
  readonly rowsEstimated: number | null;
  readonly bytes: number;
  readonly fileBytes: number;
  /** 0 to 99; what was shown before is not lowered. */
  readonly percent: number;
  readonly timeLeft: TimeLeftRecord;
  /** When they have changed. */
  readonly phases?: readonly PhaseTime[] | undefined;
}

/** Writes progress; says whether the claim still holds and whether somebody wants the run cancelled. */
export async function writeProgress(tx: Tx, claim: Claim, progress: ProgressWrite): Promise<'held' | 'cancel' | 'lost'> {
  const row = await tx
    .updateTable('run')
    .set({
      phase: progress.phase,
      rows_done: progress.rows,
      rows_estimated: progress.rowsEstimated,
      bytes_done: progress.bytes,
      file_bytes: progress.fileBytes,
      percent: sql<number>`greatest(percent, ${progress.percent}::smallint)`,
      time_left: JSON.stringify(progress.timeLeft),
    })
    .where('tenant_id', '=', claim.tenantId)
    .where('id', '=', claim.runId)
    .where('fence', '=', claim.fence)
    .where('status', '=', 'running')
    .returning('cancel_requested_at as cancelRequestedAt')
    .executeTakeFirst();
  if (!row) return 'lost';
  if (progress.phases) await writePhases(tx, claim, progress.phases);
  return row.cancelRequestedAt ? 'cancel' : 'held';
}

export interface RunEnd {
  readonly status: Extract<RunStatus, 'succeeded' | 'succeeded_no_data' | 'failed' | 'cancelled'>;
  readonly rows?: number;
  readonly bytes?: number;
  readonly fileBytes?: number;
  /** The source's clock when it was read: less the settle lag, the window counts as covered no farther, unless a chain closes it. */
  readonly sourceNow?: string;
  readonly errorCode?: string;
  readonly errorValue?: unknown;
  readonly phases?: readonly PhaseTime[];
  /** Rows that were guessed before they were read; null or left out when they were counted. */
  readonly rowsGuessed?: number | null;
}

function coveredTo(sourceNow: string) {
  return sql<Date>`CASE WHEN chain_id IS NULL THEN least(window_to, ${sourceNow}::timestamptz - make_interval(secs =>
    (SELECT settle_seconds FROM source WHERE source.tenant_id = run.tenant_id AND source.id = run.source_id))) ELSE window_to END`;
}

/** Ends the run, if the claim still holds; true when it did. */
export async function endRun(tx: Tx, claim: Claim, end: RunEnd): Promise<boolean> {
  const done = await tx
    .updateTable('run')
    .set({
      status: end.status,
      phase: 'done',
      finished_at: sql<Date>`udm_now()`,
      time_left: null,
      error_code: end.errorCode ?? null,
      error_value: end.errorValue === undefined ? null : JSON.stringify(end.errorValue),
      ...(end.sourceNow === undefined ? {} : { covered_to: coveredTo(end.sourceNow) }),
      ...(end.rows === undefined ? {} : { rows_done: end.rows, rows_estimated: end.rows }),
      ...(end.bytes === undefined ? {} : { bytes_done: end.bytes }),
      ...(end.fileBytes === undefined ? {} : { file_bytes: end.fileBytes }),
    })
    .where('tenant_id', '=', claim.tenantId)
    .where('id', '=', claim.runId)
    .where('fence', '=', claim.fence)
    .where('status', '=', 'running')
    .returning(['rows_done as rows', 'bytes_done as bytes', 'file_bytes as fileBytes'])
    .executeTakeFirst();
  if (!done) return false;
  const { status: outcome, errorCode = null, errorValue, phases, rowsGuessed = null } = end;
  await endAttempt(tx, claim, { outcome, errorCode, errorValue, phases, rowsGuessed, reached: done });
  return true;
}

export interface Postponement {
  readonly seconds: number;
  readonly errorCode: string;
  readonly errorValue?: unknown;
  readonly phases?: readonly PhaseTime[];
}

/** Ends the attempt and lets its run wait for the next one; false when the claim holds no more, or somebody wants the run cancelled. */
export async function postponeRun(tx: Tx, claim: Claim, { seconds, errorCode, errorValue, phases }: Postponement): Promise<boolean> {
  const done = await tx
    .updateTable('run')
    .set({
      status: 'queued',
      phase: 'waiting',
      time_left: null,
      retry_at: sql<Date>`udm_now() + make_interval(secs => ${seconds})`,
      error_code: errorCode,
      error_value: errorValue === undefined ? null : JSON.stringify(errorValue),
    })
    .where('tenant_id', '=', claim.tenantId)
    .where('id', '=', claim.runId)
    .where('fence', '=', claim.fence)
    .where('status', '=', 'running')
    .where('cancel_requested_at', 'is', null)
    .returning(['rows_done as rows', 'bytes_done as bytes', 'file_bytes as fileBytes'])
    .executeTakeFirst();
  if (!done) return false;
  await endAttempt(tx, claim, { outcome: 'failed', errorCode, errorValue, phases, rowsGuessed: null, reached: done });
  return true;
}

/** Whether somebody wants the run of this claim cancelled. */
export async function isCancelWished(tx: Tx, { tenantId, runId, fence }: Claim): Promise<boolean> {
  const found = await tx
    .selectFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', runId)
    .where('fence', '=', fence)
    .where('cancel_requested_at', 'is not', null)
    .select('id')
    .executeTakeFirst();
  return found !== undefined;
}

/** Gives the run back as it was before the claim, if the claim still holds: the attempt was no fault of the run. */
export async function releaseRun(tx: Tx, claim: Claim): Promise<void> {
  const given = await tx
    .updateTable('run')
    .set({ status: 'queued', phase: 'waiting', attempt: claim.attempt - 1, fence: sql<number>`nextval('run_fence')`, time_left: null })
    .where('tenant_id', '=', claim.tenantId)
    .where('id', '=', claim.runId)
    .where('fence', '=', claim.fence)
    .where('status', '=', 'running')
    .executeTakeFirst();
  if (given.numUpdatedRows === 0n) return;
  await deleteAttempt(tx, claim);
}

/** (tenant, run) of every run that has not ended, of all tenants: for recovery after a crash. */
export async function findOpenRuns(database: Database): Promise<{ tenantId: string; runId: string }[]> {
  const found = await sql<{ tenantId: string; runId: string }>`SELECT tenant_id AS "tenantId", run_id AS "runId" FROM udm_find_open_runs()`.execute(database);
  return found.rows;
}
