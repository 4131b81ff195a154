import { Temporal } from 'temporal-polyfill';
import type { ErrorCode } from '../errors.ts';
import { type JobRun, nextRunOf, type RepeatingRun, repeats } from './job-run.ts';
import { type Moment, momentAt, parseMoment, shownMoment } from './moment.ts';
import { type ProblemList, type Properties, propertiesOf, refuseOtherProperties } from './problem-list.ts';
import type { Weekday } from './schedule.ts';

const KINDS = ['once', 'hourly', 'daily', 'weekly', 'monthly'] as const;
const BOUNDS = ['start', 'end'] as const;
const PROPERTIES_OF_KIND = {
  once: ['kind', 'start', 'at'],
  hourly: ['kind', 'every', 'minute', ...BOUNDS],
  daily: ['kind', 'time', ...BOUNDS],
  weekly: ['kind', 'weekdays', 'time', ...BOUNDS],
  monthly: ['kind', 'day', 'time', ...BOUNDS],
} as const;
const IMMEDIATELY: JobRun = { kind: 'once', start: 'immediately' };
const FARTHEST_YEARS = 5;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What the reading of `run` needs to know. */
export interface RunFacts {
  readonly now: Date;
  /** Zone of the job; null while it is not known: then local times and the schedule are looked at only by their shape. */
  readonly timeZone: string | null;
  /** As stored, when a job is edited: moments that have not changed may have passed meanwhile. */
  readonly editing?: JobRun | undefined;
}

/** `run` as read. */
export interface RunReading {
  /** Counts only if no problem was added. */
  readonly run: JobRun;
  /** Whether such a job repeats; null when the kind is not known. */
  readonly repeats: boolean | null;
  /** The start of a repeating job, or the date of one that runs once; null when there is none, or none that can be read. */
  readonly start: Moment | null;
  readonly end: Moment | null;
}

/** A rule of a repeating job without its bounds. */
type Rule = RepeatingRun extends infer Run ? (Run extends unknown ? Omit<Run, 'start' | 'end'> : never) : never;

interface WholeRange {
  readonly min: number;
  readonly max: number;
  readonly or?: string;
}

/**
 * Reads `run` of a job (product.md section 2; reliability.md section 4, cases 10-14 and 17-20). Adds every problem to `problems`.
 * `start: "now"`, which is also meant when it is left out of a new job, becomes the instant of `facts.now`; weekdays come back sorted.
 */
export function parseRun(input: unknown, facts: RunFacts, problems: ProblemList): RunReading {
  const properties = propertiesOf(input);
  const kind = KINDS.find((one) => one === properties?.get('kind'));
  if (!properties) problems.add('run.invalid', 'run', input ?? undefined, KINDS);
  else if (!kind) problems.add('run.invalid', 'run.kind', properties.get('kind'), KINDS);
  if (!properties || !kind) return { run: IMMEDIATELY, repeats: null, start: null, end: null };
  refuseOtherProperties(properties, 'run.', PROPERTIES_OF_KIND[kind], [], problems);
  return kind === 'once' ? parseOnce(properties, facts, problems) : parseRepeating(kind, properties, facts, problems);
}

function parseOnce(properties: Properties, facts: RunFacts, problems: ProblemList): RunReading {
  const [start, at] = [properties.get('start'), properties.get('at')];
  const reading: RunReading = { run: IMMEDIATELY, repeats: false, start: null, end: null };
  if (isMissing(at)) {
    if (start !== 'immediately') problems.add('run.invalid', 'run.start', start ?? undefined, ['immediately']);
    return reading;
  }
  if (!isMissing(start)) {
    problems.addAsIs('start.conflict', 'run.start', { start: shownMoment(start), at: shownMoment(at) });
    return reading;
  }
  const moment = parseMoment(at, 'run.at', { timeZone: facts.timeZone, invalid: 'start.invalid' }, problems);
  if (!moment) return reading;
  const stored = facts.editing && 'at' in facts.editing ? facts.editing.at : null;
  // A run is due after the instant of saving, so that exactly now has passed.
  if (!isSame(moment.at, stored) && compare(moment.at, instantOf(facts.now)) <= 0) addPast('start.past', 'at', at, facts, problems);
  checkDistance('run.at', at, moment, facts, problems);
  return { ...reading, run: { kind: 'once', at: moment.at }, start: moment };
}

function parseRepeating(kind: RepeatingRun['kind'], properties: Properties, facts: RunFacts, problems: ProblemList): RunReading {
  const rule = parseRule(kind, properties, problems);
  const start = parseStart(properties.get('start'), facts, problems);
  const isOpen = isMissing(properties.get('end'));
  const end = isOpen ? null : parseEnd(properties.get('end'), start, facts, problems);
  if (!rule || !start || (!isOpen && !end)) return { run: IMMEDIATELY, repeats: true, start, end };
  const run: RepeatingRun = { ...rule, start: start.at, end: end?.at ?? null };
  checkFires(run, facts, problems);
  return { run, repeats: true, start, end };
}

function parseRule(kind: RepeatingRun['kind'], properties: Properties, problems: ProblemList): Rule | null {
  if (kind === 'hourly') {
    const every = parseWhole(properties.get('every'), 'run.every', 'every.range', { min: 1, max: 23 }, problems);
    const minute = parseWhole(properties.get('minute'), 'run.minute', 'minute.range', { min: 0, max: 59 }, problems);
    return every === null || minute === null ? null : { kind, every, minute };
  }
  const weekdays = kind === 'weekly' ? parseWeekdays(properties.get('weekdays'), problems) : [];
  const day = kind === 'monthly' ? parseDay(properties.get('day'), problems) : 'last';
  const time = parseTime(properties.get('time'), problems);
  if (!weekdays || day === null || time === null) return null;
  if (kind === 'weekly') return { kind, weekdays, time };
  return kind === 'monthly' ? { kind, day, time } : { kind, time };
}

/** Numbers that cannot be told apart any more are `number.format` (case 26), everything else out of place has the code of its field. */
function parseWhole(sent: unknown, field: string, code: ErrorCode, range: WholeRange, problems: ProblemList): number | null {
  const isNumber = typeof sent === 'number';
  if (isNumber && Number.isInteger(sent) && sent >= range.min && sent <= range.max) return sent;
  const isUnreadable = isNumber && !(Math.abs(sent) <= Number.MAX_SAFE_INTEGER);
  problems.add(isUnreadable ? 'number.format' : code, field, sent, range);
  return null;
}

function parseDay(sent: unknown, problems: ProblemList): number | 'last' | null {
  return sent === 'last' ? 'last' : parseWhole(sent, 'run.day', 'day_of_month.range', { min: 1, max: 31, or: 'last' }, problems);
}

function parseWeekdays(sent: unknown, problems: ProblemList): readonly Weekday[] | null {
  const range = { min: 1, max: 7 };
  if (!Array.isArray(sent) || sent.length === 0) {
    problems.add('weekday.invalid', 'run.weekdays', sent, range);
    return null;
  }
  const weekdays = new Set<Weekday>();
  for (const [index, one] of sent.entries()) {
    const field = `run.weekdays[${index}]`;
    if (weekdays.has(one)) problems.add('weekday.invalid', field, one, range);
    else {
      const weekday = parseWhole(one, field, 'weekday.invalid', range, problems);
      if (weekday !== null) weekdays.add(weekday as Weekday);
    }
  }
  return weekdays.size === sent.length ? [...weekdays].sort((a, b) => a - b) : null;
}

function parseTime(sent: unknown, problems: ProblemList): string | null {
  if (typeof sent === 'string' && TIME.test(sent)) return sent;
  problems.add('time.invalid', 'run.time', sent, 'HH:MM');
  return null;
}

function parseStart(sent: unknown, facts: RunFacts, problems: ProblemList): Moment | null {
  const stored = boundsOf(facts.editing)?.start;
  // An edit that says nothing of the start keeps it: the data of a chain may begin there.
  if (isMissing(sent) && stored) return momentAt(Temporal.Instant.from(stored), facts.timeZone ?? 'UTC');
  if (isMissing(sent) || sent === 'now') return momentAt(instantOf(facts.now), facts.timeZone ?? 'UTC');
  const start = parseMoment(sent, 'run.start', { timeZone: facts.timeZone, invalid: 'start.invalid', or: ['now'] }, problems);
  if (!start) return null;
  if (!isSame(start.at, boundsOf(facts.editing)?.start) && compare(start.at, instantOf(facts.now)) < 0) addPast('start.past', 'start', sent, facts, problems);
  checkDistance('run.start', sent, start, facts, problems);
  return start;
}

/** One problem of the end at a time: what lies in the past is mostly before the start, too. */
function parseEnd(sent: unknown, start: Moment | null, facts: RunFacts, problems: ProblemList): Moment | null {
  const end = parseMoment(sent, 'run.end', { timeZone: facts.timeZone, invalid: 'timestamp.invalid' }, problems);
  if (!end) return null;
  const hasPassed = compare(end.at, instantOf(facts.now)) <= 0 && !isSame(end.at, boundsOf(facts.editing)?.end);
  if (hasPassed) addPast('end.past', 'end', sent, facts, problems);
  else if (start && compare(end.at, start.at) <= 0) problems.add('end.order', 'run.end', shownMoment(sent), { after: start.at });
  else return end;
  return null;
}

function checkDistance(field: string, sent: unknown, moment: Moment, { now }: RunFacts, problems: ProblemList): void {
  const latest = instantOf(now).toZonedDateTimeISO('UTC').add({ years: FARTHEST_YEARS }).toInstant();
  if (compare(moment.at, latest) > 0) problems.add('start.invalid', field, shownMoment(sent), { latest: latest.toString() });
}

/** A schedule without an occurrence from now to its end would never fire. One that is stored so already has had its turn. */
function checkFires(run: RepeatingRun, { now, timeZone, editing }: RunFacts, problems: ProblemList): void {
  if (timeZone === null || run.end === null || (editing && isSameRun(run, editing))) return;
  if (nextRunOf(run, timeZone, now.getTime())) return;
  const next = nextRunOf({ ...run, end: null }, timeZone, now.getTime());
  const range = next ? { end: { min: new Date(next.instant).toISOString() } } : undefined;
  problems.addAsIs('schedule.never_fires', 'run', { start: run.start, end: run.end }, range);
}

function addPast(code: 'start.past' | 'end.past', name: 'at' | 'start' | 'end', sent: unknown, { now }: RunFacts, problems: ProblemList): void {
  const serverTime = now.toISOString();
  problems.addAsIs(code, `run.${name}`, { [name]: shownMoment(sent), serverTime }, { earliest: serverTime });
}

function boundsOf(run: JobRun | undefined): RepeatingRun | null {
  return run && repeats(run) ? run : null;
}

/** Both come from here, but one may have been stored, which keeps no order of properties. */
function isSameRun(one: JobRun, other: JobRun): boolean {
  const entriesOf = (run: JobRun) => JSON.stringify(Object.entries(run).sort(([a], [b]) => (a < b ? -1 : 1)));
  return entriesOf(one) === entriesOf(other);
}

function isSame(at: string, stored: string | null | undefined): boolean {
  return typeof stored === 'string' && compare(at, stored) === 0;
}

function compare(one: string | Temporal.Instant, other: string | Temporal.Instant): number {
  return Temporal.Instant.compare(one, other);
}

function instantOf(date: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime());
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
