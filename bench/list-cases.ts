/** What the lists are asked in the bench: their orders as SQL, and filters that find much, little and nothing. */
import type pg from 'pg';

export interface ListShape {
  readonly name: 'jobs' | 'runs' | 'artifacts';
  readonly table: string;
  readonly from: string;
  /** The table whose rows are counted. */
  readonly counted: string;
  readonly tie: string;
  /** Name of each order and its expression. */
  readonly sorts: Readonly<Record<string, string>>;
}

export const JOB_LIST: ListShape = {
  name: 'jobs',
  table: 'job',
  from: 'export_job job JOIN source ON source.id = job.source_id LEFT JOIN job_latest latest ON latest.job_id = job.id',
  counted: 'export_job',
  tie: 'job.created_at',
  sorts: {
    createdAt: 'job.created_at',
    source: 'source.name',
    type: 'job.type',
    title: 'lower(job.title)',
    state: 'job.state',
    nextRun: `(CASE WHEN job.state = 'active' THEN job.next_run_at END)`,
    status: 'latest.status',
    lastRun: 'latest.at',
  },
};

export const RUN_LIST: ListShape = {
  name: 'runs',
  table: 'run',
  from: 'run',
  counted: 'run',
  tie: 'run.scheduled_at',
  sorts: {
    scheduledAt: 'run.scheduled_at',
    source: 'run.source_name',
    type: 'run.type',
    title: 'run.title_key',
    status: 'run.status',
    window: 'run.window_to',
    startedAt: 'run.started_at',
    duration: 'run.duration_ms',
    rows: 'run.rows_total',
    size: 'run.file_total',
    trigger: 'run.trigger',
    fileName: 'run.file_key',
  },
};

export const ARTIFACT_LIST: ListShape = {
  name: 'artifacts',
  table: 'artifact',
  from: 'artifact',
  counted: 'artifact',
  tie: 'artifact.created_at',
  sorts: {
    createdAt: 'artifact.created_at',
    fileName: 'artifact.file_key',
    source: 'artifact.source_name',
    type: 'artifact.type',
    job: 'artifact.title_key',
    part: 'artifact.part',
    rows: 'artifact.row_count',
    bytes: 'artifact.bytes',
    sha256: 'artifact.sha256 COLLATE "C"',
    expiresAt: 'artifact.expires_at',
  },
};

type Filter = Record<string, unknown>;

export async function filtersFor(owner: pg.Client, tenantId: string, { name }: ListShape): Promise<Record<string, Filter>> {
  const { rows } = await owner.query(
    `SELECT j.id AS job, j.title, a.run_id AS run, a.file_name AS file, a.sha256, a.created_at AS at FROM artifact a JOIN export_job j ON j.id = a.job_id
    WHERE a.tenant_id = $1 ORDER BY a.id LIMIT 1`,
    [tenantId],
  );
  const one = rows[0] as { job: string; title: string; run: string; file: string; sha256: string; at: Date };
  const day = { from: one.at.toISOString(), to: new Date(one.at.getTime() + 86_400_000).toISOString() };
  const common: Record<string, Filter> = {
    'source': { source: 'UCSX' },
    'rare source': { source: 'UCSX Archive' },
    'rare source by size': { source: 'UCSX Archive', sort: name === 'jobs' ? 'title' : name === 'runs' ? '-size' : '-bytes' },
    'unknown source': { source: 'x' },
    'source and type': { source: 'IWD', type: 'Event' },
    'text of one title': { text: one.title },
    'text of many titles': { text: 'berlin' },
    'text of every title': { text: ' of ' },
    'text of nothing': { text: 'zzz zzz' },
    'text of a word and a rare source': { text: 'tokyo', source: 'UCSX Archive' },
  };
  if (name === 'jobs')
    return {
      ...common,
      'latest status': { status: ['failed', 'missed'] },
      'state and schedule': { state: ['suspended'], schedule: ['hourly'] },
      'next run on a day': { nextFrom: new Date().toISOString(), nextTo: new Date(Date.now() + 3_600_000).toISOString() },
    };
  const files: Record<string, Filter> = {
    ...common,
    'job': { job: one.job },
    'job by rows': { job: one.job, sort: '-rows' },
    'text of a file name': { text: one.file },
    'text of the beginning of file names': { text: 'ucsx-inter' },
    'text of a run id': { text: one.run },
    'many rows': { rowsMin: 99_990 },
    'many rows, newest first': { rowsMin: 99_900, rowsMax: 99_901 },
    'few bytes': { sizeMax: 1000 },
  };
  if (name === 'artifacts')
    return {
      ...files,
      'run': { run: one.run },
      'hash': { sha256: one.sha256.slice(0, 8) },
      'hash of one digit': { sha256: 'a' },
      'available': { state: ['available'] },
      'expired': { state: ['expired'] },
      'created on a day': { createdFrom: day.from, createdTo: day.to },
      'expires on a day, by name': { expiresFrom: day.from, expiresTo: day.to, sort: 'fileName' },
    };
  return {
    ...files,
    'needs attention': { view: 'attention' },
    'failed': { status: ['failed'] },
    'failed or missed': { status: ['failed', 'missed'] },
    'failed or missed by duration': { status: ['failed', 'missed'], sort: '-duration' },
    'no run has it: queued': { status: ['queued', 'running'] },
    'rare trigger': { trigger: ['backfill'] },
    'rare trigger of a rare source': { trigger: ['backfill'], source: 'UCSX Archive' },
    'failed of a source and type': { status: ['failed'], source: 'UCSX', type: 'Contact' },
    'scheduled on a day': { scheduledFrom: day.from, scheduledTo: day.to },
    'scheduled on a day, by title': { scheduledFrom: day.from, scheduledTo: day.to, sort: 'title' },
    'windows of a day': { windowFrom: day.from, windowTo: day.to },
    'windows of the first day': { windowTo: '2021-01-01T00:00:00Z' },
    'started on a day': { startedFrom: day.from, startedTo: day.to },
    'longest': { durationMin: 1_228 },
  };
}
