import type { JobView } from '../../src/contract/job.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { planDueRuns } from '../../src/operations/plan-due-runs.ts';
import { getJob } from '../../src/operations/read-jobs.ts';
import type { Services } from '../../src/operations/services.ts';
import { databaseNow } from '../../src/records/clock.ts';
import { CodedError } from '../../src/errors.ts';
import type { ReadRequest, Source } from '../../src/sources/source.ts';
import { superuserOf, withClient } from './database-text.ts';
import { type Door, openDoor } from './door.ts';
import { draftIn } from './draft.ts';
import { emptyTables } from './empty-tables.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

/** A run as the database has it, instants as ISO 8601 without the day when it is `DAY`: "11:00", "10:55". */
export interface RunRow {
  readonly id: string;
  readonly at: string;
  readonly status: string;
  readonly trigger: string;
  /** "from-to"; an open side is empty. */
  readonly window: string;
  readonly error: string | null;
}

/** UDM on a real PostgreSQL with a clock of the test's and a source of one row; runs are executed when the test says so. */
export interface Planned {
  readonly door: Door;
  /** With a source that holds one row in every window. */
  readonly services: Services;
  readonly clock: FakeClock;
  /** What was asked of the source, in order. */
  readonly requests: ReadRequest[];
  /** How long runs waited, in milliseconds; the clock goes on meanwhile. */
  readonly waits: number[];
  /** The source's clock differs from UDM's by so many milliseconds; it fails while `failing`. */
  readonly source: { clockLead: number; failing: boolean };
  /** A hourly job since the previous run, at minute 0 in UTC, from now. */
  make(change?: object): Promise<JobView>;
  draft(change?: object): object;
  job(id: string): Promise<JobView>;
  /** Sets the clock ("11:00" of `DAY`, or a whole instant) and lets the planner tick; returns how many jobs it planned. */
  tick(time: string): Promise<number>;
  /** Executes what is queued, one run after another, until nothing is; returns how many runs that were. */
  work(): Promise<number>;
  runs(jobId: string): Promise<RunRow[]>;
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** No job, no run, and the clock where it was at the beginning. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const DAY = '2026-03-01';
const BEGINNING = '10:00';
const instantOf = (time: string) => (time.includes('T') ? time : `${DAY}T${time.length === 5 ? `${time}:00` : time}Z`);

export async function openPlanned(certificate: string, environment: NodeJS.ProcessEnv = {}): Promise<Planned> {
  const door = await openDoor([], null, environment);
  const base = await draftIn(door.app, door.actor, certificate);
  const clock = await fakeClock(door.app, instantOf(BEGINNING));
  const database = await superuserOf(door.app.dataFolder);
  const sql: Planned['sql'] = (text, values = []) => withClient(database, async (client) => (await client.query(text, values)).rows);
  const requests: ReadRequest[] = [];
  const source = { clockLead: 0, failing: false };
  const connectors = { ...door.app.services.connectors, open: () => oneRow(door.app.services, requests, source) };
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
    await clock.advance(milliseconds);
  };
  const services = { ...door.app.services, connectors, wait };
  const draft = (change: object = {}) => ({ ...base, run: { kind: 'hourly', every: 1, minute: 0 }, range: { kind: 'since_previous' }, ...change });
  return {
    door,
    services,
    clock,
    requests,
    waits,
    source,
    draft,
    sql,
    make: (change) => createJob(services, door.actor, draft(change), null),
    job: (id) => getJob(services, door.actor, id),
    async tick(time) {
      await clock.set(instantOf(time));
      return planDueRuns(services);
    },
    async work() {
      let done = 0;
      for (;;) {
        const queued = await sql(`SELECT id FROM run WHERE status = 'queued' ORDER BY scheduled_at, id`);
        if (queued.length === 0) return done;
        for (const { id } of queued) await executeRun(services, { tenantId: door.actor.tenantId, runId: id as string }, new AbortController().signal);
        done += queued.length;
      }
    },
    runs: (jobId) => readRuns(sql, jobId),
    async clear() {
      await sql(emptyTables('artifact, run, chain, export_job, planner, audit_log'));
      await clock.set(instantOf(BEGINNING));
      requests.length = 0;
      waits.length = 0;
      Object.assign(source, { clockLead: 0, failing: false });
    },
    close: () => door.close(),
  };
}

async function readRuns(sql: Planned['sql'], jobId: string): Promise<RunRow[]> {
  const clockText = (column: string) =>
    `coalesce(to_char(${column} AT TIME ZONE 'UTC', CASE WHEN (${column} AT TIME ZONE 'UTC')::date = '${DAY}' THEN 'HH24:MI' ELSE 'YYYY-MM-DD HH24:MI' END), '')`;
  const rows = await sql(
    `SELECT id, ${clockText('scheduled_at')} AS at, status, trigger, ${clockText('window_from')} || '-' || ${clockText('window_to')} AS window, error_code AS error
    FROM run WHERE job_id = $1 ORDER BY scheduled_at, trigger, window_from`,
    [jobId],
  );
  return rows as unknown as RunRow[];
}

function oneRow(services: Services, requests: ReadRequest[], state: Planned['source']): Source {
  const file = { name: 'Chat.jsonl', entityType: 'Chat', content: 'rows', schemaName: 'Chat.schema.json', schema: {} } as const;
  return {
    check: async () => {},
    describe: () => [],
    reach: async () => new Date().toISOString(),
    sample: async () => [],
    async open(request) {
      requests.push(request);
      if (state.failing) throw new CodedError('source.unreachable');
      const now = new Date(Date.parse(await databaseNow(services.database)) + state.clockLead);
      const lag = request.arrival ? request.arrival.settleSeconds * 1_000 : 0;
      return {
        files: [file],
        now: now.toISOString(),
        arrivalTo: request.arrival ? new Date(now.getTime() - lag).toISOString() : null,
        estimateRows: async () => ({ files: [1], exact: true }),
        async *lines() {
          yield Buffer.from('{"id":"1"}\n');
        },
        close: async () => {},
      };
    },
  };
}
