import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../../src/sample/random.ts';
import { until } from '../../support/until.ts';
import type { Installation } from './installation.ts';
import type { Point } from './plan.ts';

/** Workers die, one after the other, while the requests go on. */

/** How often each point has anything to strike at, seen from its beginning. */
const MOST_SKIPPED: Readonly<Record<Point, number>> = {
  person: 15,
  discovery: 15,
  begin: 6,
  ledger: 4,
  change: 30,
  research: 15,
  withdraw: 3,
  receipt: 6,
  advance: 20,
  export: 15,
};
/** A point that is not reached by then comes up no more. */
const STRUCK_WITHIN_MS = 6_000;
const MOST_IDLE_MS = 800;
/** So many die at any moment, told by nobody. */
const BLIND = 0.12;
/** Longer than a step is left alone. */
const LEASE_MS = 31_000;
const WORKERS_AT_LEAST = 2;

export class Blows {
  readonly #installation: Installation;
  readonly #random: Random;
  readonly counts: Record<string, number> = {};
  #left: number;

  constructor(installation: Installation, seed: number, most: number) {
    this.#installation = installation;
    this.#random = new Random(seed, 17);
    this.#left = most;
  }

  get number(): number {
    return Object.values(this.counts).reduce((sum, one) => sum + one, 0);
  }

  /** Kills workers at these points, at most so many, until the work is done; then all goes on undisturbed. */
  async during(points: readonly Point[], most: number, work: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    const striking = this.#strike(points, Math.min(most, this.#left), over.signal);
    // It is waited for below.
    striking.catch(() => undefined);
    try {
      await work();
    } finally {
      over.abort();
      await striking;
    }
  }

  async #strike(points: readonly Point[], most: number, over: AbortSignal): Promise<void> {
    const { workers } = this.#installation;
    for (let struck = 0; struck < most && !over.aborted; ) {
      await pause(this.#random.below(MOST_IDLE_MS), undefined, { signal: over }).catch(() => undefined);
      if (over.aborted || workers.ready.length < WORKERS_AT_LEAST) continue;
      const worker = this.#random.pick(workers.ready);
      const where = this.#random.chance(BLIND) ? await this.#killBlindly(worker) : await this.#killAt(this.#random.pick(points), worker, over);
      if (where === null) continue;
      struck += 1;
      this.#left -= 1;
      this.counts[where] = (this.counts[where] ?? 0) + 1;
      // What it held is free for another, and so is what the others hold too long.
      await this.#installation.advance(LEASE_MS);
      await this.#installation.wake();
    }
    workers.tell({ strike: null });
  }

  async #killBlindly(worker: ChildProcess): Promise<string> {
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
    return 'at any moment';
  }

  async #killAt(point: Point, worker: ChildProcess, over: AbortSignal): Promise<string | null> {
    const { workers } = this.#installation;
    let struck = false;
    const stop = workers.listen((report, from) => {
      struck ||= report.kind === 'struck' && from === worker;
    });
    try {
      workers.tell(
        { strike: { point, skip: this.#random.below(MOST_SKIPPED[point]), when: this.#random.pick(['before', 'during', 'after'] as const) } },
        worker,
      );
      const begun = Date.now();
      const isDead = () => worker.exitCode !== null || worker.signalCode !== null;
      while (!isDead() && !over.aborted && (struck || Date.now() - begun < STRUCK_WITHIN_MS)) await pause(20);
      if (!struck) workers.tell({ strike: null }, worker);
      else await until(isDead, 10_000, 'a worker that killed itself lives on');
      return struck ? `at ${point}` : null;
    } finally {
      stop();
    }
  }
}
