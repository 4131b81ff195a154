import { Random } from '../../src/sample/random.ts';
import { MISSED_RUNS, type MissedRuns } from '../../src/domain/job-run.ts';
import { type NewRow, SOURCES, SOURCE_NAMES } from './contact-centre.ts';
import { type Change, DAY, HOUR, MINUTE, SECOND, SettingsMaker } from './settings-maker.ts';
import type { Act, PlannedSettings, Scenario, Step } from './steps.ts';
import { FAILURES } from './world.ts';

/** What happens to UDM under one seed. The same seed gives the same steps on every machine. */

/** `large`: gaps up to months and every policy; without it, what a database can plan in a test's time. */
export interface ScenarioSize {
  readonly large: boolean;
}

/** The scenario of a seed (0 to 2^53). */
export function scenarioOf(seed: number, size: ScenarioSize): Scenario {
  return new ScenarioMaker(seed, size).make();
}

type Weighted = readonly [weight: number, make: () => Step | readonly Step[]];

class ScenarioMaker {
  readonly #seed: number;
  readonly #random: Random;
  readonly #large: boolean;
  readonly #maker: SettingsMaker;

  constructor(seed: number, { large }: ScenarioSize) {
    this.#seed = seed;
    this.#random = new Random(seed, 3);
    this.#large = large;
    this.#maker = new SettingsMaker(this.#random, large);
  }

  make(): Scenario {
    const random = this.#random;
    const begin = Date.UTC(2024, 0, 1) + random.below(6 * 365) * DAY + random.below(DAY);
    const skew = { UCSX: this.#skew(), IWD: this.#skew() };
    const steps: Step[] = [this.#create()];
    const count = 30 + random.below(this.#large ? 90 : 40);
    while (steps.length < count) steps.push(...[this.#next()].flat());
    return { seed: this.#seed, begin, skew, steps: [...steps, ...this.#ending()] };
  }

  /** Clocks of sources differ from the true time by less than the tolerance, seldom by more. */
  #skew(): number {
    return this.#random.chance(0.6) ? 0 : this.#random.below(8 * SECOND) - 4 * SECOND;
  }

  #next(): Step | readonly Step[] {
    const total = this.#choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#random.fraction() * total;
    for (const [weight, make] of this.#choices) {
      left -= weight;
      if (left < 0) return make();
    }
    throw new Error('The weights do not add up.');
  }

  readonly #choices: readonly Weighted[] = [
    [18, () => this.#toOccurrence()],
    [6, () => ({ do: 'wait', ms: this.#maker.duration(DAY) })],
    [2, () => ({ do: 'wait', ms: this.#maker.duration(this.#maker.longest) })],
    [5, () => ({ do: 'set clock', ms: this.#maker.duration(this.#maker.longest) + 2 * SECOND })],
    [6, () => ({ do: 'set clock', ms: -this.#maker.duration(this.#maker.longest) - 2 * SECOND })],
    [4, () => ({ do: 'put clock right' })],
    [22, () => ({ do: 'tick', planner: this.#planner() })],
    [6, () => ({ do: 'part of a tick', planner: this.#planner(), transactions: 1 + this.#random.below(4) })],
    [2, () => ({ do: 'kill planner', planner: this.#planner() })],
    [3, () => ({ do: 'together', planners: [0, 1, 2].slice(0, 2 + this.#random.below(2)), act: this.#random.chance(0.5) ? this.#act() : null })],
    [3, () => this.#between()],
    [2, () => this.#onTheMinute()],
    [1, () => this.#detour()],
    [1, () => this.#twoSuspensions()],
    [1, () => this.#afterWrongClock()],
    [1, () => this.#triedAhead()],
    [1, () => (this.#maker.jobs.length < 4 ? this.#onceAhead() : this.#afterWrongClock())],
    [1, () => ({ do: 'new zone data' })],
    [14, () => ({ do: 'work', pick: this.#random.fraction() })],
    [6, () => ({ do: 'work all', most: this.#large ? 40 : 8 })],
    [5, () => ({ do: 'claim', pick: this.#random.fraction() })],
    [4, () => ({ do: 'open', pick: this.#random.fraction() })],
    [5, () => ({ do: 'publish', pick: this.#random.fraction() })],
    [5, () => ({ do: 'fail', pick: this.#random.fraction(), code: this.#random.pick(FAILURES) })],
    [16, () => this.#rows()],
    [10, () => this.#act()],
    [4, () => ({ do: 'run now', job: this.#random.below(8) })],
    [1, () => this.#fill()],
    [2, () => ({ do: 'cancel', pick: this.#random.fraction() })],
    [1, () => ({ do: 'settle lag', source: this.#random.pick(SOURCE_NAMES), seconds: this.#random.pick([0, 30, 300, 3_600]) })],
    [3, () => (this.#maker.jobs.length < 4 ? this.#create() : this.#toOccurrence())],
  ];

  /** The clock is put right and time goes on: what the steps before left behind must come out well. */
  #ending(): Step[] {
    const steps: Step[] = [{ do: 'put clock right' }, { do: 'kill planner', planner: 0 }, { do: 'tick', planner: 0 }, { do: 'work all', most: 2_000 }];
    for (let round = 0; round < 6; round += 1) {
      const wait: Step = { do: 'wait for', job: round, ms: this.#random.below(2 * SECOND), within: this.#maker.longest };
      steps.push(this.#rows(), wait, { do: 'tick', planner: 0 }, { do: 'work all', most: 2_000 });
    }
    return steps;
  }

  #toOccurrence(): Step {
    const random = this.#random;
    const ms = random.pick([0, 0, 0, -1, 1, random.below(5 * SECOND), random.below(10 * MINUTE), random.below(3 * HOUR)]);
    return { do: 'wait for', job: random.below(8), ms, within: this.#maker.longest };
  }

  #planner(): number {
    return this.#random.below(3);
  }

  #act(): Act {
    const random = this.#random;
    const job = random.below(this.#maker.jobs.length);
    const kind = random.pick(['edit', 'suspend', 'resume'] as const);
    if (kind === 'suspend') return { do: 'suspend', job };
    if (kind === 'resume') return { do: 'resume', job, missed: random.pick(MISSED_RUNS) };
    return this.#edit(job, null);
  }

  /** @param change what changes; null: something */
  #edit(job: number, change: Change): Act {
    const settings = this.#maker.changed(job, change);
    this.#maker.jobs[job] = settings;
    return { do: 'edit', job, settings };
  }

  /** A planner has seen that something is due, and stalls while time passes, a user acts and another planner ticks. */
  #between(): Step[] {
    const random = this.#random;
    const planner = this.#planner();
    const act = random.chance(0.5) ? this.#edit(random.below(this.#maker.jobs.length), 'run') : this.#act();
    const wait = (): Step => ({ do: 'wait for', job: act.job, ms: random.below(3 * SECOND), within: this.#maker.longest });
    const meanwhile: Step[] = random.chance(0.5) ? [wait()] : [];
    const other: Step[] = random.chance(0.3)
      ? [
          { do: 'tick', planner: (planner + 1) % 3 },
          { do: 'work', pick: random.fraction() },
        ]
      : [];
    const stall: Step = { do: 'part of a tick', planner, transactions: random.pick([2, 3, 3, 3, 4]) };
    return [wait(), { do: 'tick', planner }, wait(), stall, ...meanwhile, act, ...other, { do: 'tick', planner }];
  }

  /** A job leaves its chain, changes its data, and comes back. */
  #detour(): Step[] {
    const job = this.#random.below(this.#maker.jobs.length);
    const edits: Step[] = [];
    const edit = (settings: PlannedSettings) => {
      this.#maker.jobs[job] = settings;
      edits.push({ do: 'edit', job, settings });
    };
    const before = this.#maker.kept(job);
    if (before.run.kind === 'once') return [this.#toOccurrence()];
    edit({ ...before, range: { kind: 'all' } });
    if (this.#random.chance(0.6)) edit({ ...this.#maker.kept(job), entityTypes: this.#maker.entityTypes(before.source) });
    edit({ ...this.#maker.kept(job), range: { kind: 'since_previous', dataFrom: this.#random.pick(['start', 'all'] as const) } });
    return edits;
  }

  /** What the first suppressed is not the second's business. */
  #twoSuspensions(): Step[] {
    const random = this.#random;
    const job = random.below(this.#maker.jobs.length);
    const wait: Step = { do: 'wait for', job, ms: random.below(5 * SECOND), within: this.#maker.longest };
    const suspend: Step = { do: 'suspend', job };
    const resume = (missed: MissedRuns): Step => ({ do: 'resume', job, missed });
    const first: Step[] = [suspend, wait, { do: 'tick', planner: this.#planner() }, resume('none')];
    return [...first, suspend, ...(random.chance(0.5) ? [wait] : []), resume(random.pick(['all', 'latest']))];
  }

  /** Something is planned while the clock is ahead; it is put right, and a user acts before any planner looks. */
  #afterWrongClock(): Step[] {
    const random = this.#random;
    const ahead: Step = random.chance(0.5) ? { do: 'tick', planner: this.#planner() } : this.#act();
    const act = random.chance(0.7) ? this.#edit(random.below(this.#maker.jobs.length), 'run') : this.#act();
    const wait: Step = { do: 'wait for', job: act.job, ms: random.below(5 * SECOND), within: this.#maker.longest };
    return [
      { do: 'set clock', ms: this.#maker.duration(this.#maker.longest) },
      ahead,
      { do: 'put clock right' },
      act,
      wait,
      { do: 'tick', planner: this.#planner() },
    ];
  }

  /** A run is tried or cancelled while the clock is ahead, once or again and again; its real time comes after an edit. */
  #triedAhead(): Step[] {
    const random = this.#random;
    const job = random.below(this.#maker.jobs.length);
    const wait: Step = { do: 'wait for', job, ms: -8 * MINUTE, within: this.#maker.longest };
    const tick: Step = { do: 'tick', planner: this.#planner() };
    const workAll: Step = { do: 'work all', most: 3 };
    const tries: Step[] = random.chance(0.3) ? [{ do: 'claim', pick: 0 }, { do: 'cancel', pick: 0 }, workAll] : [workAll];
    const ahead: Step[] = [{ do: 'set clock', ms: 9 * MINUTE }, tick, ...tries, { do: 'put clock right' }, tick];
    const times = random.pick([1, 1, 6]);
    const edit: Step[] = random.chance(0.6) ? [this.#edit(job, 'entityTypes')] : [];
    const comes: Step[] = [this.#rows(), { ...wait, ms: random.below(SECOND) }, tick, workAll];
    return [{ do: 'put clock right' }, tick, wait, ...Array.from({ length: times }, () => ahead).flat(), ...edit, ...comes];
  }

  /** A job that runs once comes due while the clock is ahead, and another run of it is going. */
  #onceAhead(): Step[] {
    const { settings } = this.#create();
    const once: PlannedSettings = { ...settings, run: { kind: 'once', in: MINUTE + this.#random.below(HOUR) }, range: { kind: 'all' } };
    const job = this.#maker.jobs.length - 1;
    this.#maker.jobs[job] = once;
    const busy: Step[] = this.#random.chance(0.7) ? [{ do: 'run now', job }] : [];
    const tried: Step[] = this.#random.chance(0.3) ? [{ do: 'work all', most: 5 }] : [];
    const ahead: Step[] = [{ do: 'set clock', ms: 2 * HOUR }, { do: 'tick', planner: this.#planner() }, ...tried, { do: 'put clock right' }];
    return [{ do: 'create', settings: once }, ...busy, ...ahead, { do: 'tick', planner: this.#planner() }];
  }

  /** A job is made or edited at an instant at which its new schedule has an occurrence: that one is over. */
  #onTheMinute(): Step[] {
    const make = this.#maker.jobs.length < 4 && this.#random.chance(0.3);
    return [{ do: 'wait for a full minute' }, make ? this.#create(true) : this.#edit(this.#random.below(this.#maker.jobs.length), 'aligned run')];
  }

  #fill(): Step {
    const from = -this.#maker.duration(30 * DAY) - HOUR;
    const gaps = [{ from, to: from / 2 }, ...(this.#random.chance(0.5) ? [{ from: from / 2, to: from / 4 }] : [])];
    return { do: 'fill', job: this.#random.below(8), gaps: gaps.map((gap) => ({ from: Math.floor(gap.from), to: Math.floor(gap.to) })) };
  }

  #rows(): Step {
    const random = this.#random;
    const row = (): NewRow => {
      const source = random.pick(SOURCE_NAMES);
      const age = random.chance(0.6) ? random.below(2 * MINUTE) : this.#maker.duration(4 * DAY);
      return {
        source,
        entityType: random.pick(SOURCES[source].entityTypes),
        age,
        delay: random.chance(0.5) ? 0 : random.fraction(),
        atEnd: random.chance(0.15) ? random.fraction() : null,
      };
    };
    return { do: 'rows appear', rows: Array.from({ length: 1 + random.below(5) }, row) };
  }

  #create(aligned = false): Extract<Step, { do: 'create' }> {
    return { do: 'create', settings: this.#maker.create(aligned) };
  }
}
