import { describe, expect, it } from 'vitest';
import type { PastEstimate } from './estimate-record.ts';
import { timesOf } from './phase-weights.ts';
import { type PastAttempt, ProgressTracker } from './progress.ts';

/** Runs of many jobs, each job with a temper of its own, one run after another: does the range keep what it promises? */

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Temper {
  readonly speed: number;
  readonly rows: number;
  /** How much the speed varies from beat to beat, how long that lasts, and how much it changes over the run. */
  readonly noise: number;
  readonly memory: number;
  readonly drift: number;
  readonly stallsPerSecond: number;
  readonly tail: number;
  readonly bias: number;
  readonly exact: boolean;
}

const BEAT = 500;
/** As many as are read from the database. */
const PAST = { attempts: 20, estimates: 60 };

class Dice {
  readonly next: () => number;
  constructor(seed: number) {
    this.next = random(seed);
  }
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
  temper(): Temper {
    return {
      speed: Math.exp(this.between(5, 9)),
      rows: 0,
      noise: this.between(0.05, 0.7),
      memory: this.between(0, 0.95),
      drift: this.between(-0.5, 0.5),
      stallsPerSecond: this.next() < 0.3 ? this.between(0, 0.05) : 0,
      tail: this.between(0.02, 0.3),
      bias: Math.exp(0.3 * this.normal()),
      exact: this.next() < 0.5,
    };
  }
}

interface Seen {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly whole: number;
}

/** One run; what was shown at each beat, and what it leaves for the next one. */
function simulate(dice: Dice, temper: Temper, past: { attempts: PastAttempt[]; estimates: PastEstimate[] }) {
  const rows = Math.ceil(temper.speed * dice.between(15, 90));
  const guessed = temper.exact ? rows : Math.ceil((rows / temper.bias) * Math.exp(0.1 * dice.normal()));
  const speed = temper.speed * Math.exp(0.15 * dice.normal());
  const tracker = new ProgressTracker(0, 0);
  tracker.learn(past);
  tracker.expect({ files: [guessed], exact: temper.exact });
  const shown: { at: number; from: number; to: number }[] = [];
  let beats = 0;
  let now = 0;
  const look = () => {
    const { timeLeft } = tracker.at(now);
    beats += 1;
    if (timeLeft) shown.push({ at: now, from: timeLeft.from, to: timeLeft.to });
  };
  const wait = (milliseconds: number, each: (share: number) => void = () => undefined) => {
    const from = now;
    for (; now < from + milliseconds; look()) {
      now = Math.min(from + milliseconds, now + BEAT);
      each((now - from) / milliseconds);
    }
  };
  tracker.phase('reading', now);
  let read = 0;
  let mood = dice.normal();
  while (read < rows) {
    if (dice.next() < (temper.stallsPerSecond * BEAT) / 1_000) wait(-2_000 * Math.log(1 - dice.next()));
    mood = temper.memory * mood + Math.sqrt(1 - temper.memory ** 2) * dice.normal();
    const drifted = 1 + temper.drift * (read / rows - 0.5);
    const pace = speed * drifted * Math.exp(temper.noise * mood - temper.noise ** 2 / 2);
    const more = Math.min(rows - read, Math.ceil((pace * BEAT) / 1_000));
    wait(Math.min(BEAT, (more / pace) * 1_000));
    read += more;
    tracker.read({ rows: read, filesDone: 0, rowsOfDone: 0 });
  }
  const took = now;
  const tail = took * temper.tail * Math.exp(0.2 * dice.normal());
  tracker.phase('sealing', now);
  wait(tail * 0.2);
  tracker.phase('verifying', now);
  wait(tail * 0.7, (share) => tracker.checked(share, 1));
  tracker.phase('publishing', now);
  wait(tail * 0.1);
  const phases = [
    { phase: 'reading', milliseconds: took },
    { phase: 'verifying', milliseconds: tail },
  ];
  return {
    attempt: { rows, guessed: temper.exact ? null : guessed, times: timesOf(phases) },
    estimates: tracker.estimates(now),
    seen: shown.map(({ at, from, to }): Seen => ({ from: from * 1_000, to: to * 1_000, left: now - at, whole: now })),
    beats,
  };
}

function campaign(jobs: number, runs: number) {
  const byRun = Array.from({ length: runs }, () => ({ seen: [] as Seen[], kept: [] as PastEstimate[], beats: 0 }));
  for (let job = 0; job < jobs; job++) {
    const dice = new Dice(job + 1);
    const temper = dice.temper();
    const past = { attempts: [] as PastAttempt[], estimates: [] as PastEstimate[] };
    for (const at of byRun) {
      const { attempt, estimates, seen, beats } = simulate(dice, temper, past);
      past.attempts = [attempt, ...past.attempts].slice(0, PAST.attempts);
      past.estimates = [...estimates, ...past.estimates].slice(0, PAST.estimates);
      at.seen.push(...seen);
      at.kept.push(...estimates);
      at.beats += beats;
    }
  }
  return byRun;
}

const share = (all: readonly boolean[]) => all.filter(Boolean).length / all.length;
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

describe('the time left of 1,500 simulated runs of 60 jobs', () => {
  const byRun = campaign(60, 25);
  const figures = (from: number, to: number) => {
    const runs = byRun.slice(from, to);
    const seen = runs.flatMap((one) => one.seen);
    const kept = runs.flatMap((one) => one.kept);
    return {
      held: share(seen.map((one) => one.from <= one.left && one.left <= one.to)),
      keptHeld: share(kept.map(({ shown, left }) => shown.low <= left && left <= shown.high)),
      told: seen.length / runs.reduce((sum, one) => sum + one.beats, 0),
      width: median(seen.map((one) => (one.to - one.from) / one.whole)),
    };
  };

  it('lies in the range in at least eight of ten', () => {
    const [first, early, later] = [figures(0, 1), figures(1, 6), figures(6, 25)];
    for (const one of [first, early, later]) {
      expect(one.held).toBeGreaterThanOrEqual(0.8);
      expect(one.keptHeld).toBeGreaterThanOrEqual(0.8);
      expect(one.told).toBeGreaterThan(0.5);
    }
    expect(later.width).toBeLessThan(first.width);
  });
});
