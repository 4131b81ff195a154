import { nextRunOf } from '../../src/domain/job-run.ts';
import type { Bug } from './bugs.ts';
import { Checker } from './checker.ts';
import { ContactCentre } from './contact-centre.ts';
import { type StepFacts, Violation } from './job-model.ts';
import type { OccurrenceSource } from './occurrence-checks.ts';
import { type Act, resolve, type Scenario, type Step } from './steps.ts';
import { Workers } from './workers.ts';
import type { Answer, JobSettings, ReadOut, RunRow, World } from './world.ts';

/** Plays a scenario in a world, step by step, and has every step checked. */

export interface Outcome {
  /** What must not be, and after which step; null when all is well. */
  readonly broken: { readonly step: number; readonly what: string } | null;
  readonly read: ReadOut;
  readonly published: number;
  readonly exportedRows: number;
  readonly lateRows: number;
  readonly sourceRows: number;
}

export interface Play {
  readonly scenario: Scenario;
  readonly makeWorld: (centre: ContactCentre) => World | Promise<World>;
  readonly bugs?: ReadonlySet<Bug>;
  readonly occurrences?: OccurrenceSource;
  /** Defects of src/ to go round. */
  /** Called after every step with the read-out. */
  readonly onStep?: (note: StepNote) => void;
}

export interface StepNote {
  readonly index: number;
  readonly step: Step;
  readonly answer: Answer;
  readonly trueTime: number;
  readonly udmTime: number;
  readonly changed: readonly RunRow[];
  readonly read: ReadOut;
}

const MINUTE = 60_000;

/** However a scenario ends: then the clock is put right, a tick looks at everything, and workers have time for all of it. */
const ENDING: readonly Step[] = [{ do: 'put clock right' }, { do: 'kill planner', planner: 0 }, { do: 'tick', planner: 0 }, { do: 'work all', most: 5_000 }];

export async function play(how: Play): Promise<Outcome> {
  const centre = new ContactCentre(how.scenario.skew, how.bugs?.has('windowEndIncluded') ?? false);
  const world = await how.makeWorld(centre);
  try {
    return await new Simulation(world, centre, how).run();
  } finally {
    await world.stop();
  }
}

class Simulation {
  readonly #world: World;
  readonly #centre: ContactCentre;
  readonly #how: Play;
  readonly #checker: Checker;
  readonly #settings: JobSettings[] = [];
  /** Planners with a tick that stalled. */
  readonly #stalled = new Set<number>();
  readonly #workers: Workers;
  #trueTime: number;
  #offset = 0;
  #index = -1;
  #read: ReadOut = { jobs: [], runs: [], chains: [], tasks: new Set() };

  constructor(world: World, centre: ContactCentre, how: Play) {
    this.#world = world;
    this.#centre = centre;
    this.#how = how;
    this.#trueTime = how.scenario.begin;
    this.#checker = new Checker(how.occurrences ?? 'rule');
    this.#workers = new Workers(world, this.#checker, {
      read: () => this.#read,
      look: async () => {
        this.#read = await world.read();
      },
      wait: (milliseconds) => this.#setTime(this.#trueTime + milliseconds, this.#offset),
    });
  }

  async run(): Promise<Outcome> {
    const steps = [...this.#how.scenario.steps, ...ENDING];
    try {
      await this.#setTime(this.#trueTime, 0);
      for (const [index, step] of steps.entries()) await this.#checkedStep(index, step);
      this.#checker.end(this.#read, this.#centre.rows);
      return this.#outcome(null);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return this.#outcome({ step: this.#index, what: error.message });
    }
  }

  #outcome(broken: Outcome['broken']): Outcome {
    return { broken, read: this.#read, ...this.#workers.count, sourceRows: this.#centre.rows.length };
  }

  async #checkedStep(index: number, step: Step): Promise<void> {
    try {
      await this.#step(index, step);
    } catch (error) {
      const answer = error instanceof Violation ? `BROKEN: ${error.message}` : `ERROR: ${error}`;
      this.#how.onStep?.({ index, step, answer, trueTime: this.#trueTime, udmTime: this.#now, changed: [], read: this.#read });
      throw error;
    }
  }

  async #step(index: number, step: Step): Promise<void> {
    this.#index = index;
    this.#checker.begin();
    const fresh = step.do === 'tick' && !this.#stalled.has(step.planner);
    const answer = await this.#do(step);
    this.#read = await this.#world.read();
    const act = step.do === 'together' ? step.act : step;
    const facts: StepFacts = {
      ...{ kind: act?.do ?? step.do, index, now: this.#now, answer, wholeTick: fresh },
      ...{ job: act && 'job' in act ? this.#jobOf(act.job) : null, missed: act?.do === 'resume' ? act.missed : null },
    };
    const changed = this.#checker.look(facts, this.#read);
    this.#how.onStep?.({ index, step, answer, trueTime: this.#trueTime, udmTime: this.#now, changed, read: this.#read });
    // Two suspensions of a job, or two fillings, do not happen in one millisecond.
    if (act?.do === 'resume' || act?.do === 'fill') await this.#setTime(this.#trueTime + 1, this.#offset);
  }

  get #now(): number {
    return this.#trueTime + this.#offset;
  }

  async #setTime(trueTime: number, offset: number): Promise<void> {
    const before = this.#now;
    this.#trueTime = trueTime;
    this.#offset = offset;
    this.#centre.setTrueTime(trueTime);
    if (this.#now !== before) this.#checker.clockMoved(before, this.#now, this.#index);
    await this.#world.setClock(this.#now);
  }

  async #do(step: Step): Promise<Answer> {
    switch (step.do) {
      case 'create':
        return this.#create(step);
      case 'edit':
      case 'suspend':
      case 'resume':
        return this.#act(step);
      case 'run now':
      case 'fill':
        return this.#request(step);
      case 'wait':
      case 'wait for':
      case 'wait for a full minute':
      case 'set clock':
      case 'put clock right':
        return this.#passTime(step);
      case 'tick':
      case 'part of a tick':
      case 'kill planner':
      case 'together':
        return this.#plan(step);
      case 'cancel':
      case 'work':
      case 'claim':
      case 'work all':
        return this.#workers.run(step);
      case 'open':
      case 'publish':
      case 'fail':
        return this.#workers.attempt(step);
      case 'rows appear':
        for (const row of step.rows) this.#centre.add(row, this.#windowEnds());
        return 'ok';
      case 'settle lag':
        this.#centre.setSettleSeconds(step.source, step.seconds);
        this.#checker.settleChanged(step.source, step.seconds);
        await this.#world.setSettleSeconds(step.source, step.seconds);
        return 'ok';
      case 'new zone data':
        await this.#world.forgetZoneData();
        return 'ok';
    }
  }

  /** The latest ends of windows of each job. */
  #windowEnds(): number[] {
    const ends = this.#settings.map((_, job) => this.#read.runs.filter((run) => run.job === job && run.chain !== null && run.to !== null).slice(-4));
    return ends.flat().map((run) => run.to as number);
  }

  async #create(step: Extract<Step, { do: 'create' }>): Promise<Answer> {
    const settings = resolve(step.settings, this.#now, undefined);
    const answer = await this.#world.create(settings);
    requireAccepted('create', answer);
    this.#settings.push(settings);
    this.#checker.created(settings);
    return answer;
  }

  async #act(act: Act): Promise<Answer> {
    return this.#apply(act, await this.#actIn(this.#world, act));
  }

  /** The settings that an edit would give. */
  #settingsOf(act: Extract<Act, { do: 'edit' }>, job: number): JobSettings {
    return resolve(act.settings, this.#now, this.#settings[job]);
  }

  async #actIn(world: World, act: Act): Promise<Answer> {
    const job = this.#jobOf(act.job);
    if (job === null) return 'nothing';
    if (act.do === 'edit') return world.edit(job, this.#settingsOf(act, job));
    return act.do === 'suspend' ? world.suspend(job) : world.resume(job, act.missed);
  }

  /** Notes what was done. */
  #apply(act: Act, answer: Answer): Answer {
    const job = this.#jobOf(act.job);
    requireAccepted(act.do, answer);
    if (job === null || answer !== 'ok') return answer;
    if (act.do === 'edit') {
      const settings = this.#settingsOf(act, job);
      this.#settings[job] = settings;
      this.#checker.edited(job, settings);
    } else this.#checker.setSuspended(job, act.do === 'suspend');
    return answer;
  }

  async #request(step: Extract<Step, { do: 'run now' | 'fill' }>): Promise<Answer> {
    const job = this.#jobOf(step.job);
    if (job === null) return 'nothing';
    if (step.do === 'run now') return this.#world.runNow(job);
    return this.#world.fill(
      job,
      step.gaps.map((gap) => ({ from: this.#now + gap.from, to: this.#now + gap.to })),
    );
  }

  async #passTime(step: Extract<Step, { do: 'wait' | 'wait for' | 'wait for a full minute' | 'set clock' | 'put clock right' }>): Promise<Answer> {
    if (step.do === 'wait') await this.#setTime(this.#trueTime + step.ms, this.#offset);
    else if (step.do === 'wait for a full minute') await this.#setTime(this.#trueTime + ((MINUTE - (this.#now % MINUTE)) % MINUTE), this.#offset);
    else if (step.do === 'set clock') await this.#setTime(this.#trueTime, this.#offset + step.ms);
    else if (step.do === 'put clock right') await this.#setTime(this.#trueTime, 0);
    else {
      const settings = this.#settings[this.#jobOf(step.job) ?? -1];
      const next = settings && nextRunOf(settings.run, settings.timeZone, this.#now);
      if (!next || next.instant - this.#now > step.within) return 'nothing';
      await this.#setTime(this.#trueTime + Math.max(0, next.instant - this.#now + step.ms), this.#offset);
    }
    return 'ok';
  }

  async #plan(step: Extract<Step, { do: 'tick' | 'part of a tick' | 'kill planner' | 'together' }>): Promise<Answer> {
    if (step.do === 'together') {
      for (const planner of step.planners) this.#stalled.delete(planner);
      const { act } = step;
      const answer = await this.#world.together(step.planners, async (world) => (act ? this.#actIn(world, act) : 'ok'));
      return act ? this.#apply(act, answer) : answer;
    }
    this.#stalled.delete(step.planner);
    if (step.do === 'tick') await this.#world.tick(step.planner);
    else if (step.do === 'kill planner') await this.#world.crashPlanner(step.planner);
    else if (!(await this.#world.tickPart(step.planner, step.transactions))) this.#stalled.add(step.planner);
    return 'ok';
  }

  #jobOf(number: number): number | null {
    return this.#settings.length === 0 ? null : number % this.#settings.length;
  }
}

/** Scenarios hold only what a form may: a refusal of the settings is a mistake of the scenario, or a wrong clock. */
function requireAccepted(verb: string, answer: Answer): void {
  if (verb === 'create' ? answer !== 'ok' : answer.startsWith('request.invalid')) throw new Violation(`${verb} was refused: ${answer}`);
}
