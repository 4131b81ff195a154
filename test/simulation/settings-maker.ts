import type { Random } from '../../src/sample/random.ts';
import { MISSED_RUNS, type RepeatingRun } from '../../src/domain/job-run.ts';
import type { Weekday } from '../../src/domain/schedule.ts';
import { SOURCES, SOURCE_NAMES, type SourceName } from './contact-centre.ts';
import type { PlannedRange, PlannedRun, PlannedSettings } from './steps.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** With changes of the clocks of 30 minutes to 3 hours, at midnight, twice a year and never, and offsets of quarter hours. */
const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Tehran', 'Asia/Kathmandu'],
  ...['Pacific/Apia', 'America/Santiago', 'Africa/Cairo', 'Pacific/Chatham', 'Antarctica/Troll', 'Asia/Beirut', 'America/Havana', 'America/Asuncion'],
];

/** What changes with an edit. */
export type Change = 'run' | 'aligned run' | 'entityTypes' | null;

/** Settings of jobs, as a seed has them. */
export class SettingsMaker {
  /** Settings of the jobs as the steps so far leave them. */
  readonly jobs: PlannedSettings[] = [];
  /** The longest jump of this seed: the denser its jobs run, the shorter. */
  longest = 60 * DAY;
  readonly #random: Random;
  readonly #large: boolean;

  constructor(random: Random, large: boolean) {
    this.#random = random;
    this.#large = large;
  }

  /** Short ones are as likely as long ones. */
  duration(longest: number): number {
    return Math.floor(10 ** (this.#random.fraction() * Math.log10(longest)));
  }

  /** Settings of a new job. `aligned`: see PlannedRun. */
  create(aligned = false): PlannedSettings {
    const source = this.#random.pick(SOURCE_NAMES);
    const missedRuns = this.#random.pick(MISSED_RUNS);
    const run = this.#run(aligned);
    const range = this.#rangeFor(run);
    const settings: PlannedSettings = { source, entityTypes: this.entityTypes(source), timeZone: this.#random.pick(ZONES), run, range, missedRuns };
    this.jobs.push(settings);
    return settings;
  }

  /** The settings of a job as an edit repeats them. */
  kept(job: number): PlannedSettings {
    const before = this.jobs[job] as PlannedSettings;
    const run: PlannedRun = before.run.kind === 'once' ? { kind: 'once', in: 'kept' } : { ...before.run, start: 'kept', end: null, aligned: false };
    const range: PlannedRange = before.range.kind === 'since_previous' ? { kind: 'since_previous', dataFrom: 'kept' } : before.range;
    return { ...before, run, range };
  }

  /** Another schedule, or other data, or another policy; `change` says what changes, null: something. */
  changed(job: number, change: Change): PlannedSettings {
    const random = this.#random;
    const kept = this.kept(job);
    switch (change ?? random.pick(['run', 'zone', 'entityTypes', 'source', 'range', 'missed', 'nothing'] as const)) {
      case 'run':
      case 'aligned run':
        return this.#withRun(kept, this.#run(change === 'aligned run'));
      case 'zone':
        return { ...kept, timeZone: random.pick(ZONES) };
      case 'entityTypes':
        return { ...kept, entityTypes: this.entityTypes(kept.source) };
      case 'source': {
        const source = random.pick(SOURCE_NAMES);
        return { ...kept, source, entityTypes: this.entityTypes(source) };
      }
      case 'range':
        return { ...kept, range: this.#rangeFor(kept.run) };
      case 'missed':
        return { ...kept, missedRuns: random.pick(MISSED_RUNS) };
      case 'nothing':
        return kept;
    }
  }

  entityTypes(source: SourceName): PlannedSettings['entityTypes'] {
    const { entityTypes } = SOURCES[source];
    if (this.#random.chance(0.5)) return 'all';
    const chosen = entityTypes.filter(() => this.#random.chance(0.5));
    return chosen.length > 0 ? chosen : [entityTypes[0]];
  }

  /** One run has no previous one. */
  #rangeFor(run: PlannedRun): PlannedRange {
    const after = this.#range();
    return run.kind === 'once' && after.kind === 'since_previous' ? { kind: 'all' } : after;
  }

  #withRun(kept: PlannedSettings, run: PlannedRun): PlannedSettings {
    if (run.kind !== 'once' || kept.range.kind !== 'since_previous') return { ...kept, run };
    return { ...kept, run, range: { kind: 'all' } };
  }

  #range(): PlannedRange {
    const random = this.#random;
    if (random.chance(0.8)) return { kind: 'since_previous', dataFrom: random.pick(['start', 'start', 'all', -this.duration(10 * DAY)] as const) };
    if (random.chance(0.3)) return { kind: 'all' };
    return { kind: 'last', count: 1 + random.below(3), unit: random.pick(['hour', 'day', 'week', 'month'] as const), calendar: random.chance(0.4) };
  }

  #run(aligned = false): PlannedRun {
    const random = this.#random;
    if (!aligned && random.chance(0.08)) return { kind: 'once', in: MINUTE + this.duration(10 * DAY) };
    const bounds = {
      start: random.chance(0.8) ? ('now' as const) : this.duration(5 * DAY),
      end: random.chance(0.85) ? null : HOUR + this.duration(20 * DAY),
      aligned,
    };
    const time = `${String(random.below(24)).padStart(2, '0')}:${random.pick(['00', '15', '30', '59'])}`;
    switch (random.pick(['hourly', 'hourly', 'daily', 'daily', 'weekly', 'monthly'] as const satisfies readonly RepeatingRun['kind'][])) {
      case 'hourly': {
        const every = random.pick([1, 2, 5, 12, 23]);
        this.longest = Math.min(this.longest, every * (this.#large ? 10 : 2) * DAY);
        return { kind: 'hourly', every, minute: random.below(60), ...bounds };
      }
      case 'daily':
        this.longest = Math.min(this.longest, (this.#large ? 60 : 20) * DAY);
        return { kind: 'daily', time, ...bounds };
      case 'weekly': {
        const weekdays = ([1, 2, 3, 4, 5, 6, 7] as const).filter(() => random.chance(0.4));
        return { kind: 'weekly', weekdays: weekdays.length > 0 ? weekdays : [3 satisfies Weekday], time, ...bounds };
      }
      case 'monthly':
        return { kind: 'monthly', day: random.pick([1, 15, 29, 31, 'last'] as const), time, ...bounds };
    }
  }
}
