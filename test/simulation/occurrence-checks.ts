import { nextOccurrence, type Schedule } from '../../src/domain/schedule.ts';
import { WatchedClock } from '../vectors/schedules-by-minutes.ts';
import { type JobModel, nameOf, require, scheduleBy, time } from './job-model.ts';
import type { RunChecks } from './run-checks.ts';
import { inOrder, type JobSettings, type RunRow } from './world.ts';

/**
 * Which occurrences a job should have had. UDM's clock passes every instant, some more than once; what counts is the last time,
 * and the settings that held then.
 */

type Rule = Pick<JobSettings, 'run' | 'timeZone'>;

/** A clock may go back this much unnoticed. */
const TOLERANCE = 1_000;

/** Of one job. */
interface Track {
  /** What the clock passed for the last time, as far as UDM could see. */
  last: Passage[];
  readonly ever: Passage[];
  /** The last end of `last`; the clock may be before it, and nobody has seen that. */
  reached: number;
}

/** The clock passed (from, to] in a step. */
interface Passage {
  readonly rule: Rule;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** rule: by src/domain/schedule.ts, whose own tests hold it against the minutes. minutes: by looking at the clock in every minute. */
export type OccurrenceSource = 'rule' | 'minutes';

export class OccurrenceChecks {
  readonly #tracks = new Map<number, Track>();
  readonly #by: OccurrenceSource;

  constructor(by: OccurrenceSource) {
    this.#by = by;
  }

  clockMoved(jobs: readonly JobModel[], from: number, to: number, step: number): void {
    for (const { number, settings } of jobs) {
      const track = this.#tracks.get(number) ?? { last: [], ever: [], reached: from };
      this.#tracks.set(number, track);
      if (to <= from) continue;
      track.ever.push({ rule: settings, from, to, step });
      if (to > track.reached) track.last.push({ rule: settings, from: Math.max(from, track.reached), to, step });
      track.reached = Math.max(track.reached, to);
    }
  }

  /** UDM looked at the clock for this job: where it went back, what lies ahead is passed once more. */
  clockSeen(job: number, now: number, plannedUntil: number): void {
    const track = this.#tracks.get(job);
    if (!track || track.reached <= now) return;
    // So little goes unnoticed where it was planned, and not where it was not: nothing is owed for that moment.
    const unnoticed = [track.reached, plannedUntil].find((one) => one > now && one <= now + TOLERANCE);
    track.reached = unnoticed ?? now;
    track.last = track.last.filter((one) => one.from < now).map((one) => ({ ...one, to: Math.min(one.to, now) }));
  }

  /** After a tick: every occurrence up to where the job is planned has its row, also where the clock went back. */
  checkPlannedUntil({ number, settings }: JobModel, plannedUntil: number, now: number, runs: readonly RunRow[]): void {
    if (plannedUntil <= now + TOLERANCE) return;
    const rows = new Set(runs.filter((run) => run.job === number && run.trigger !== 'backfill').map((run) => run.instant));
    const missing = this.#instants(settings, now + TOLERANCE, plannedUntil).find((instant) => !rows.has(instant));
    const what = () => `it is ${time(now)}, job ${number} is planned until ${time(plannedUntil)}, and has no row for ${time(missing ?? null)}`;
    require(missing === undefined, what);
  }

  /** At the end, after a tick: every occurrence has its row, and no row is for anything else. */
  end(jobs: readonly JobModel[], runs: readonly RunRow[], { settledIn }: Pick<RunChecks, 'settledIn'>): void {
    for (const { number } of jobs) {
      const track = this.#tracks.get(number);
      if (!track) continue;
      const own = runs.filter((run) => run.job === number && run.trigger !== 'backfill').sort(inOrder);
      const rows = new Map(own.map((run) => [run.instant, run]));
      const expected = this.#occurrences(track.last);
      for (const instant of expected.keys()) require(rows.has(instant), () => `job ${number} has no row for its occurrence at ${time(instant)}`);
      const possible = this.#occurrences(track.ever);
      const strange = own.find((run) => (run.trigger === 'schedule' || run.trigger === 'resume') && !possible.has(run.instant));
      require(!strange, () => `${nameOf(strange as RunRow)} is no occurrence of its job`);
      checkSilence(expected, rows, settledIn);
    }
  }

  /** Instant and the step in which the clock passed it. */
  #occurrences(passages: readonly Passage[]): Map<number, number> {
    const found = new Map<number, number>();
    for (const { rule, from, to, step } of passages) for (const instant of this.#instants(rule, from, to)) found.set(instant, step);
    return found;
  }

  #instants({ run, timeZone }: Rule, from: number, to: number): number[] {
    if (run.kind === 'once') return 'at' in run && Date.parse(run.at) > from && Date.parse(run.at) <= to ? [Date.parse(run.at)] : [];
    const first = Math.max(from + 1, Date.parse(run.start));
    const last = Math.min(to, run.end === null ? Infinity : Date.parse(run.end));
    if (first > last) return [];
    return (this.#by === 'rule' ? byRule : byMinutes)(scheduleBy({ run, timeZone }), first, last);
  }
}

/** What UDM planned and nobody could read while the clock was wrong is not in the way of what comes later. */
function checkSilence(expected: ReadonlyMap<number, number>, rows: ReadonlyMap<number, RunRow>, settledIn: ReadonlyMap<string, number>): void {
  for (const [instant, step] of expected) {
    const run = rows.get(instant) as RunRow;
    const early = run.trigger !== 'run_now' && (settledIn.get(run.id) ?? 0) < step;
    require(!early || run.code !== 'window.not_settled', () => `${nameOf(run)} was tried only while the clock was ahead`);
  }
}

function byRule(schedule: Schedule, first: number, last: number): number[] {
  const found: number[] = [];
  for (let next = nextOccurrence(schedule, first - 1); next && next.instant <= last; next = nextOccurrence(schedule, next.instant)) found.push(next.instant);
  return found;
}

const DAY = 1_440;
const WEEK = 7 * DAY;
const MOST_WATCHED = 50;
const watched = new Map<string, WatchedClock>();

/** A week at a time, and two days around it; looked at once. */
function byMinutes(schedule: Schedule, first: number, last: number): number[] {
  const found: number[] = [];
  for (let week = Math.floor(first / 60_000 / WEEK); week * WEEK * 60_000 <= last; week += 1) {
    const key = `${schedule.timeZone} ${week}`;
    const clock = watched.get(key) ?? new WatchedClock(schedule.timeZone, week * WEEK - 2 * DAY, (week + 1) * WEEK + 2 * DAY);
    if (watched.size >= MOST_WATCHED) watched.clear();
    watched.set(key, clock);
    const [from, to] = [Math.max(first, week * WEEK * 60_000), Math.min(last, (week + 1) * WEEK * 60_000 - 1)];
    for (const { instant } of clock.occurrences(schedule)) if (instant >= from && instant <= to) found.push(instant);
  }
  return found;
}
