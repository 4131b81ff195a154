import { sql } from 'kysely';
import type { DateRange } from '../domain/date-range.ts';
import type { FileSettings } from '../domain/file-settings.ts';
import type { JobRun, MissedRuns } from '../domain/job-run.ts';
import type { Tx } from './database.ts';
import { inOrder } from './page.ts';

export interface RecipientRecord {
  readonly id: string;
  readonly label: string;
  readonly fingerprint: string;
  readonly notAfter: string;
}

export interface JobRecord extends FileSettings {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly catalog: string;
  readonly type: string;
  readonly entityTypes: string[] | null;
  readonly run: JobRun;
  readonly timeZone: string;
  readonly dateRange: DateRange;
  readonly missedRuns: MissedRuns;
  readonly state: 'active' | 'suspended';
  readonly submittedAt: Date | null;
  readonly nextRunAt: Date | null;
  readonly chainId: string | null;
  /** End of what the chain has published; null before its first window, and for jobs without a chain. */
  readonly exportedUpTo: string | null;
  readonly suppressedRuns: number;
  /** A run is queued or going. */
  readonly inProgress: boolean;
  readonly settleSeconds: number;
  /** The run that its list shows: the one that is going, else the newest. */
  readonly latestRunId: string | null;
  /** The database's clock when the record was read. */
  readonly readAt: Date;
  readonly owner: string;
  readonly createdAt: Date;
  readonly recipients: RecipientRecord[];
}

/** The edge, once it has moved from where the chain began. */
const published = sql<string | null>`(SELECT to_char(c.edge AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') FROM chain c
  WHERE c.tenant_id = job.tenant_id AND c.id = job.chain_id AND c.edge IS DISTINCT FROM c.data_from AND job.date_range->>'kind' = 'since_previous')`;
const suppressed = sql<number>`(SELECT count(*) FROM run r
  WHERE r.tenant_id = job.tenant_id AND r.job_id = job.id AND job.state = 'suspended' AND job.submitted_at IS NULL AND r.status = 'suppressed' AND r.suspension = job.suspensions)`;

function select(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('export_job as job')
    .innerJoin('source', 'source.id', 'job.source_id')
    .innerJoin('app_user', 'app_user.id', 'job.user_id')
    .where('job.tenant_id', '=', tenantId)
    .select([
      'job.id',
      'job.version',
      'title',
      'description',
      'source_id as sourceId',
      'source.name as sourceName',
      'source.catalog',
      'job.type',
      'entity_types as entityTypes',
      sql<JobRun>`job.run`.as('run'),
      'job.time_zone as timeZone',
      sql<DateRange>`job.date_range`.as('dateRange'),
      'job.missed_runs as missedRuns',
      'job.split_megabytes as splitMegabytes',
      'job.compression',
      'job.format',
      'job.csv_formulas as csvFormulas',
      'job.state',
      'job.submitted_at as submittedAt',
      'job.next_run_at as nextRunAt',
      'job.chain_id as chainId',
      'source.settle_seconds as settleSeconds',
      sql<Date>`udm_now()`.as('readAt'),
      published.as('exportedUpTo'),
      suppressed.as('suppressedRuns'),
      sql<boolean>`EXISTS (SELECT 1 FROM run r WHERE r.tenant_id = job.tenant_id AND r.job_id = job.id AND r.status IN ('queued', 'running'))`.as('inProgress'),
      sql<string | null>`(SELECT latest.run_id FROM job_latest latest WHERE latest.job_id = job.id)`.as('latestRunId'),
      'app_user.name as owner',
      'job.created_at as createdAt',
    ])
    .select(
      sql<
        RecipientRecord[]
      >`(SELECT coalesce(json_agg(json_build_object('id', c.id, 'label', c.label, 'fingerprint', c.fingerprint, 'notAfter', to_char(c.not_after AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY c.label), '[]')
        FROM job_recipient r JOIN certificate c ON c.id = r.certificate_id WHERE r.tenant_id = job.tenant_id AND r.job_id = job.id)`.as('recipients'),
    );
}

export async function readJob(tx: Tx, tenantId: string, id: string): Promise<JobRecord | null> {
  return (await select(tx, tenantId).where('job.id', '=', id).executeTakeFirst()) ?? null;
}

export async function countJobs(tx: Tx, tenantId: string): Promise<number> {
  const { count } = await tx.selectFrom('export_job').where('tenant_id', '=', tenantId).select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  return count;
}

/** These jobs, in this order. */
export async function readJobs(tx: Tx, tenantId: string, ids: readonly string[]): Promise<JobRecord[]> {
  if (ids.length === 0) return [];
  return inOrder(
    await select(tx, tenantId)
      .where('job.id', 'in', [...ids])
      .execute(),
    ids,
  );
}

/** A job as its author settled it. */
export interface JobSettings extends FileSettings {
  readonly title: string;
  readonly description: string;
  readonly sourceId: string;
  readonly type: string;
  readonly entityTypes: readonly string[] | null;
  readonly run: JobRun;
  readonly timeZone: string;
  readonly dateRange: DateRange;
  readonly missedRuns: MissedRuns;
  readonly recipients: readonly string[];
  /** A job that starts immediately is stored suspended at once and never leaves that state. */
  readonly submitted: boolean;
  /** Every occurrence up to it has its row, or belongs to settings of before. */
  readonly plannedUntil: Date;
  readonly nextRunAt: Date | null;
}

interface NewJob extends JobSettings {
  readonly tenantId: string;
  readonly userId: string;
}

export async function insertJob(tx: Tx, job: NewJob): Promise<string> {
  const { id } = await tx
    .insertInto('export_job')
    .values({
      tenant_id: job.tenantId,
      user_id: job.userId,
      title: job.title,
      description: job.description,
      source_id: job.sourceId,
      type: job.type,
      entity_types: job.entityTypes ? [...job.entityTypes] : null,
      run: JSON.stringify(job.run),
      date_range: JSON.stringify(job.dateRange),
      time_zone: job.timeZone,
      missed_runs: job.missedRuns,
      split_megabytes: job.splitMegabytes,
      compression: job.compression,
      format: job.format,
      csv_formulas: job.csvFormulas,
      state: job.submitted ? 'suspended' : 'active',
      planned_until: job.plannedUntil,
      next_run_at: job.nextRunAt,
      submitted_at: job.submitted ? sql<Date>`udm_now()` : null,
      chain_id: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertRecipients(tx, job.tenantId, id, job.recipients);
  return id;
}

async function insertRecipients(tx: Tx, tenantId: string, jobId: string, recipients: readonly string[]): Promise<void> {
  await tx
    .insertInto('job_recipient')
    .values(recipients.map((certificate) => ({ tenant_id: tenantId, job_id: jobId, certificate_id: certificate })))
    .execute();
}

/** Gives the job new settings and the next version. Its state stays, unless it was submitted by this. */
export async function updateJob(tx: Tx, tenantId: string, id: string, edit: JobSettings): Promise<void> {
  await tx
    .updateTable('export_job')
    .set({
      version: sql<number>`version + 1`,
      title: edit.title,
      description: edit.description,
      source_id: edit.sourceId,
      type: edit.type,
      entity_types: edit.entityTypes ? [...edit.entityTypes] : null,
      run: JSON.stringify(edit.run),
      date_range: JSON.stringify(edit.dateRange),
      time_zone: edit.timeZone,
      missed_runs: edit.missedRuns,
      split_megabytes: edit.splitMegabytes,
      compression: edit.compression,
      format: edit.format,
      csv_formulas: edit.csvFormulas,
      planned_until: edit.plannedUntil,
      next_run_at: edit.nextRunAt,
      ...(edit.submitted ? { state: 'suspended', submitted_at: sql<Date>`udm_now()` } : { submitted_at: null }),
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('job_recipient').where('tenant_id', '=', tenantId).where('job_id', '=', id).execute();
  await insertRecipients(tx, tenantId, id, edit.recipients);
}

/** Suspends or resumes. */
export async function setJobState(tx: Tx, tenantId: string, id: string, state: 'active' | 'suspended'): Promise<void> {
  await tx
    .updateTable('export_job')
    .set({ state, ...(state === 'suspended' && { suspensions: sql<number>`suspensions + 1` }) })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

/** A job that runs once has started. */
export async function markSubmitted(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx
    .updateTable('export_job')
    .set({ submitted_at: sql<Date>`udm_now()`, state: 'suspended', next_run_at: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

/** Deletes the job, unless a run of it is going: then the id of that run is returned. */
export async function deleteJob(tx: Tx, tenantId: string, id: string): Promise<string | null> {
  const open = await tx
    .selectFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('job_id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .select('id')
    .executeTakeFirst();
  if (open) return open.id;
  await tx.deleteFrom('export_job').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
  return null;
}
