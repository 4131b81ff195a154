import { type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import type { AttemptCause } from './tables.ts';

/** The attempts of a run: who worked on it, how long each phase took, how far it came and why it ended. */

/** How long an attempt was in one phase. */
export interface PhaseTime {
  readonly phase: string;
  readonly milliseconds: number;
}

export interface AttemptRecord {
  readonly attempt: number;
  readonly cause: AttemptCause;
  readonly worker: string | null;
  readonly startedAt: Date;
  /** Null while it goes on. */
  readonly finishedAt: Date | null;
  /** How the run ended with it, or crashed; null while it goes on. */
  readonly outcome: string | null;
  readonly errorCode: string | null;
  readonly errorValue: unknown;
  readonly phases: readonly PhaseTime[];
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly fileBytes: number | null;
}

/** Which attempt of which run. */
export interface AttemptKey {
  readonly tenantId: string;
  readonly runId: string;
  readonly attempt: number;
}

/** How much an attempt had read and written. */
export interface Reached {
  readonly rows: number;
  readonly bytes: number;
  readonly fileBytes: number;
}

export interface AttemptBegin extends AttemptKey {
  readonly fence: number;
  readonly cause: AttemptCause;
  readonly worker: string | null;
}

export async function insertAttempt(tx: Tx, begin: AttemptBegin): Promise<void> {
  const { tenantId, runId, attempt, fence, cause, worker } = begin;
  await tx
    .insertInto('run_attempt')
    .values({ tenant_id: tenantId, run_id: runId, attempt, fence, cause, worker, phases: '[]', finished_at: null, outcome: null, error_code: null })
    .execute();
}

/** What its worker left unfinished when it died. */
export async function endCrashedAttempts(tx: Tx, tenantId: string, runId: string, reached: Reached): Promise<void> {
  await tx
    .updateTable('run_attempt')
    .set({ finished_at: sql<Date>`udm_now()`, outcome: 'crashed', error_code: 'run.crashed', ...columnsOf(reached) })
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .where('finished_at', 'is', null)
    .execute();
}

/** How the attempts after number `after` ended, in their order. */
export async function outcomesSince(tx: Tx, tenantId: string, runId: string, after: number): Promise<string[]> {
  const found = await tx
    .selectFrom('run_attempt')
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .where('attempt', '>', after)
    .where('outcome', 'is not', null)
    .orderBy('attempt')
    .select('outcome')
    .execute();
  return found.map(({ outcome }) => outcome as string);
}

export async function writePhases(tx: Tx, key: AttemptKey, phases: readonly PhaseTime[]): Promise<void> {
  await attemptOf(tx, key)
    .set({ phases: JSON.stringify(phases) })
    .execute();
}

export interface AttemptEnd {
  readonly outcome: string;
  readonly errorCode: string | null;
  readonly errorValue?: unknown;
  /** Left out: those written while it went on stay. */
  readonly phases?: readonly PhaseTime[] | undefined;
  readonly rowsGuessed: number | null;
  readonly reached: Reached;
}

export async function endAttempt(tx: Tx, key: AttemptKey, end: AttemptEnd): Promise<void> {
  await attemptOf(tx, key)
    .set({
      finished_at: sql<Date>`udm_now()`,
      outcome: end.outcome,
      error_code: end.errorCode,
      rows_guessed: end.rowsGuessed,
      error_value: end.errorValue === undefined ? null : JSON.stringify(end.errorValue),
      ...(end.phases && { phases: JSON.stringify(end.phases) }),
      ...columnsOf(end.reached),
    })
    .execute();
}

/** An attempt that is not to count leaves no trace. */
export async function deleteAttempt(tx: Tx, { tenantId, runId, attempt }: AttemptKey): Promise<void> {
  await tx.deleteFrom('run_attempt').where('tenant_id', '=', tenantId).where('run_id', '=', runId).where('attempt', '=', attempt).execute();
}

/** The attempts of a run, the first one first. */
export async function listAttempts(tx: Tx, tenantId: string, runId: string): Promise<AttemptRecord[]> {
  return tx
    .selectFrom('run_attempt')
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .orderBy('attempt')
    .select([
      'attempt',
      'cause',
      'worker',
      'started_at as startedAt',
      'finished_at as finishedAt',
      'outcome',
      'error_code as errorCode',
      'error_value as errorValue',
      sql<PhaseTime[]>`phases`.as('phases'),
      'row_count as rows',
      'bytes',
      'file_bytes as fileBytes',
    ])
    .execute();
}

function attemptOf(tx: Tx, { tenantId, runId, attempt }: AttemptKey) {
  return tx.updateTable('run_attempt').where(sql<SqlBool>`tenant_id = ${tenantId} AND run_id = ${runId} AND attempt = ${attempt}`);
}

const columnsOf = ({ rows, bytes, fileBytes }: Reached) => ({ row_count: rows, bytes, file_bytes: fileBytes });
