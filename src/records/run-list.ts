import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import { between, during, equals, oneOf, sourcesOf, textMatches } from './list-conditions.ts';
import type { Page, PageRequest } from './page.ts';
import { type RunRecord, readRuns } from './runs.ts';
import { readIds, type SortedList, type SortKey } from './sorted-list.ts';

export interface RunFilter {
  readonly job?: string | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly text?: string | undefined;
  readonly status?: readonly string[] | undefined;
  readonly trigger?: readonly string[] | undefined;
  readonly view?: 'attention' | undefined;
  readonly windowFrom?: string | undefined;
  readonly windowTo?: string | undefined;
  readonly scheduledFrom?: string | undefined;
  readonly scheduledTo?: string | undefined;
  readonly startedFrom?: string | undefined;
  readonly startedTo?: string | undefined;
  /** Seconds. */
  readonly durationMin?: number | undefined;
  readonly durationMax?: number | undefined;
  readonly rowsMin?: number | undefined;
  readonly rowsMax?: number | undefined;
  readonly sizeMin?: number | undefined;
  readonly sizeMax?: number | undefined;
}

const COUNT_UP_TO = 5_000;

const scheduled: SortKey = { column: sql`run.scheduled_at`, type: 'timestamptz' };

/** Each has its index (0007-lists.sql). */
const SORTS: Readonly<Record<string, SortKey>> = {
  scheduledAt: scheduled,
  source: { column: sql`run.source_name`, type: 'text' },
  type: { column: sql`run.type`, type: 'text' },
  title: { column: sql`run.title_key`, type: 'text' },
  status: { column: sql`run.status`, type: 'text' },
  window: { column: sql`run.window_to`, type: 'timestamptz', nullable: true },
  startedAt: { column: sql`run.started_at`, type: 'timestamptz', nullable: true },
  duration: { column: sql`run.duration_ms`, type: 'int8', nullable: true },
  rows: { column: sql`run.rows_total`, type: 'int8', nullable: true },
  size: { column: sql`run.file_total`, type: 'int8', nullable: true },
  trigger: { column: sql`run.trigger`, type: 'text' },
  fileName: { column: sql`run.file_key`, type: 'text', nullable: true },
};

/** What went wrong and has not been made good since. */
const NEEDS_ATTENTION = sql<SqlBool>`(run.status IN ('failed', 'missed') AND run.superseded_by IS NULL)`;

/** One page of the runs of these catalogs. */
export async function listRuns(
  tx: Tx,
  tenantId: string,
  catalogs: readonly string[] | 'all',
  filter: RunFilter,
  request: PageRequest,
): Promise<Page<RunRecord>> {
  const page = await readIds(tx, await runList(tx, tenantId, catalogs, filter), request);
  return { ...page, items: await readRuns(tx, tenantId, page.items) };
}

async function runList(tx: Tx, tenantId: string, catalogs: readonly string[] | 'all', filter: RunFilter): Promise<SortedList> {
  return {
    from: sql`run`,
    table: 'run',
    always: [sql`run.tenant_id = ${tenantId}`, sql`run.hidden_at IS NULL`],
    filters: [
      ...oneOf(sql`run.source_id`, await sourcesOf(tx, tenantId, catalogs), 'uuid'),
      ...(await textMatches(tx, tenantId, filter.text, { title: sql`run.title_key`, file: sql`run.file_key`, run: sql`run.id` })),
      ...conditionsOf(filter),
    ],
    sorts: SORTS,
    ties: [scheduled, { column: sql`run.id`, type: 'uuid' }],
    countUpTo: COUNT_UP_TO,
  };
}

function conditionsOf(filter: RunFilter): RawBuilder<SqlBool>[] {
  return [
    ...equals(sql`run.job_id`, filter.job),
    ...equals(sql`run.source_name`, filter.source),
    ...equals(sql`run.type`, filter.type),
    ...oneOf(sql`run.status`, filter.status),
    ...oneOf(sql`run.trigger`, filter.trigger),
    ...(filter.view === 'attention' ? [NEEDS_ATTENTION] : []),
    ...during(sql`run.window_to`, filter.windowFrom, filter.windowTo),
    ...during(sql`run.scheduled_at`, filter.scheduledFrom, filter.scheduledTo),
    ...during(sql`run.started_at`, filter.startedFrom, filter.startedTo),
    ...between(sql`run.duration_ms`, inMilliseconds(filter.durationMin), inMilliseconds(filter.durationMax)),
    ...between(sql`run.rows_total`, filter.rowsMin, filter.rowsMax),
    ...between(sql`run.file_total`, filter.sizeMin, filter.sizeMax),
  ];
}

function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.min(seconds * 1_000, Number.MAX_SAFE_INTEGER);
}
