import { objectKey } from '../../src/domain/artifact.ts';
import { CodedError, type ErrorCode } from '../../src/errors.ts';
import { cancelRun } from '../../src/operations/cancel-run.ts';
import { claim } from '../../src/operations/claim-run.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { endUnsuccessfully } from '../../src/operations/end-run.ts';
import { passTurns } from '../../src/operations/give-turns.ts';
import { openSnapshot } from '../../src/operations/open-snapshot.ts';
import { planDueRuns } from '../../src/operations/plan-due-runs.ts';
import { publishRun } from '../../src/operations/publish-run.ts';
import { getJob } from '../../src/operations/read-jobs.ts';
import { resumeJob } from '../../src/operations/resume-job.ts';
import { runJobNow } from '../../src/operations/run-job-now.ts';
import type { RunPulse } from '../../src/operations/run-pulse.ts';
import type { Services } from '../../src/operations/services.ts';
import { suspendJob } from '../../src/operations/suspend-job.ts';
import { databaseNow } from '../../src/records/clock.ts';
import { inTenant } from '../../src/records/database.ts';
import { lockJob } from '../../src/records/job-plan.ts';
import { insertPlannedRuns } from '../../src/records/planned-runs.ts';
import { type ContactCentre, SOURCES, SOURCE_NAMES, type SourceName } from './contact-centre.ts';
import type { SimulationDatabase } from './sql-database.ts';
import { Gate } from './sql-gate.ts';
import { SqlReader } from './sql-reader.ts';
import { type Reading, simulatedSource } from './simulated-source.ts';
import { instant } from './steps.ts';
import type { Answer, Attempt, AttemptSnapshot, FailureCode, JobSettings, ReadOut, RunRow, World } from './world.ts';

interface PlannerProcess {
  readonly gate: Gate;
  readonly ended: Promise<'ended'>;
}

type Held = NonNullable<Awaited<ReturnType<typeof claim>>>;

/** UDM itself: the operations of src/ on a real PostgreSQL. Only the clock, the sources, the queue and the storage are the simulation's. */
export class SqlWorld implements World {
  readonly #database: SimulationDatabase;
  readonly #services: Services;
  readonly #reader: SqlReader;
  readonly #planners = new Map<number, PlannerProcess>();
  /** Planners whose process has ticked already. */
  readonly #ticked = new Set<number>();
  readonly #jobs: string[] = [];
  #reading: Reading | null = null;

  constructor(database: SimulationDatabase, centre: ContactCentre) {
    this.#database = database;
    this.#reader = new SqlReader(database, this.#jobs);
    const open = (_: string, catalog: string) =>
      simulatedSource(centre, SOURCE_NAMES.find((name) => SOURCES[name].catalog === catalog) as SourceName, (reading) => {
        this.#reading = reading;
      });
    this.#services = { ...database.services, connectors: { ...database.services.connectors, open } };
  }

  async setClock(now: number): Promise<void> {
    await this.#database.query('UPDATE test_clock SET at = $1', [new Date(now)]);
  }

  create(settings: JobSettings): Promise<Answer> {
    return answerOf(async () => {
      const { id } = await createJob(this.#services, this.#database.actor, this.#draftOf(settings), null);
      this.#jobs.push(id);
    });
  }

  edit(job: number, settings: JobSettings): Promise<Answer> {
    const { actor } = this.#database;
    return answerOf(async () => {
      const { version } = await getJob(this.#services, actor, this.#idOf(job));
      await editJob(this.#services, actor, this.#idOf(job), version, this.#draftOf(settings));
    });
  }

  suspend(job: number): Promise<Answer> {
    return answerOf(() => suspendJob(this.#services, this.#database.actor, this.#idOf(job)));
  }

  resume(job: number, missed: 'all' | 'latest' | 'none'): Promise<Answer> {
    return answerOf(() => resumeJob(this.#services, this.#database.actor, this.#idOf(job), missed));
  }

  runNow(job: number): Promise<Answer> {
    return answerOf(() => runJobNow(this.#services, this.#database.actor, this.#idOf(job)));
  }

  /** The rows as src/operations/fill-coverage.ts makes them, without asking whether these are gaps. */
  fill(job: number, gaps: readonly { readonly from: number; readonly to: number }[]): Promise<Answer> {
    const { tenantId } = this.#database.actor;
    const jobId = this.#idOf(job);
    return answerOf(() =>
      inTenant(this.#services.database, tenantId, async (tx) => {
        await lockJob(tx, tenantId, jobId);
        const plain = { jobId, scheduledAt: await databaseNow(tx), status: 'scheduled', trigger: 'backfill', chained: false } as const;
        await insertPlannedRuns(
          tx,
          tenantId,
          gaps.map(({ from, to }) => ({ ...plain, windowFrom: instant(from), windowTo: instant(to) })),
        );
        await passTurns(this.#services, tx, tenantId, [jobId]);
      }),
    );
  }

  cancel(run: RunRow): Promise<Answer> {
    return answerOf(() => cancelRun(this.#services, this.#database.actor, run.id));
  }

  async setSettleSeconds(source: SourceName, seconds: number): Promise<void> {
    await this.#database.query('UPDATE source SET settle_seconds = $1 WHERE name = $2', [seconds, source]);
  }

  async forgetZoneData(): Promise<void> {
    await this.#database.query(`UPDATE planner SET zone_data = 'of another Node'`);
  }

  async tick(planner: number): Promise<void> {
    const { gate, ended } = this.#process(planner);
    gate.letAll();
    await ended;
    this.#planners.delete(planner);
    this.#ticked.add(planner);
  }

  async tickPart(planner: number, transactions: number): Promise<boolean> {
    const { gate, ended } = this.#process(planner);
    await gate.arrival();
    for (let done = 0; done < transactions; done += 1) {
      gate.letOne();
      if ((await Promise.race([ended, gate.arrival()])) !== 'ended') continue;
      this.#planners.delete(planner);
      this.#ticked.add(planner);
      return true;
    }
    return false;
  }

  async crashPlanner(planner: number): Promise<void> {
    const process = this.#planners.get(planner);
    this.#planners.delete(planner);
    this.#ticked.delete(planner);
    if (!process) return;
    process.gate.kill();
    await process.ended.catch(() => {});
  }

  async together(planners: readonly number[], act: (world: World) => Promise<Answer>): Promise<Answer> {
    // A tick that stalled comes to its end first: what it saw before would make the outcome a matter of who is quicker.
    for (const planner of planners) if (this.#planners.has(planner)) await this.tick(planner);
    const [answer] = await Promise.all([act(this), ...planners.map((planner) => this.tick(planner))]);
    // A job that somebody held was passed over; the next tick takes it.
    for (const planner of planners) await this.tick(planner);
    return answer;
  }

  async claim(run: RunRow): Promise<Attempt | null> {
    const held = await claim(this.#services, { tenantId: this.#database.actor.tenantId, runId: run.id });
    return held && { run: run.id, number: held.lease.attempt, snapshot: null, wait: 0, lease: held };
  }

  open(attempt: Attempt): Promise<Answer> {
    const { run, lease } = attempt.lease as Held;
    return answerOf(async () => {
      // In the simulation time passes between steps: who must wait comes again.
      const wait = async (milliseconds: number) => {
        attempt.wait = milliseconds;
        throw new Waits();
      };
      const snapshot = await openSnapshot({ ...this.#services, wait }, run, lease.tenantId, PULSE);
      await snapshot.close();
      const { request, ...read } = this.#reading as Reading;
      attempt.snapshot = { ...read, source: request.source, from: request.from, to: request.to, lateFrom: request.arrival?.after ?? null };
    });
  }

  publish(attempt: Attempt): Promise<Answer> {
    const { run, lease } = attempt.lease as Held;
    const { rows, lateRows, arrivalTo, now } = attempt.snapshot as AttemptSnapshot;
    const written = {
      part: { number: 1, of: 1 },
      entries: [],
      rows: rows.length + lateRows.length,
      fileBytes: 1,
      fileSha256: '0'.repeat(64),
      verifyStored: async () => {},
    };
    const key = objectKey(lease.tenantId, lease.runId, lease.attempt, 1);
    const made = { parts: [{ written, key }], subjects: null, arrivalTo: arrivalTo === null ? null : instant(arrivalTo), sourceNow: instant(now) };
    return answerOf(() => publishRun(this.#services, run, lease, made, PULSE));
  }

  async fail(attempt: Attempt, code: FailureCode): Promise<void> {
    if (code === 'run.crashed') return;
    const { run, lease } = attempt.lease as Held;
    // An interrupted run's error fails its task, so that the queue gives it out again.
    await endUnsuccessfully(this.#services, lease, run.jobId, new CodedError(code as ErrorCode)).catch((error: unknown) => {
      if (code !== 'run.interrupted') throw error;
    });
  }

  read(): Promise<ReadOut> {
    return this.#reader.read();
  }

  async stop(): Promise<void> {
    for (const planner of [...this.#planners.keys()]) await this.crashPlanner(planner);
    await this.#database.clear();
  }

  #process(planner: number): PlannerProcess {
    const running = this.#planners.get(planner);
    if (running) return running;
    const gate = new Gate();
    const services = { ...this.#services, database: gate.before(this.#database.pool) };
    const ended = planDueRuns(services, !this.#ticked.has(planner)).then(() => 'ended' as const);
    // Whoever waits for it hears of the error; until then nobody does.
    ended.catch(() => {});
    const process = { gate, ended };
    this.#planners.set(planner, process);
    return process;
  }

  #draftOf({ source, entityTypes, timeZone, run, range, missedRuns }: JobSettings): object {
    const { type } = SOURCES[source];
    return { title: 'simulated', source, type, entityTypes, timeZone, run, range, missedRuns, recipients: [this.#database.certificate] };
  }

  #idOf(job: number): string {
    return this.#jobs[job] as string;
  }
}

class Waits extends Error {}

const PULSE: RunPulse = {
  signal: new AbortController().signal,
  phase() {},
  expect() {},
  progress() {},
  checked() {},
  record: () => ({ phases: [], rowsGuessed: null, estimates: [] }),
  reasonOf: (error) => error,
  stop: async () => {},
};

async function answerOf(work: () => Promise<unknown>): Promise<Answer> {
  try {
    await work();
    return 'ok';
  } catch (error) {
    if (error instanceof Waits) return 'waits';
    if (!(error instanceof CodedError)) throw error;
    const problems = error.details.problems?.map((one) => ` ${one.field} ${one.code}`) ?? [];
    return error.code + problems.join();
  }
}
