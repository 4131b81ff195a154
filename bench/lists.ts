/**
 * The lists at their largest: database time of the first, a middle and the last page of every order, and of the filters people use, measured
 * as the server asks them (its role, row-level security, counting included), against 50 ms.
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { Actor } from '../src/domain/permission.ts';
import { createSealer } from '../src/lib/sealer.ts';
import { listArtifactsFor } from '../src/operations/artifacts.ts';
import type { ListQuery } from '../src/operations/open-list.ts';
import { listJobsFor } from '../src/operations/read-jobs.ts';
import { readRunTimeline } from '../src/operations/read-run-timeline.ts';
import { listRunsFor } from '../src/operations/read-runs.ts';
import type { Services } from '../src/operations/services.ts';
import { openDatabase } from '../src/records/database.ts';
import { startTestPostgres, type TestConnection } from '../test/support/postgres.ts';
import type { Report, Result } from './export.ts';
import { ARTIFACT_LIST, filtersFor, JOB_LIST, type ListShape, RUN_LIST } from './list-cases.ts';
import { APP, type Filled, fillLists } from './lists-fill.ts';
import { median, peakOf } from './measure.ts';
import { note } from './workbench.ts';

const LIMIT_MS = 50;
const ROWS = 50;
/** As many as one order to fill gaps makes. */
const WAITING = 1_000;

type Ask = (query: ListQuery & Record<string, unknown>, actor?: Actor) => Promise<{ total: { count: number } }>;

interface Meter {
  readonly services: Services;
  /** Milliseconds that the server's process worked since the last call: what else runs on the machine does not count, nor does waiting. */
  take(): number;
  close(): Promise<void>;
}

export async function benchLists(jobs: number, runs: number, rounds: number): Promise<Report> {
  const postgres = await startTestPostgres();
  try {
    const connection = await postgres.newDatabase();
    const filled = await fillLists(connection, jobs, runs);
    const meter = await openMeter(connection);
    const owner = new pg.Client({ ...connection });
    owner.on('error', () => {});
    await owner.connect();
    try {
      return await measureAll(meter, owner, filled, rounds);
    } finally {
      await owner.end();
      await meter.close();
    }
  } finally {
    await postgres.stop();
  }
}

async function measureAll(meter: Meter, owner: pg.Client, filled: Filled, rounds: number): Promise<Report> {
  const { services } = meter;
  const administrator: Actor = { kind: 'user', tenantId: filled.tenantId, userId: filled.tenantId, userName: 'admin', roles: ['tenant_administrator'] };
  const exporter: Actor = { ...administrator, roles: ['ucsx_exporter'] };
  const lists: readonly { shape: ListShape; rows: number; ask: Ask }[] = [
    { shape: JOB_LIST, rows: filled.jobs, ask: (query, actor = administrator) => listJobsFor(services, actor, query) },
    { shape: RUN_LIST, rows: filled.runs, ask: (query, actor = administrator) => listRunsFor(services, actor, query) },
    { shape: ARTIFACT_LIST, rows: filled.artifacts, ask: (query, actor = administrator) => listArtifactsFor(services, actor, query) },
  ];
  const results: Result[] = [{ name: 'make the indexes', rows: filled.runs, seconds: filled.indexSeconds, peakMB: 0 }];
  for (const { shape, rows, ask } of lists) {
    const times: { name: string; milliseconds: number }[] = [];
    const time = async (name: string, work: () => Promise<unknown>) => times.push({ name, milliseconds: await timed(meter, rounds, work) });
    for (const sort of Object.keys(shape.sorts).flatMap((one) => [one, `-${one}`])) {
      await time(`${sort} first`, () => ask({ limit: ROWS, sort }));
      for (const [where, cursor] of Object.entries(await cursorsOf(owner, services, filled.tenantId, shape, sort)))
        await time(`${sort} ${where}`, () => ask({ limit: ROWS, sort, cursor }));
    }
    for (const [name, filter] of Object.entries(await filtersFor(owner, filled.tenantId, shape))) await time(name, () => ask({ limit: ROWS, ...filter }));
    await time('role of one catalog', () => ask({ limit: ROWS }, exporter));
    results.push(...summary(shape.name, rows, times));
  }
  results.push(await timeAxis(meter, filled, administrator, rounds), await waitingRuns(meter, owner, administrator, rounds));
  return { results };
}

/** The whole history on one axis: too many to show each, so all are counted. */
async function timeAxis(meter: Meter, filled: Filled, actor: Actor, rounds: number): Promise<Result> {
  const whole = { from: '2000-01-01T00:00:00Z', to: new Date().toISOString() };
  const { buckets } = await readRunTimeline(meter.services, actor, whole);
  if (buckets.length === 0) throw new Error('The runs of the time axis were not counted.');
  const milliseconds = await timed(meter, rounds, () => readRunTimeline(meter.services, actor, whole));
  note(`time axis: ${milliseconds.toFixed(0)} ms`);
  return { name: 'time axis, all runs counted', rows: filled.runs, seconds: milliseconds / 1_000, peakMB: peakOf('self') };
}

/** A page of runs that wait behind one another, each with its place: gaps of one job that were ordered at once. */
async function waitingRuns(meter: Meter, owner: pg.Client, actor: Actor, rounds: number): Promise<Result> {
  const { rows } = await owner.query(
    `INSERT INTO run (tenant_id, job_id, job_title, source_id, source_name, type, certificate_ids, trigger, scheduled_at, window_from, window_to, status, phase)
    SELECT job.tenant_id, job.id, job.title, job.source_id, source.name, job.type, '{}', 'backfill', now(), now() - make_interval(hours => n),
      now() - make_interval(hours => n - 1), 'scheduled', 'waiting'
    FROM (SELECT * FROM export_job WHERE tenant_id = $1 ORDER BY id LIMIT 1) job JOIN source ON source.id = job.source_id, generate_series(1, $2::int) n
    RETURNING job_id AS job`,
    [actor.tenantId, WAITING],
  );
  const page = () => listRunsFor(meter.services, actor, { limit: ROWS, job: rows[0].job, status: ['scheduled'] });
  const milliseconds = await timed(meter, rounds, page);
  note(`page of waiting runs: ${milliseconds.toFixed(1)} ms${milliseconds > LIMIT_MS ? `, OVER ${LIMIT_MS} ms` : ''}`);
  return { name: `${ROWS} of the runs that wait for one job`, rows: WAITING, seconds: milliseconds / 1_000, peakMB: peakOf('self') };
}

/** The median, the worst three, and whatever is over the limit. */
function summary(list: string, rows: number, times: readonly { name: string; milliseconds: number }[]): Result[] {
  const slowest = [...times].sort((a, b) => b.milliseconds - a.milliseconds);
  for (const { name, milliseconds } of slowest.filter((one, index) => index < 3 || one.milliseconds > LIMIT_MS))
    note(`${list}: ${name} ${milliseconds.toFixed(1)} ms${milliseconds > LIMIT_MS ? `, OVER ${LIMIT_MS} ms` : ''}`);
  const middle = median(times.map((one) => one.milliseconds)) / 1_000;
  const worst = slowest[0] ?? { name: '', milliseconds: 0 };
  return [
    { name: `${list}, ${times.length} questions`, rows, seconds: middle, peakMB: peakOf('self') },
    { name: `${list}, worst`, rows, seconds: worst.milliseconds / 1_000, peakMB: peakOf('self') },
  ];
}

async function timed(meter: Meter, rounds: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    meter.take();
    await work();
    // Round 0 warms the caches.
    if (round > 0) times.push(meter.take());
  }
  return median(times);
}

/** Places in the middle and before the last page, found by counting through the whole list. */
async function cursorsOf(owner: pg.Client, services: Services, tenantId: string, shape: ListShape, sort: string): Promise<Record<string, string>> {
  const name = sort.replace(/^-/, '');
  const [column, tie] = [shape.sorts[name] as string, shape.tie];
  const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
  const keys = column === tie ? [tie, `${shape.table}.id`] : [column, tie, `${shape.table}.id`];
  const order = keys.map((key, index) => `${key} ${direction}${index === 0 ? ' NULLS LAST' : ''}`).join(', ');
  const found = async (offset: string): Promise<string> => {
    const { rows } = await owner.query(
      `SELECT ARRAY[${keys.map((key) => `${key}::text`).join(', ')}] AS key FROM ${shape.from} WHERE ${shape.table}.tenant_id = $1 ORDER BY ${order}
      LIMIT 1 OFFSET (SELECT ${offset} FROM ${shape.counted} counted WHERE counted.tenant_id = $1)`,
      [tenantId],
    );
    return services.sealer.seal(JSON.stringify([sort, 'after', false, rows[0].key]), `cursor ${shape.name} ${tenantId}`).toString('base64url');
  };
  return { middle: await found('count(*) / 2'), last: await found(`greatest(count(*) - ${ROWS + 1}, 0)`) };
}

async function openMeter(connection: TestConnection): Promise<Meter> {
  const { database, pool } = openDatabase({ ...connection, ...APP }, 1);
  const { rows } = await pool.query('SELECT pg_backend_pid() AS pid');
  const worked = () => Number(readFileSync(`/proc/${rows[0].pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  let before = worked();
  return {
    // A list or a time axis asks for the database and the sealer alone.
    services: { database, sealer: createSealer(Buffer.alloc(32, 1)) } as unknown as Services,
    take() {
      const now = worked();
      const taken = now - before;
      before = now;
      return taken;
    },
    close: () => pool.end(),
  };
}
