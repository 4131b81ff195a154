import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { planDueRuns } from '../../../src/operations/plan-due-runs.ts';
import { Random } from '../../../src/sample/random.ts';
import { TextSearch } from '../../support/plain-text.ts';
import { until } from '../../support/until.ts';
import { brokenPromises, retentionProblems } from './checks.ts';
import { Installation, type InstallationOptions } from './installation.ts';
import type { Blow, Plan, Point, Report } from './plan.ts';

/** An epoch: one fresh installation, so many cases, and at its end everything that must hold. */
export interface EpochOptions extends InstallationOptions {
  readonly seed: number;
  readonly cases: number;
  /** How often each blow comes, as a share of all cases. */
  readonly blows: Readonly<Record<Blow, number>>;
  /** A death is noticed, and its run goes on, within this long; the run has ended within `endedWithinMs`. */
  readonly noticedWithinMs: number;
  readonly endedWithinMs: number;
  /** A run that has not ended so long after the blow is stuck. */
  readonly stuckAfterMs: number;
  /** Personal data that is in the source and must lie nowhere in the installation. */
  readonly markers: readonly string[];
}

export interface EpochResult {
  readonly seed: number;
  readonly cases: number;
  /** Blows that were felt. */
  readonly blows: Record<Blow, number>;
  readonly points: Record<string, number>;
  /** From each blow to the beginning of the next attempt, and to the end of the run. */
  readonly noticedMs: number[];
  readonly endedMs: number[];
  readonly problems: string[];
}

type Struck = Extract<Report, { kind: 'struck' }> & { readonly from: ChildProcess };

interface RunState {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
}

const LOOK_MS = 40;
/** More than a worker that stands still keeps a job locked. */
const PLANNED_WITHIN_MS = 20_000;
const MOST_PURGES = 6;
/** For so long a disk is full: longer than a run waits for its next try. */
const FULL_MS = 1_500;
/** Putting a run off, with what is removed of its attempt, is about so many events. */
const MOST_AFTER = 12;
/** A paused worker goes on after so many of its leases. */
const LEASES = 3;

export async function playEpoch(options: EpochOptions): Promise<EpochResult> {
  const result: EpochResult = {
    seed: options.seed,
    cases: options.cases,
    blows: { kill: 0, pause: 0, cut: 0, flip: 0, fill: 0 },
    points: {},
    noticedMs: [],
    endedMs: [],
    problems: [],
  };
  const installation = await Installation.open(options);
  try {
    const random = new Random(options.seed, 7);
    let trace = await playCase(installation, options, null, result, []);
    for (let one = 1; one < options.cases && result.problems.length === 0; one += 1) {
      trace = await playCase(installation, options, planOf(random, options, trace), result, trace);
    }
    result.problems.push(...(await brokenPromises(installation, options.centre, options.recipient)));
    result.problems.push(...(await installation.check()));
    if (result.problems.length === 0) {
      await playRetention(installation, random, options, result);
      result.problems.push(...(await installation.check()));
    }
    const plain = await new TextSearch(options.markers).inFolder(installation.home);
    result.problems.push(...plain.found.map((file) => `${file} holds personal data as it is`));
    if (options.markers.some((marker) => installation.workers.output.includes(marker))) result.problems.push('a worker printed personal data');
  } catch (error) {
    result.problems.push(`${error instanceof Error ? error.stack : error}`);
  } finally {
    if (result.problems.length > 0 && installation.workers.output !== '')
      result.problems.push(`the workers said: ${installation.workers.output.slice(-2_000)}`);
    await installation.close();
  }
  return result;
}

/** Every third file expires, and its deletion is struck again and again until all of them are gone: those and no other. */
async function playRetention(installation: Installation, random: Random, options: EpochOptions, result: EpochResult): Promise<void> {
  const expired = await installation.sql<{ key: string }>(
    `UPDATE artifact SET expires_at = $1::timestamptz - interval '3 hours' WHERE id IN
      (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY created_at) AS place FROM artifact) numbered WHERE place % 3 = 0) RETURNING object_key AS key`,
    [installation.now],
  );
  // About ten events for each file.
  let events = 10 * expired.length;
  for (let blows = 0; blows < MOST_PURGES; blows += 1) {
    const blow = random.pick(['kill', 'kill', 'pause', 'cut'] as const);
    const plan: Plan = { blow, event: random.below(events), when: random.pick(['before', 'during', 'after'] as const) };
    if (await purgeOnce(installation, blows < MOST_PURGES - 1 ? plan : null, options, result)) break;
    events = Math.max(1, Math.round(events / 2));
  }
  result.problems.push(...(await retentionProblems(installation, new Set(expired.map(({ key }) => key)))));
}

/**
 * Whether a purge went to its end undisturbed. While the worker of a purge stands still, another deletes what is left; then it goes on, and there is
 * nothing that it may do.
 */
async function purgeOnce(installation: Installation, plan: Plan | null, options: EpochOptions, result: EpochResult): Promise<boolean> {
  await until(() => installation.isReady(), 30_000, 'no worker came back');
  const purged = new Map<ChildProcess, boolean>();
  const struck: ChildProcess[] = [];
  const stop = installation.workers.listen((report, from) => {
    if (report.kind === 'purged') purged.set(from, !report.failed);
    if (report.kind !== 'struck') return;
    struck.push(from);
    count(result, report.blow, report.point);
  });
  try {
    installation.purge(plan);
    const isStill = () => plan?.blow === 'pause' && struck.length > 0;
    await until(() => purged.size > 0 || isStill() || struck.some((worker) => worker.signalCode !== null), 60_000, 'a purge came to no end');
    const [worker] = struck;
    if (worker && plan?.blow === 'pause') await takeOverPurge(installation, worker, purged, options);
    return struck.length === 0 && [...purged.values()].includes(true);
  } finally {
    for (const worker of struck) worker.kill('SIGCONT');
    stop();
  }
}

async function takeOverPurge(
  installation: Installation,
  still: ChildProcess,
  purged: ReadonlyMap<ChildProcess, boolean>,
  options: EpochOptions,
): Promise<void> {
  await until(() => installation.isReady(still), 30_000, 'no worker came back');
  installation.purge(null, still);
  await until(() => purged.size > 0, 60_000, 'a purge beside one that stands still came to no end');
  await pause(options.leaseSeconds * 1_000);
  still.kill('SIGCONT');
  await until(() => purged.has(still), 60_000, 'a purge that stood still did not end');
}

/** Every point is as likely as every other, however many events it has. */
function planOf(random: Random, { blows }: EpochOptions, trace: readonly Point[]): Plan {
  const blow = blowAt(random.fraction(), blows);
  const when = random.pick(['before', 'during', 'after'] as const);
  const point = random.pick([...new Set(trace)]);
  // What comes after a cut is a run that is put off or ended.
  const again = blow === 'cut' && random.fraction() < 0.7 ? { blow: random.pick(['kill', 'cut'] as const), after: 1 + random.below(MOST_AFTER) } : undefined;
  return { blow, event: random.pick(trace.flatMap((one, event) => (one === point ? [event] : []))), when, ...(again && { next: again }) };
}

/** The blow that a number from 0 to 1 falls to. */
function blowAt(fraction: number, blows: EpochOptions['blows']): Blow {
  const kinds = Object.keys(blows) as Blow[];
  const whole = kinds.reduce((sum, kind) => sum + blows[kind], 0);
  let reached = 0;
  for (const kind of kinds) {
    reached += blows[kind];
    if (fraction * whole < reached) return kind;
  }
  return 'kill';
}

/** One hour of the installation and what befalls it; gives the points of an undisturbed attempt. */
async function playCase(
  installation: Installation,
  options: EpochOptions,
  plan: Plan | null,
  result: EpochResult,
  trace: readonly Point[],
): Promise<readonly Point[]> {
  let seen = trace;
  const struck: Struck[] = [];
  const over = new Map<ChildProcess, string>();
  const stop = installation.workers.listen((report, from) => {
    if (report.kind === 'struck') {
      struck.push({ ...report, from });
      // The worker that takes the run over is spared, unless it was too quick.
      installation.order(null);
      if (report.blow === 'fill') void pause(FULL_MS).then(() => installation.makeRoom());
    }
    if (report.kind === 'over') over.set(from, report.runId);
    if (report.kind === 'over' && plan === null) seen = report.trace;
  });
  try {
    installation.order(plan);
    await installation.nextHour();
    const run = await plannedRun(installation);
    await untilEnded(installation, run.id, options, struck, plan, result);
    // It may be struck after the run's end, while it tidies up.
    if (plan?.blow === 'pause' && struck.length === 0)
      await until(() => over.size > 0 || struck.length > 0, 10_000, 'no worker said that its attempt was over');
    for (const worker of installation.workers.alive) worker.kill('SIGCONT');
    if ((plan?.blow === 'kill' || plan?.blow === 'pause') && struck.length === 1) result.problems.push(...lateness(result, options, run.id));
    for (const { blow, point, from } of struck) {
      count(result, blow, point);
      if (plan?.blow === 'pause') await untilOver(from, run.id, over);
    }
    // Its last report may come after the run's end.
    if (plan === null) await until(() => over.size > 0, 10_000, 'no worker said that its attempt was over');
  } finally {
    installation.order(null);
    stop();
  }
  return seen;
}

/** Of the case just played: what took longer than is promised. */
function lateness({ noticedMs, endedMs }: EpochResult, { noticedWithinMs, endedWithinMs }: EpochOptions, run: string): string[] {
  const [noticed = 0, ended = 0] = [noticedMs.at(-1), endedMs.at(-1)];
  return [
    ...(noticed > noticedWithinMs ? [`the death of the worker of run ${run} was noticed after ${noticed} ms`] : []),
    ...(ended > endedWithinMs ? [`run ${run} ended ${ended} ms after the death of its worker`] : []),
  ];
}

function count(result: EpochResult, blow: Blow, point: Point): void {
  result.blows[blow] += 1;
  const name = `${blow} at ${point}`;
  result.points[name] = (result.points[name] ?? 0) + 1;
}

/** Two planners at once, as two services have; they tick on, for a job that somebody has locked is passed over. */
async function plannedRun(installation: Installation): Promise<RunState> {
  for (const begun = Date.now(); ; await pause(LOOK_MS)) {
    await Promise.all([planDueRuns(installation.app.services), planDueRuns(installation.app.services)]);
    const run = await newestRun(installation);
    if (run) return run;
    if (Date.now() - begun > PLANNED_WITHIN_MS) throw new Error(`no run was planned for ${installation.now.toISOString()}`);
  }
}

async function newestRun(installation: Installation): Promise<RunState | null> {
  const [run] = await installation.sql<RunState & { due: boolean }>(
    `SELECT id, status, attempt, scheduled_at = $2 AS due FROM run WHERE job_id = $1 ORDER BY scheduled_at DESC LIMIT 1`,
    [installation.jobId, installation.now],
  );
  return run?.due ? run : null;
}

/** Waits for the end of the run; a worker that was paused goes on after its lease: while another works on the run, or whatever happened meanwhile. */
async function untilEnded(
  installation: Installation,
  id: string,
  options: EpochOptions,
  struck: readonly Struck[],
  plan: Plan | null,
  result: EpochResult,
): Promise<void> {
  const begun = Date.now();
  const isPause = plan?.blow === 'pause';
  // Every second one.
  const wakesAmidst = isPause && plan.event % 2 === 1;
  let noticed = false;
  const awake = new Set<Struck>();
  let attemptThen = 0;
  let endedAt: number | null = null;
  for (;;) {
    const [blow = null] = struck;
    const [run] = await installation.sql<RunState>('SELECT id, status, attempt FROM run WHERE id = $1', [id]);
    const now = Date.now();
    if (blow && attemptThen === 0) attemptThen = Math.max(1, run?.attempt ?? 1);
    if (blow && !noticed && run && run.attempt > attemptThen) {
      noticed = true;
      result.noticedMs.push(now - blow.at);
    }
    const ended = run !== undefined && !['scheduled', 'queued', 'running'].includes(run.status);
    for (const one of isPause ? struck : []) {
      if (awake.has(one) || (now - one.at <= LEASES * options.leaseSeconds * 1_000 && !(wakesAmidst && noticed))) continue;
      one.from.kill('SIGCONT');
      awake.add(one);
    }
    if (ended) endedAt ??= now;
    if (endedAt !== null && (!isPause || awake.size === struck.length)) {
      if (blow) result.endedMs.push(endedAt - blow.at);
      return;
    }
    if (now - (blow?.at ?? begun) > options.stuckAfterMs + LEASES * options.leaseSeconds * 1_000)
      throw new Error(
        `run ${id} is stuck: ${run?.status}, attempt ${run?.attempt}, ${now - begun} ms after it was due${blow ? `; struck at ${blow.point}, ${blow.event}` : ''}`,
      );
    await pause(LOOK_MS);
  }
}

/** The worker that was paused has seen that its run is no longer its own. */
async function untilOver(worker: ChildProcess, runId: string, over: ReadonlyMap<ChildProcess, string>): Promise<void> {
  await until(
    () => over.get(worker) === runId || worker.exitCode !== null || worker.signalCode !== null,
    60_000,
    'a worker that was paused did not end its attempt',
  );
}
