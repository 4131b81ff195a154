import { sql } from 'kysely';
import type { QueuePlace } from '../domain/queue-place.ts';
import type { Tx } from './database.ts';
import { inOrder } from './page.ts';
import { readPlaces } from './queue-places.ts';
import type { RunStatus, RunTrigger, TimeLeftRecord } from './tables.ts';

export interface RunRecord {
  readonly id: string;
  readonly jobId: string | null;
  readonly jobTitle: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly catalog: string;
  readonly type: string;
  readonly entityTypes: string[] | null;
  readonly certificateIds: string[];
  readonly trigger: RunTrigger;
  readonly scheduledAt: Date;
  /** ISO 8601 with microseconds; null is open. */
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
  /** The ledger this run's window belongs to; null for all others. */
  readonly chainId: string | null;
  /** Late rows: those the source stored from here on. */
  readonly lateFrom: string | null;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly fence: number;
  readonly phase: string;
  readonly rowsDone: number;
  readonly rowsEstimated: number | null;
  readonly bytesDone: number;
  readonly fileBytes: number;
  readonly percent: number | null;
  readonly timeLeft: TimeLeftRecord | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  /** When it is tried again by itself. */
  readonly retryAt: Date | null;
  readonly errorCode: string | null;
  readonly errorValue: unknown;
  readonly fileNames: string[];
  readonly fileBytesTotal: number;
  /** How often a person ran it again. */
  readonly retries: number;
  /** Where a run that waits stands in line. */
  readonly place: QueuePlace | null;
  /** The later run that published what this one failed or missed to. */
  readonly supersededBy: string | null;
  /** Of a run of a chain that did not succeed: whether a retry could publish its window still. */
  readonly chainStanding: { readonly goesOn: boolean; readonly covered: boolean; readonly coveredAhead: boolean } | null;
}

const micro = (column: 'window_from' | 'window_to' | 'late_from') =>
  sql<string | null>`to_char(run.${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const chainStanding = sql<RunRecord['chainStanding']>`CASE WHEN run.chain_id IS NOT NULL AND run.status IN ('failed', 'cancelled', 'missed', 'suppressed') THEN
  (SELECT jsonb_build_object(
    'goesOn', coalesce(job.chain_id = chain.id AND job.date_range->>'kind' = 'since_previous', false),
    'covered', coalesce(chain.edge >= run.window_to, false),
    -- Asked in two, for each has its index.
    'coveredAhead', EXISTS (SELECT 1 FROM run o WHERE o.job_id = run.job_id AND o.chain_id = run.chain_id AND o.window_to >= run.window_to
        AND o.status IN ('queued', 'running'))
      OR EXISTS (SELECT 1 FROM run o WHERE o.job_id = run.job_id AND o.chain_id = run.chain_id AND o.window_to >= run.window_to AND o.status = 'scheduled'))
  FROM chain LEFT JOIN export_job job ON job.id = run.job_id WHERE chain.id = run.chain_id) END`;

function select(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('run')
    .innerJoin('source', 'source.id', 'run.source_id')
    .where('run.tenant_id', '=', tenantId)
    .where('run.hidden_at', 'is', null)
    .select([
      'run.id',
      'job_id as jobId',
      'job_title as jobTitle',
      'source_id as sourceId',
      'source_name as sourceName',
      'source.catalog',
      'run.type',
      'entity_types as entityTypes',
      'certificate_ids as certificateIds',
      'trigger',
      'scheduled_at as scheduledAt',
      'status',
      'attempt',
      'fence',
      'phase',
      'rows_done as rowsDone',
      'rows_estimated as rowsEstimated',
      'bytes_done as bytesDone',
      'file_bytes as fileBytes',
      'percent',
      sql<TimeLeftRecord | null>`run.time_left`.as('timeLeft'),
      'started_at as startedAt',
      'finished_at as finishedAt',
      'cancel_requested_at as cancelRequestedAt',
      'retry_at as retryAt',
      'error_code as errorCode',
      'error_value as errorValue',
      'chain_id as chainId',
      'retries',
      'superseded_by as supersededBy',
    ])
    .select([micro('window_from').as('windowFrom'), micro('window_to').as('windowTo'), micro('late_from').as('lateFrom')])
    .select(chainStanding.as('chainStanding'))
    .select(sql<string[]>`ARRAY(SELECT a.file_name FROM artifact a WHERE a.tenant_id = run.tenant_id AND a.run_id = run.id ORDER BY a.part)`.as('fileNames'))
    .select(sql<number>`(SELECT coalesce(sum(a.bytes), 0)::int8 FROM artifact a WHERE a.tenant_id = run.tenant_id AND a.run_id = run.id)`.as('fileBytesTotal'));
}

export async function readRun(tx: Tx, tenantId: string, id: string): Promise<RunRecord | null> {
  const rows = await select(tx, tenantId).where('run.id', '=', id).execute();
  return (await withPlaces(tx, tenantId, rows))[0] ?? null;
}

/** The job of a run; null when it has none, or is not there. */
export async function readJobOfRun(tx: Tx, tenantId: string, id: string): Promise<string | null> {
  const found = await tx.selectFrom('run').where('tenant_id', '=', tenantId).where('id', '=', id).select('job_id as jobId').executeTakeFirst();
  return found?.jobId ?? null;
}

/** Null when it is not there. */
export async function readRunStatus(tx: Tx, tenantId: string, id: string): Promise<RunStatus | null> {
  const found = await tx.selectFrom('run').where('tenant_id', '=', tenantId).where('id', '=', id).select('status').executeTakeFirst();
  return found?.status ?? null;
}

/** Runs that wait, with their places in line. */
async function withPlaces(tx: Tx, tenantId: string, rows: readonly Omit<RunRecord, 'place'>[]): Promise<RunRecord[]> {
  const waiting = rows.filter((row) => row.status === 'scheduled' || row.status === 'queued').map((row) => row.id);
  const places = await readPlaces(tx, tenantId, waiting);
  return rows.map((row) => ({ ...row, place: places.get(row.id) ?? null }));
}

/** These runs, in this order. */
export async function readRuns(tx: Tx, tenantId: string, ids: readonly string[]): Promise<RunRecord[]> {
  if (ids.length === 0) return [];
  const rows = await select(tx, tenantId)
    .where('run.id', 'in', [...ids])
    .execute();
  return inOrder(await withPlaces(tx, tenantId, rows), ids);
}

/** Marks the wish to cancel; a run that waits ends at once. Returns what was done, or null when the run has ended. */
export async function requestCancel(tx: Tx, tenantId: string, id: string): Promise<'requested' | 'cancelled' | null> {
  const queued = await tx
    .updateTable('run')
    .set({ status: 'cancelled', phase: 'done', finished_at: sql<Date>`udm_now()`, cancel_requested_at: sql<Date>`udm_now()`, retry_at: null })
    .set({ error_code: 'run.cancelled', error_value: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('status', 'in', ['scheduled', 'queued'])
    .executeTakeFirst();
  if (queued.numUpdatedRows > 0n) return 'cancelled';
  const running = await tx
    .updateTable('run')
    .set({ cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, udm_now())` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst();
  return running.numUpdatedRows > 0n ? 'requested' : null;
}

/** Tells listeners that a run changed; the note carries ids only and leaves with the commit. */
export async function announceRun(tx: Tx, tenantId: string, runId: string): Promise<void> {
  await announceRuns(tx, tenantId, [runId]);
}

/** The same for several runs. */
export async function announceRuns(tx: Tx, tenantId: string, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  await sql`SELECT pg_notify('udm_run', ${`${tenantId} `} || id) FROM unnest(${runIds}::text[]) AS id`.execute(tx);
}
