import fc from 'fast-check';
import { type Act, type Ending, isOpen, type Missed, nextAfter, type Rule, type Schedule, type Settings, type World } from './model.ts';

/**
 * Random sequences of commands. A command is plain data and relative to the moment it is given at ("the second job", "in ten minutes"),
 * so that it still means something when others before it are left out: that makes sequences easy to shrink and to replay.
 */

interface RuleSketch extends Rule {
  /** Minutes from now; null is now. */
  readonly startIn: number | null;
  /** Minutes after the later of start and now; null is open. */
  readonly lasts: number | null;
}

type ScheduleSketch =
  | { readonly kind: 'immediately' }
  | { readonly kind: 'at'; readonly inMinutes: number }
  | ({ readonly repeats: true } & RuleSketch)
  /** That of the job, if it is edited. */
  | { readonly kind: 'kept' };

interface SettingsSketch {
  readonly schedule: ScheduleSketch;
  readonly missed: Missed;
}

export type Command =
  | { readonly do: 'create'; readonly settings: SettingsSketch }
  | { readonly do: 'edit'; readonly job: number; readonly version: 'right' | 'stale' | 'missing'; readonly settings: SettingsSketch }
  | { readonly do: 'suspend' | 'delete' | 'clone' | 'runNow'; readonly job: number }
  | { readonly do: 'resume'; readonly job: number; readonly missed: Missed | null }
  | { readonly do: 'bulk'; readonly action: 'suspend' | 'resume' | 'delete' | 'runNow'; readonly jobs: readonly number[]; readonly missed: Missed | null }
  /** `pick` chooses among the runs of the job; -1 is the last. */
  | { readonly do: 'cancel' | 'retry' | 'deleteRun'; readonly job: number; readonly pick: number }
  /** A worker takes the run whose turn it is, or ends the one that is open. */
  | { readonly do: 'begin'; readonly job: number }
  | { readonly do: 'end'; readonly job: number; readonly how: Ending }
  /** Time passes, with the planner ticking at the end of it or not. */
  | { readonly do: 'pass'; readonly minutes: number; readonly tick: boolean }
  /** Time passes until the very instant of the next occurrence of a job. */
  | { readonly do: 'await'; readonly job: number; readonly tick: boolean };

export interface Step {
  readonly command: Command;
  /** Through which door it goes, where there are two. */
  readonly door: 'api' | 'cli';
}

/** Every act comes this long after the one before, for no two of them share an instant. */
const PAUSE_MS = 300;
const MINUTE = 60_000;
const MOST_COMMANDS = 30;

const missed = fc.constantFrom<Missed>('all', 'latest', 'none');
/** Mostly the same job, so that it lives through much. */
const job = fc.constantFrom(0, 0, 0, 0, 1, 1, 2);
const kinds = fc.constantFrom<Rule['kind']>('hourly', 'hourly', 'daily', 'weekly');
const weekdays = fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 });
const rule = fc
  .tuple(kinds, fc.constantFrom(1, 1, 2, 5), fc.nat(23), fc.constantFrom(0, 0, 1, 30, 59), weekdays)
  .map(([kind, every, hour, minute, days]): Rule => ({ kind, every: kind === 'hourly' ? every : 1, hour, minute, weekdays: kind === 'weekly' ? days : [] }));
const maybe = (one: fc.Arbitrary<number>) => fc.option(one, { freq: 2, nil: null });
const schedule: fc.Arbitrary<ScheduleSketch> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'immediately' as const }) },
  { weight: 4, arbitrary: fc.integer({ min: -20, max: 600 }).map((inMinutes) => ({ kind: 'at' as const, inMinutes })) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(rule, maybe(fc.integer({ min: -5, max: 300 })), maybe(fc.integer({ min: 0, max: 3_000 })))
      .map(([one, startIn, lasts]) => ({ repeats: true as const, ...one, startIn, lasts })),
  },
);
const settings = fc.record({ schedule, missed });
const editSettings = fc.record({
  schedule: fc.oneof({ weight: 1, arbitrary: fc.constant({ kind: 'kept' as const }) }, { weight: 2, arbitrary: schedule }),
  missed,
});
/** A few minutes, some hours, up to days. */
const minutes = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 30, max: 200 }), fc.integer({ min: 600, max: 4_000 }));
const mostly = fc.constantFrom(true, true, true, false);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), settings }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      job,
      version: fc.constantFrom('right', 'right', 'right', 'stale', 'missing'),
      settings: editSettings,
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('suspend' as const), job }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('resume' as const), job, missed: fc.option(missed) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clone' as const), job }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('runNow' as const), job }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), job, pick: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('retry' as const), job, pick: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deleteRun' as const), job, pick: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('bulk' as const),
      action: fc.constantFrom('suspend', 'suspend', 'resume', 'resume', 'runNow', 'delete'),
      jobs: fc.uniqueArray(fc.nat(3), { minLength: 2, maxLength: 4 }),
      missed: fc.option(missed),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('begin' as const), job }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), job, how: fc.constantFrom<Ending>('succeeded', 'failed') }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes, tick: mostly }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('await' as const), job, tick: mostly }) },
);
/** What by chance alone comes together too seldom: a suspension during which runs come due, and its end. */
const suspension: fc.Arbitrary<Command[]> = fc
  .record({ job, missed: fc.option(missed), due: fc.integer({ min: 1, max: 3 }) })
  .map(({ due, ...end }) => [
    { do: 'suspend', job: end.job },
    ...Array.from({ length: due }, (): Command => ({ do: 'await', job: end.job, tick: true })),
    { do: 'resume', ...end },
  ]);
/** Nor a second wish right after the run that came of the first. */
const hurry: fc.Arbitrary<Command[]> = fc.record({ job, how: fc.constantFrom<Ending>('succeeded', 'succeeded', 'failed') }).map(({ how, ...one }) => [
  { do: 'runNow', ...one },
  { do: 'begin', ...one },
  { do: 'end', ...one, how },
  { do: 'runNow', ...one },
]);
/** Nor a retry of what failed or was cancelled while it went, and what becomes of it. */
const again: fc.Arbitrary<Command[]> = fc
  .record({ job, cancelled: fc.boolean(), how: fc.constantFrom<Ending>('succeeded', 'failed') })
  .map(({ cancelled, how, ...one }) => [
    { do: 'runNow', ...one },
    { do: 'begin', ...one },
    ...(cancelled ? [{ do: 'cancel', ...one, pick: -1 } as const] : []),
    { do: 'end', ...one, how: 'failed' },
    { do: 'retry', ...one, pick: -1 },
    { do: 'begin', ...one },
    { do: 'end', ...one, how },
  ]);
const phrase = fc.oneof(
  { weight: 18, arbitrary: command.map((one) => [one]) },
  { weight: 2, arbitrary: suspension },
  { weight: 1, arbitrary: hurry },
  { weight: 1, arbitrary: again },
);
const create: fc.Arbitrary<Command> = fc.record({ do: fc.constant('create' as const), settings });
const doors = fc.array(fc.constantFrom<Step['door']>('api', 'cli'), { minLength: MOST_COMMANDS, maxLength: MOST_COMMANDS });

/** The first command makes a job. */
export const sequences: fc.Arbitrary<Step[]> = fc
  .tuple(create, fc.array(phrase, { minLength: 1, maxLength: MOST_COMMANDS - 1, size: 'max' }), doors)
  .map(([first, others, through]) =>
    [first, ...others.flat()].slice(0, MOST_COMMANDS).map((one, index) => ({ command: one, door: through[index] as Step['door'] })),
  );

/** What a command means in this world: the clock, and the act at that instant if there is one. */
export interface Moment {
  readonly now: number;
  readonly act: Act | null;
}

/**
 * Null when there is nothing the command could mean. An act comes a little after the one before, or, `onTheDot`, at the instant until
 * which time has just passed.
 */
export function momentOf(command: Command, world: World, title: string, onTheDot: boolean): Moment | null {
  if (command.do === 'pass') return { now: world.now + command.minutes * MINUTE, act: command.tick ? { do: 'tick' } : null };
  if (command.do === 'await') return awaited(world, command.job, command.tick);
  // Its run would be made for the instant of an occurrence that has its run already: with a clock of microseconds that never happens.
  const collides = command.do === 'edit' && command.settings.schedule.kind === 'immediately';
  const now = onTheDot && !collides ? world.now : world.now + PAUSE_MS;
  const act = actOf(command, { ...world, now }, title);
  return act && { now, act };
}

function awaited(world: World, job: number, tick: boolean): Moment | null {
  const chosen = world.jobs[job % Math.max(world.jobs.length, 1)];
  const next = chosen && !chosen.deleted ? nextAfter(chosen.schedule, world.now) : null;
  return next === null ? null : { now: next, act: tick ? { do: 'tick' } : null };
}

function actOf(command: Exclude<Command, { do: 'pass' | 'await' }>, world: World, title: string): Act | null {
  if (command.do === 'create') return { do: 'create', settings: settingsOf(command.settings, title, world.now, null) };
  if (command.do === 'bulk') return command;
  const number = command.job % Math.max(world.jobs.length, 1);
  const chosen = world.jobs[number];
  if (!chosen) return null;
  const turn = chosen.runs.find(isOpen);
  switch (command.do) {
    case 'begin':
      return turn?.status === 'queued' ? { do: 'begin', job: number, run: turn.at } : null;
    case 'end':
      return turn ? { do: 'end', job: number, run: turn.at, how: command.how } : null;
    case 'cancel':
    case 'retry':
    case 'deleteRun': {
      const run = chosen.runs.at(command.pick % Math.max(chosen.runs.length, 1));
      return run ? { do: command.do, job: number, run: run.at } : null;
    }
    case 'edit': {
      const version = { right: chosen.version, stale: chosen.version - 1, missing: null }[command.version];
      return { do: 'edit', job: number, version, settings: settingsOf(command.settings, title, world.now, chosen.schedule) };
    }
    case 'resume':
      return { do: 'resume', job: number, missed: command.missed };
    case 'clone':
      return { do: 'clone', job: number, title };
    case 'suspend':
    case 'delete':
    case 'runNow':
      return { do: command.do, job: number };
  }
}

function settingsOf({ schedule: sketch, missed: policy }: SettingsSketch, title: string, now: number, kept: Schedule | null): Settings {
  return { title, missed: policy, schedule: sketch.kind === 'kept' && kept ? kept : scheduleOf(sketch, now) };
}

function scheduleOf(sketch: ScheduleSketch, now: number): Schedule {
  if (sketch.kind === 'kept' || sketch.kind === 'immediately') return { kind: 'immediately' };
  if (sketch.kind === 'at') return { kind: 'at', at: now + sketch.inMinutes * MINUTE };
  const { startIn, lasts, kind, every, hour, minute, weekdays: days } = sketch;
  const start = now + (startIn ?? 0) * MINUTE;
  const end = lasts === null ? null : Math.max(start, now) + lasts * MINUTE;
  return { kind: 'repeating', rule: { kind, every, hour, minute, weekdays: days }, start, end };
}
