import { type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import { type JobRecord, readJobs } from './jobs.ts';
import { during, equals, oneOf, sourcesOf } from './list-conditions.ts';
import { containsPattern, type Page, type PageRequest } from './page.ts';
import { readIds, type SortedList, type SortKey } from './sorted-list.ts';

export interface JobFilter {
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  /** In title and description. */
  readonly text?: string | undefined;
  readonly state?: readonly string[] | undefined;
  /** Kinds of schedule. */
  readonly schedule?: readonly string[] | undefined;
  /** Of the latest run; `none`: there is none. */
  readonly status?: readonly string[] | undefined;
  readonly nextFrom?: string | undefined;
  readonly nextTo?: string | undefined;
  readonly lastFrom?: string | undefined;
  readonly lastTo?: string | undefined;
}

/** A tenant has thousands of jobs, not millions: counted whole, sorted in memory. */
const COUNT_UP_TO = 100_000;

const created: SortKey = { column: sql`job.created_at`, type: 'timestamptz' };
const nextRun = sql`CASE WHEN job.state = 'active' THEN job.next_run_at END`;
/** The more often the earlier, then by time. */
const schedule = sql`CASE job.run->>'kind'
  WHEN 'hourly' THEN '1' || lpad(job.run->>'every', 2, '0') || lpad(job.run->>'minute', 2, '0')
  WHEN 'daily' THEN '2' || (job.run->>'time')
  WHEN 'weekly' THEN '3' || (job.run->>'weekdays') || (job.run->>'time')
  WHEN 'monthly' THEN '4' || lpad(job.run->>'day', 4, '0') || (job.run->>'time')
  ELSE '5' || coalesce(job.run->>'at', '') END`;

const SORTS: Readonly<Record<string, SortKey>> = {
  createdAt: created,
  source: { column: sql`source.name`, type: 'text' },
  type: { column: sql`job.type`, type: 'text' },
  title: { column: sql`lower(job.title)`, type: 'text' },
  state: { column: sql`job.state`, type: 'text' },
  schedule: { column: schedule, type: 'text' },
  nextRun: { column: nextRun, type: 'timestamptz', nullable: true },
  status: { column: sql`latest.status`, type: 'text', nullable: true },
  lastRun: { column: sql`latest.at`, type: 'timestamptz', nullable: true },
};

/** One page of the jobs of these catalogs. */
export async function listJobs(
  tx: Tx,
  tenantId: string,
  catalogs: readonly string[] | 'all',
  filter: JobFilter,
  request: PageRequest,
): Promise<Page<JobRecord>> {
  const page = await readIds(tx, await jobList(tx, tenantId, catalogs, filter), request);
  return { ...page, items: await readJobs(tx, tenantId, page.items) };
}

/** Ids of all jobs of these catalogs that the filter finds, oldest first; with `among`, of those. */
export async function findJobs(tx: Tx, tenantId: string, catalogs: readonly string[] | 'all', filter: JobFilter, among?: readonly string[]): Promise<string[]> {
  if (among?.length === 0) return [];
  const { from, always, filters } = await jobList(tx, tenantId, catalogs, filter);
  const all = sql.join([...always, ...filters, ...oneOf(sql`job.id`, among, 'uuid')], sql` AND `);
  const { rows } = await sql<{ id: string }>`SELECT job.id FROM ${from} WHERE ${all} ORDER BY job.created_at, job.id`.execute(tx);
  return rows.map((row) => row.id);
}

async function jobList(tx: Tx, tenantId: string, catalogs: readonly string[] | 'all', filter: JobFilter): Promise<SortedList> {
  const pattern = filter.text === undefined ? undefined : containsPattern(filter.text);
  return {
    from: sql`export_job AS job JOIN source ON source.id = job.source_id LEFT JOIN job_latest AS latest ON latest.job_id = job.id`,
    always: [sql`job.tenant_id = ${tenantId}`],
    filters: [
      ...oneOf(sql`job.source_id`, await sourcesOf(tx, tenantId, catalogs), 'uuid'),
      ...equals(sql`source.name`, filter.source),
      ...equals(sql`job.type`, filter.type),
      ...oneOf(sql`job.state`, filter.state),
      ...oneOf(sql`job.run->>'kind'`, filter.schedule),
      ...oneOf(sql`coalesce(latest.status, 'none')`, filter.status),
      ...during(nextRun, filter.nextFrom, filter.nextTo),
      ...during(sql`latest.at`, filter.lastFrom, filter.lastTo),
      ...(pattern === undefined ? [] : [sql<SqlBool>`(job.title ILIKE ${pattern} OR job.description ILIKE ${pattern})`]),
    ],
    sorts: SORTS,
    ties: [created, { column: sql`job.id`, type: 'uuid' }],
    countUpTo: COUNT_UP_TO,
  };
}
