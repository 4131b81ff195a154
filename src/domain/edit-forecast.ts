import { BEGINNING, compare, END, earlier, type Interval, intervalOf, later, unionOf, windowOfInterval } from './interval.ts';
import { goesOnAfter, type PreviewedJob, simulatedWindows } from './job-preview.ts';
import { repeats } from './job-run.ts';
import type { Window } from './window.ts';

/** As many stretches of each kind as an answer holds. */
const MOST_STRETCHES = 100;

/** Settings of a job: when it runs, and over which data. */
export interface Settings {
  readonly job: PreviewedJob;
  /** Source and type: nothing of one ground covers another. */
  readonly ground: string;
  /** By name; never empty. */
  readonly entityTypes: readonly string[];
}

/** What a job has published: of one ground. */
export interface Published {
  readonly ground: string;
  readonly window: Window;
  /** Null means all of its type. */
  readonly entityTypes: readonly string[] | null;
}

export interface ForecastStretch extends Window {
  /** The ground it is of. */
  readonly ground: string;
  readonly entityTypes: readonly string[];
}

export interface EditForecast {
  /** What the job has published, or its runs to come would cover, and with the edit will be covered once more. */
  readonly twice: readonly ForecastStretch[];
  /** What the runs to come would have covered, and with the edit no run will; open when that has no end. */
  readonly never: readonly ForecastStretch[];
}

export interface ForecastFacts {
  readonly before: Settings;
  readonly after: Settings;
  readonly published: readonly Published[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly until: number;
}

/**
 * What an edit changes in what a job covers, up to `until`, if all of its runs succeed: by entity type, for an edit may take some away
 * and leave others. What was covered twice or left out before is not the edit's doing, and not told.
 * @throws RangeError if a zone or a moment is not valid
 */
export function forecastEdit({ before, after, published, now, until }: ForecastFacts): EditForecast {
  const coming = {
    before: { settings: before, windows: windowsOf(before, now, until), goesOn: goesOnAfter(before.job, until) },
    after: { settings: after, windows: windowsOf(after, now, until), goesOn: goesOnAfter(after.job, until) },
  };
  const twice: ForecastStretch[] = [];
  const never: ForecastStretch[] = [];
  for (const group of groupsOf(before, after, published)) {
    const [old, next] = [comingOf(coming.before, group), comingOf(coming.after, group)];
    const past = unionOf(group.published.map(intervalOf));
    const told = (one: Interval): ForecastStretch => ({ ...windowOfInterval(one), ground: group.ground, entityTypes: group.entityTypes });
    twice.push(...without(doubled([...next.windows, ...past]), doubled([...old.windows, ...past])).map(told));
    never.push(...leftOut(old, next, past, repeats(before.job.run)).map(told));
  }
  return { twice: inOrder(twice), never: inOrder(never) };
}

interface Coming {
  readonly settings: Settings;
  readonly windows: readonly Interval[];
  /** Runs come after the last of the windows, too. */
  readonly goesOn: boolean;
}

function windowsOf({ job }: Settings, from: number, until: number): Interval[] {
  return simulatedWindows({ ...job, from, until });
}

interface Group {
  readonly ground: string;
  readonly entityTypes: readonly string[];
  readonly published: readonly Window[];
}

/** Entity types for which everything is alike, by ground; worked out once for all of them. */
function groupsOf(before: Settings, after: Settings, published: readonly Published[]): Group[] {
  const groups = new Map<string, { ground: string; entityTypes: string[]; published: Window[] }>();
  for (const ground of new Set([before.ground, after.ground])) {
    const sides = [before, after].map((one) => (one.ground === ground ? one.entityTypes : []));
    const windows = published.filter((one) => one.ground === ground);
    for (const name of new Set(sides.flat())) {
      const own = windows.flatMap((one, index) => (one.entityTypes === null || one.entityTypes.includes(name) ? [index] : []));
      const key = JSON.stringify([ground, sides.map((names) => names.includes(name)), own]);
      const group = groups.get(key) ?? { ground, entityTypes: [], published: own.map((index) => (windows[index] as Published).window) };
      group.entityTypes.push(name);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

/** What is to come for the entity types of the group: nothing when these settings are not about them. */
function comingOf(coming: Coming, { ground, entityTypes }: Group): Coming {
  const concerns = coming.settings.ground === ground && entityTypes.every((name) => coming.settings.entityTypes.includes(name));
  return concerns ? coming : { ...coming, windows: [], goesOn: false };
}

/** What `old` would have covered and neither `next` nor the past does. A job that runs once promises nothing beyond its run. */
function leftOut(old: Coming, next: Coming, past: readonly Interval[], promised: boolean): Interval[] {
  if (!promised || old.windows.length === 0) return [];
  const horizon = old.windows.map((one) => one.to).reduce(later);
  const covered = unionOf([...next.windows, ...past]);
  const missing = without(unionOf(old.windows), covered);
  if (!next.goesOn) return missing.map((one) => (old.goesOn && one.to === horizon ? { from: one.from, to: END } : one));
  // Beyond its last run before the horizon, `next` goes on all the same.
  const last = next.windows.map((one) => one.to).reduce(later, BEGINNING);
  return missing.map((one) => ({ from: one.from, to: earlier(one.to, last) })).filter((one) => one.from < one.to);
}

/** The stretches that at least two of the intervals cover; in order. */
function doubled(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((one) => one.from < one.to).sort((a, b) => compare(a.from, b.from));
  const found: Interval[] = [];
  let reached: bigint | null = null;
  for (const { from, to } of sorted) {
    if (reached !== null && from < reached) found.push({ from, to: earlier(to, reached) });
    reached = reached === null ? to : later(reached, to);
  }
  return unionOf(found);
}

/** `all` less `taken`, both in order and without overlaps. */
function without(all: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const rest: Interval[] = [];
  let at = 0;
  for (const { from, to } of all) {
    let begin = from;
    while (at < taken.length && (taken[at] as Interval).to <= begin) at += 1;
    for (let next = at; next < taken.length; next += 1) {
      const hole = taken[next] as Interval;
      if (hole.from >= to) break;
      if (hole.from > begin) rest.push({ from: begin, to: hole.from });
      begin = later(begin, hole.to);
    }
    if (begin < to) rest.push({ from: begin, to });
  }
  return rest;
}

function inOrder(stretches: readonly ForecastStretch[]): ForecastStretch[] {
  const begin = (one: ForecastStretch) => intervalOf(one).from;
  return stretches.toSorted((a, b) => compare(begin(a), begin(b))).slice(0, MOST_STRETCHES);
}
