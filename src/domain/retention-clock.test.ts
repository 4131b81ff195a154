import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deletionWaitSeconds, fileState } from './deletion.ts';
import {
  type ClockKnown,
  type ClockReading,
  type ClockStanding,
  deleteExpiredUpTo,
  floorAt,
  hasCome,
  keptFrom,
  MOST_LEAP_MS,
  watchClock,
} from './retention-clock.ts';

const HOUR = 3_600_000;
const T = Date.parse('2026-03-01T00:00:00Z');

function begin(database = T, boot = 5_000): ClockKnown {
  const { standing } = watchClock({ standing: null, seen: null, isHalted: false }, { database, boot }, true);
  return { standing, seen: { last: database, floor: standing.floor }, isHalted: false };
}

describe('the clock while UDM runs', () => {
  it('may leave the boot-time clock by an hour, and by no more', () => {
    const known = begin();
    const at = (database: number) => watchClock(known, { database, boot: 5_000 + 10_000 }, false).halt;
    expect(at(T + 10_000)).toBeNull();
    expect(at(T + 10_000 + HOUR)).toBeNull();
    expect(at(T + 10_000 - HOUR)).toBeNull();
    expect(at(T + 10_001 + HOUR)).toEqual({ cause: 'leap', expected: T + 10_000, found: T + 10_001 + HOUR });
    expect(at(T + 9_999 - HOUR)).toEqual({ cause: 'leap', expected: T + 10_000, found: T + 9_999 - HOUR });
  });

  it('is caught too when it leaves it in small steps, and over a restart on the same start of the machine', () => {
    let known = begin();
    let halts = 0;
    for (let step = 1; step <= 4; step += 1) {
      const now = { database: T + step * (60_000 + 20 * 60_000), boot: 5_000 + step * 60_000 };
      const { standing, halt } = watchClock(known, now, step === 3);
      known = { standing, seen: { last: now.database, floor: standing.floor }, isHalted: halt !== null };
      if (halt) halts = step;
    }
    expect(halts).toBe(4);
  });

  it('does not mind a night asleep, which both clocks count', () => {
    expect(watchClock(begin(), { database: T + 10 * HOUR, boot: 5_000 + 10 * HOUR }, false).halt).toBeNull();
  });

  it('tells a halt once', () => {
    const known = { ...begin(), isHalted: true };
    expect(watchClock(known, { database: T + 900 * HOUR, boot: 6_000 }, false).halt).toBeNull();
  });
});

describe('the clock over a stop', () => {
  it('must not have gone back, whether the machine started anew or not', () => {
    const known = begin();
    for (const standing of [known.standing, null]) {
      const at = (database: number) => watchClock({ ...known, standing }, { database, boot: standing ? 9_000 : 100 }, true).halt?.cause ?? null;
      expect(at(T - 1_000)).toBeNull();
      expect(at(T - 1_001)).toBe('went_back');
      expect(at(T + 4_000)).toBeNull();
    }
  });

  it('may have gone on for years, when nobody can say for how long the machine was off', () => {
    expect(watchClock(begin(), { database: T + 9_000 * HOUR, boot: 100 }, true).halt).toBeNull();
  });

  it('is of another start of the machine when the boot-time clock is behind', () => {
    const { standing, halt } = watchClock(begin(), { database: T + 9_000 * HOUR, boot: 4_999 }, true);
    expect(halt).toBeNull();
    expect(standing.anchor).toEqual({ database: T + 9_000 * HOUR, boot: 4_999 });
  });
});

describe('the time of which it is sure that it has come', () => {
  it('goes on with the boot-time clock when the database goes back, and follows no leap forward', () => {
    const known = begin();
    const back = watchClock(known, { database: T - 50 * HOUR, boot: 5_000 + HOUR }, false).standing;
    expect(floorAt(back, 5_000 + 2 * HOUR)).toBe(T + 2 * HOUR);
    const forward = watchClock(known, { database: T + 50 * HOUR, boot: 5_000 + HOUR }, false).standing;
    expect(floorAt(forward, 5_000 + 2 * HOUR)).toBe(T + 2 * HOUR);
  });
});

describe('expiry and deletion', () => {
  it('goes by the database, unless that is behind by more than an hour', () => {
    expect(keptFrom(T, null)).toBeNull();
    expect(keptFrom(T, T + MOST_LEAP_MS)).toBeNull();
    expect(keptFrom(T, T + MOST_LEAP_MS + 1)).toBe(T + MOST_LEAP_MS + 1);
  });

  it('waits longer after each failure, never longer than an hour', () => {
    expect([1, 2, 3, 7, 8, 400].map(deletionWaitSeconds)).toEqual([60, 120, 240, 3_600, 3_600, 3_600]);
  });

  it('tells where a file is', () => {
    const now = new Date(T);
    const facts = { expiresAt: new Date(T + 1), deletedAt: null, objectGoneAt: null, deletionTries: 0, damage: null } as const;
    expect(fileState(facts, now)).toBe('kept');
    expect(fileState({ ...facts, damage: 'missing' }, now)).toBe('missing');
    expect(fileState({ ...facts, expiresAt: now }, now)).toBe('to_delete');
    expect(fileState({ ...facts, deletedAt: now, deletionTries: 2 }, now)).toBe('failed');
    expect(fileState({ ...facts, expiresAt: now, deletionTries: 2, objectGoneAt: now, damage: 'missing' }, now)).toBe('gone');
  });
});

/** One artifact after the other on a machine whose clocks are at nobody's mercy. Everything is milliseconds of true time. */

type Step =
  | { readonly kind: 'pass'; readonly ms: number }
  /** How far from the truth the database's clock is from now on. */
  | { readonly kind: 'set'; readonly offset: number }
  /** `reboot`: the boot-time clock begins anew, and the database's is right afterwards or far behind. */
  | { readonly kind: 'stop'; readonly ms: number; readonly reboot: 'no' | 'right' | number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1_000, max: 9 * HOUR }).map((ms): Step => ({ kind: 'pass', ms })) },
  { weight: 2, arbitrary: fc.integer({ min: -HOUR / 2, max: HOUR / 2 }).map((offset): Step => ({ kind: 'set', offset })) },
  { weight: 1, arbitrary: fc.integer({ min: -2_000 * HOUR, max: 2_000 * HOUR }).map((offset): Step => ({ kind: 'set', offset })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'set', offset: 0 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 1_000, max: 30 * HOUR }),
        fc.oneof(fc.constant('no' as const), fc.constant('right' as const), fc.integer({ min: -900 * HOUR, max: -40 * HOUR })),
      )
      .map(([ms, reboot]): Step => ({ kind: 'stop', ms, reboot })),
  },
);

const RETENTION = 24 * HOUR;
const TICK = 15 * 60_000;
const TRIES_AT = 7 * 60_000;

class World {
  truth = T;
  offset = 0;
  bootedAt = T - HOUR;
  standing: ClockStanding | null = null;
  seen: { last: number; floor: number } | null = null;
  isHalted = false;
  /** True time that passed while the machine was off and its clock came back wrong: nobody can know of it. */
  unknowable = 0;
  artifact: { readonly expiresAt: number; readonly publishedAt: number; deletedAt: number | null } | null = null;
  /** True time at which UDM was last down, in doubt about its clock, or its clock wrong. */
  troubledAt = Number.NEGATIVE_INFINITY;
  readonly faults: string[] = [];

  constructor() {
    this.tick(true);
  }

  /** Whatever the clock shows, and whether it is trusted or not. */
  publish(): void {
    // What nobody can know no file can be kept longer for.
    this.artifact = {
      publishedAt: this.truth - this.unknowable,
      expiresAt: (keptFrom(this.database, this.floor) ?? this.database) + RETENTION,
      deletedAt: null,
    };
  }

  get database(): number {
    return this.truth + this.offset;
  }

  get boot(): number {
    return this.truth - this.bootedAt;
  }

  get floor(): number | null {
    return this.standing ? floorAt(this.standing, this.boot) : null;
  }

  tick(isStart: boolean): void {
    const now: ClockReading = { database: this.database, boot: this.boot };
    const { standing, halt } = watchClock({ standing: this.standing, seen: this.seen, isHalted: this.isHalted }, now, isStart);
    this.isHalted ||= halt !== null;
    // The operator agrees when the clock is right again, not before.
    if (this.isHalted && this.offset === 0 && halt === null) {
      Object.assign(this, { isHalted: false, standing: null, seen: null, unknowable: 0 });
      this.tick(false);
      return;
    }
    this.standing = standing;
    this.seen = { last: now.database, floor: standing.floor };
    if (this.isHalted || this.offset !== 0) this.troubledAt = this.truth;
    this.purge(now.database);
  }

  purge(now: number): void {
    const upTo = deleteExpiredUpTo(now, this.isHalted);
    const { artifact } = this;
    if (!artifact || artifact.deletedAt !== null || upTo === null || artifact.expiresAt > upTo) return;
    artifact.deletedAt = this.truth;
    if (this.truth < artifact.publishedAt + RETENTION) this.faults.push(`early by ${artifact.publishedAt + RETENTION - this.truth} ms`);
    if (this.truth < artifact.expiresAt) this.faults.push(`before its instant by ${artifact.expiresAt - this.truth} ms`);
  }

  /** Somebody asks for a range. */
  ask(): void {
    if (!this.artifact) return;
    const served = !hasCome(this.artifact.expiresAt, this.database, this.floor);
    if (served && this.artifact.deletedAt !== null) this.faults.push('served without a file');
    if (served && this.truth - this.unknowable >= this.artifact.expiresAt) this.faults.push(`late by ${this.truth - this.artifact.expiresAt} ms`);
    const waited = this.truth - Math.max(this.artifact.expiresAt, this.troubledAt);
    if (this.artifact.deletedAt === null && waited > 24 * HOUR) this.faults.push('kept for more than a day');
  }

  pass(ms: number): void {
    for (let left = ms; left > 0; left -= TICK) {
      this.truth += Math.min(TRIES_AT, left);
      this.ask();
      this.truth += Math.max(0, Math.min(TICK, left) - TRIES_AT);
      this.tick(false);
    }
  }

  do(what: Step): void {
    if (what.kind === 'pass') {
      this.pass(what.ms);
      return;
    }
    if (what.kind === 'set') {
      this.offset = what.offset;
      this.ask();
      this.tick(false);
      return;
    }
    this.truth += what.ms;
    this.troubledAt = this.truth;
    if (what.reboot !== 'no') {
      this.bootedAt = this.truth - 20_000;
      this.standing = null;
      // A clock that is behind the truth but not behind what was seen cannot be told from a right one.
      this.offset = what.reboot === 'right' ? 0 : what.reboot;
      if (what.reboot !== 'right') this.unknowable += what.ms;
    }
    this.tick(true);
  }
}

describe('10,000 lifecycles on machines whose clocks leap', () => {
  it('deletes none early and serves none late', () => {
    let deleted = 0;
    let halted = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 14 }), fc.nat(13), (steps, publishAt) => {
        const world = new World();
        for (const [index, one] of steps.entries()) {
          if (index === publishAt % steps.length) world.publish();
          world.do(one);
          if (world.isHalted) halted += 1;
        }
        // In the end the clock is right, and the file goes.
        world.do({ kind: 'set', offset: 0 });
        for (let day = 0; day < 3; day += 1) world.pass(24 * HOUR);
        if (world.artifact?.deletedAt != null) deleted += 1;
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 10_000, seed: 26, endOnFailure: true },
    );
    // What is checked must have happened.
    expect(deleted).toBeGreaterThan(4_000);
    expect(halted).toBeGreaterThan(4_000);
  });
});
