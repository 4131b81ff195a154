import type { Checker } from './checker.ts';
import type { Step } from './steps.ts';
import { type Answer, type Attempt, inOrder, isOpen, type ReadOut, type RunRow, type World } from './world.ts';

/** A run that a worker has taken, as it was then. */
interface Held {
  readonly run: RunRow;
  readonly attempt: Attempt;
}

/** What workers see of the simulation. */
export interface WorkersView {
  read(): ReadOut;
  /** Reads anew. */
  look(): Promise<void>;
  wait(milliseconds: number): Promise<void>;
}

/** Workers that take runs, read their source, publish, fail, die, or come back when another has their run. */
export class Workers {
  readonly count = { published: 0, exportedRows: 0, lateRows: 0 };
  readonly #world: World;
  readonly #checker: Checker;
  readonly #udm: WorkersView;
  readonly #attempts: Held[] = [];

  constructor(world: World, checker: Checker, udm: WorkersView) {
    this.#world = world;
    this.#checker = checker;
    this.#udm = udm;
  }

  async run(step: Extract<Step, { do: 'cancel' | 'work' | 'claim' | 'work all' }>): Promise<Answer> {
    if (step.do === 'work all') return this.#workAll(step.most);
    const run = chosen(
      this.#udm
        .read()
        .runs.filter((one) => isOpen(one) || (step.do === 'cancel' && one.status === 'scheduled'))
        .sort(inOrder),
      step.pick,
    );
    if (!run) return 'nothing';
    if (step.do === 'cancel') {
      this.#checker.cancelWanted(run.id);
      return this.#world.cancel(run);
    }
    const held = await this.#claim(run);
    if (!held) return 'nothing to do';
    return step.do === 'work' ? this.#finish(held) : 'ok';
  }

  async #workAll(most: number): Promise<Answer> {
    for (let done = 0; done < most; done += 1) {
      const run = this.#udm.read().runs.find(isOpen);
      if (!run) return 'ok';
      const held = this.#heldBy(run) ?? (await this.#claim(run));
      const answer = held && (await this.#finish(held));
      // A worker that waits for the window to be settled does nothing else.
      if (answer === 'waits') await this.#udm.wait(held?.attempt.wait ?? 0);
      await this.#udm.look();
    }
    return 'ok';
  }

  #heldBy(run: RunRow): Held | undefined {
    return this.#attempts.find(({ attempt }) => attempt.run === run.id && attempt.number === run.attempt && run.status === 'running');
  }

  async #claim(run: RunRow): Promise<Held | null> {
    this.#checker.claimed(run.id);
    const attempt = await this.#world.claim(run);
    if (!attempt) return null;
    const held = { run: { ...run }, attempt };
    this.#attempts.push(held);
    return held;
  }

  async attempt(step: Extract<Step, { do: 'open' | 'publish' | 'fail' }>): Promise<Answer> {
    const held = chosen(this.#attempts, step.pick);
    if (!held) return 'nothing';
    if (step.do === 'open' && held.attempt.snapshot) return 'nothing';
    if (step.do === 'open') {
      const answer = await this.#world.open(held.attempt);
      if (answer !== 'ok' && answer !== 'waits') await this.#giveUp(held, answer);
      return answer;
    }
    if (step.do === 'publish') return this.#finish(held);
    if (step.code === 'run.cancelled') this.#checker.cancelWanted(held.run.id);
    await this.#giveUp(held, step.code);
    return step.code;
  }

  /** The rest of an attempt, as src/operations/execute-run.ts does it. */
  async #finish(held: Held): Promise<Answer> {
    const { run, attempt } = held;
    const opened = attempt.snapshot ? 'ok' : await this.#world.open(attempt);
    const answer = opened === 'ok' ? await this.#world.publish(attempt) : opened;
    if (answer === 'waits') return answer;
    if (answer !== 'ok') {
      await this.#giveUp(held, answer);
      return answer;
    }
    this.#drop(attempt);
    const snapshot = attempt.snapshot as NonNullable<Attempt['snapshot']>;
    this.count.published += 1;
    this.count.exportedRows += snapshot.rows.length + snapshot.lateRows.length;
    this.count.lateRows += snapshot.lateRows.length;
    this.#checker.published(run, snapshot);
    return answer;
  }

  async #giveUp({ attempt }: { readonly attempt: Attempt }, code: string): Promise<void> {
    this.#drop(attempt);
    if (code === 'window.not_settled') this.#checker.notSettled(attempt.run);
    await this.#world.fail(attempt, code as Parameters<World['fail']>[1]);
  }

  #drop(attempt: Attempt): void {
    const index = this.#attempts.findIndex((one) => one.attempt === attempt);
    if (index >= 0) this.#attempts.splice(index, 1);
  }
}

function chosen<T>(from: readonly T[], pick: number): T | undefined {
  return from[Math.min(from.length - 1, Math.floor(pick * from.length))];
}
