import { Violation } from './job-model.ts';
import type { SourceName } from './contact-centre.ts';
import { type Answer, type Attempt, type FailureCode, inOrder, type JobSettings, type ReadOut, type RunRow, type World } from './world.ts';

/** Two worlds in step: every verb is done in both, and their answers and all their rows must be the same. Shows the first world's. */
export class PairWorld implements World {
  readonly #one: World;
  readonly #other: World;
  #reads: readonly [ReadOut, ReadOut] | null = null;

  constructor(one: World, other: World) {
    this.#one = one;
    this.#other = other;
  }

  setClock(now: number): Promise<void> {
    return this.#both('the clock', (world) => world.setClock(now));
  }

  create(settings: JobSettings): Promise<Answer> {
    return this.#both('create', (world) => world.create(settings));
  }

  edit(job: number, settings: JobSettings): Promise<Answer> {
    return this.#both('edit', (world) => world.edit(job, settings));
  }

  suspend(job: number): Promise<Answer> {
    return this.#both('suspend', (world) => world.suspend(job));
  }

  resume(job: number, missed: 'all' | 'latest' | 'none'): Promise<Answer> {
    return this.#both('resume', (world) => world.resume(job, missed));
  }

  runNow(job: number): Promise<Answer> {
    return this.#both('run now', (world) => world.runNow(job));
  }

  fill(job: number, gaps: readonly { readonly from: number; readonly to: number }[]): Promise<Answer> {
    return this.#both('fill', (world) => world.fill(job, gaps));
  }

  cancel(run: RunRow): Promise<Answer> {
    return this.#both('cancel', (world) => world.cancel(this.#runIn(world, run)));
  }

  setSettleSeconds(source: SourceName, seconds: number): Promise<void> {
    return this.#both('the settle lag', (world) => world.setSettleSeconds(source, seconds));
  }

  forgetZoneData(): Promise<void> {
    return this.#both('zone data', (world) => world.forgetZoneData());
  }

  tick(planner: number): Promise<void> {
    return this.#both('tick', (world) => world.tick(planner));
  }

  tickPart(planner: number, transactions: number): Promise<boolean> {
    return this.#both('part of a tick', (world) => world.tickPart(planner, transactions));
  }

  crashPlanner(planner: number): Promise<void> {
    return this.#both('kill planner', (world) => world.crashPlanner(planner));
  }

  together(planners: readonly number[], act: (world: World) => Promise<Answer>): Promise<Answer> {
    return this.#both('together', (world) => world.together(planners, act));
  }

  async claim(run: RunRow): Promise<Attempt | null> {
    const one = await this.#one.claim(run);
    const other = await this.#other.claim(this.#runIn(this.#other, run));
    if (one?.number !== other?.number) throw new Violation(`the worlds disagree: claim gave attempt ${one?.number} and ${other?.number}`);
    return one && other && { run: one.run, number: one.number, snapshot: null, wait: 0, lease: [one, other] };
  }

  async open(attempt: Attempt): Promise<Answer> {
    const answer = await this.#both('open', (world) => world.open(this.#attemptIn(world, attempt)));
    const [one, other] = attempt.lease as [Attempt, Attempt];
    if (JSON.stringify(inWords(one.snapshot)) !== JSON.stringify(inWords(other.snapshot)))
      throw new Violation(`the worlds disagree on what was read: ${JSON.stringify(one.snapshot)} and ${JSON.stringify(other.snapshot)}`);
    if (one.wait !== other.wait) throw new Violation(`the worlds disagree: a wait of ${one.wait} and ${other.wait} milliseconds`);
    Object.assign(attempt, { snapshot: one.snapshot, wait: one.wait });
    return answer;
  }

  publish(attempt: Attempt): Promise<Answer> {
    return this.#both('publish', (world) => world.publish(this.#attemptIn(world, attempt)));
  }

  fail(attempt: Attempt, code: FailureCode): Promise<void> {
    return this.#both('fail', (world) => world.fail(this.#attemptIn(world, attempt), code));
  }

  async read(): Promise<ReadOut> {
    const [one, other] = [sorted(await this.#one.read()), sorted(await this.#other.read())];
    requireSame('a job', one.jobs, other.jobs);
    requireSame('a run', one.runs.map(withoutName), other.runs.map(withoutName));
    requireSame('a chain', sortedChains(one), sortedChains(other));
    this.#reads = [one, other];
    return one;
  }

  async stop(): Promise<void> {
    await this.#one.stop();
    await this.#other.stop();
  }

  async #both<T>(what: string, verb: (world: World) => Promise<T>): Promise<T> {
    const one = await verb(this.#one);
    const other = await verb(this.#other);
    if (one !== other) throw new Violation(`the worlds disagree: ${what} gave ${one} and ${other}`);
    return one;
  }

  #runIn(world: World, run: RunRow): RunRow {
    if (world === this.#one) return run;
    const [one, other] = this.#reads as [ReadOut, ReadOut];
    return other.runs[one.runs.findIndex((each) => each.id === run.id)] as RunRow;
  }

  #attemptIn(world: World, attempt: Attempt): Attempt {
    const [one, other] = attempt.lease as [Attempt, Attempt];
    return world === this.#one ? one : other;
  }
}

function sorted(read: ReadOut): ReadOut {
  return { ...read, runs: [...read.runs].sort(inOrder) };
}

function inWords(snapshot: Attempt['snapshot']) {
  if (!snapshot) return null;
  const { from, to, lateFrom, arrivalTo, now, rows, lateRows } = snapshot;
  return [from, to, lateFrom, arrivalTo, now, rows.map((row) => row.id), lateRows.map((row) => row.id)];
}

function withoutName({ job, instant, trigger, status, from, to, lateFrom, arrivalTo, chain, attempt, code }: RunRow) {
  return { job, instant, trigger, status, from, to, lateFrom, arrivalTo, chain, attempt, code };
}

function sortedChains({ chains }: ReadOut) {
  const plain = chains.map(({ job, number, source, entityTypes, dataFrom, edge, arrivalEdge }) => ({
    ...{ job, number, source, entityTypes, dataFrom, edge, arrivalEdge },
  }));
  return plain.sort((a, b) => a.job - b.job || a.number - b.number);
}

function requireSame(what: string, one: readonly object[], other: readonly object[]): void {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [left, right] = [one[index], other[index]].map((row) => JSON.stringify(row, Object.keys({ ...one[index], ...other[index] }).sort()));
    if (left !== right) throw new Violation(`the worlds disagree on ${what}: ${left} and ${right}`);
  }
}
