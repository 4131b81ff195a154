import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bug, BUG_NAMES, BUGS } from './bugs.ts';
import { scenarioOf } from './scenario.ts';
import { kindOf, shrink } from './shrink.ts';
import { type Outcome, type Play, play } from './simulation.ts';
import { openSimulationDatabase, type SimulationDatabase } from './sql-database.ts';
import { worldMaker } from './worlds.ts';

/** Proves the simulation: mistakes in the rules are found. Within so many seeds, in a run of 10,000 several times. */
const MOST_SEEDS = 2_000;
/** Where the search for a rare one begins. */
const FIRST_SEED: Partial<Record<Bug, number>> = { takenBackBlocks: 5_300 };

function playOf(seed: number, bugs: ReadonlySet<Bug>): Play {
  return { scenario: scenarioOf(seed, { large: true }), makeWorld: worldMaker('pure', null, bugs), bugs };
}

async function firstBroken(bugs: ReadonlySet<Bug>, how: RegExp = /./, most = MOST_SEEDS, first = 1): Promise<{ how: Play; outcome: Outcome } | null> {
  for (let seed = first; seed < first + most; seed += 1) {
    const played = playOf(seed, bugs);
    const outcome = await play(played);
    if (outcome.broken && how.test(outcome.broken.what)) return { how: played, outcome };
  }
  return null;
}

/** The fence stands before the guard of the edge: the guard is missed only where the fence is gone too. */
const BEHIND: Partial<Record<Bug, Bug>> = { edgeUnguarded: 'fenceless' };

/** What some bugs must be caught at; the others may show in several ways. */
const CAUGHT_AT: Partial<Record<Bug, RegExp>> = {
  noUniqueKey: /two rows for one instant/,
  windowEndIncluded: /not of its window|a second time/,
  twoAtATime: /two runs of a job are open/,
  readsUnsettled: /not settled/,
  lateRowsIgnored: /is not exported/,
  edgeUnguarded: /the one before ended at/,
  edgeMovesOnFailure: /but published is/,
  chainComparedWithJob: /its settings are those of chain/,
  everySuspension: /this suspension did not suppress/,
  takenBackBlocks: /for ever/,
  failedAheadStays: /only while the clock was ahead/,
};

describe('a mistake in the rules of the pure world', () => {
  it.each(BUG_NAMES.map((name) => [name, BUGS[name]] as const))('%s is caught: %s', { timeout: 300_000 }, async (name) => {
    const behind = BEHIND[name];
    const found = await firstBroken(new Set([name, ...(behind ? [behind] : [])]), CAUGHT_AT[name], MOST_SEEDS, FIRST_SEED[name]);
    expect(found?.outcome.broken?.what).toMatch(CAUGHT_AT[name] ?? /./);
  });

  it('without the fence the guard of the edge still keeps the chain whole', { timeout: 300_000 }, async () => {
    expect(await firstBroken(new Set(['fenceless']))).not.toBeNull();
    expect(await firstBroken(new Set(['fenceless']), /the one before ended at|but published is|is not exported|a second time/, 150)).toBeNull();
  });

  it('can be shown with few steps', async () => {
    const found = await firstBroken(new Set(['noUniqueKey']));
    if (!found) throw new Error('It was not caught.');
    const small = await shrink(found.how, found.outcome);
    expect(small.steps.length).toBeLessThan(12);
    expect(kindOf(await play({ ...found.how, scenario: small }))).toBe(kindOf(found.outcome));
  });
});

describe('a mistake in the database', () => {
  let database: SimulationDatabase;

  beforeAll(async () => {
    database = await openSimulationDatabase();
  });

  afterAll(() => database?.stop());

  /** Plays seeds while the database is so, until one is broken, or UDM itself stops with an error. */
  async function whileSo(change: string, undo: string): Promise<string> {
    await database.query(change);
    try {
      for (let seed = 1; seed <= 4; seed += 1) {
        const outcome = await play({ scenario: scenarioOf(seed, { large: false }), makeWorld: worldMaker('sql', database) });
        if (outcome.broken) return outcome.broken.what;
      }
      return 'not caught';
    } catch (error) {
      return String(error);
    } finally {
      await database.query(undo);
    }
  }

  it('without the unique key of job and instant nothing is planned twice, for nothing can be planned at all', async () => {
    const key = `CREATE UNIQUE INDEX run_one_per_instant ON run (job_id, scheduled_at) WHERE trigger <> 'backfill'`;
    expect(await whileSo('DROP INDEX run_one_per_instant', key)).toMatch(/no unique or exclusion constraint|has no row for its occurrence/);
  });

  it('with the real clock instead of the one of the database', async () => {
    const clock = (body: string) => `CREATE OR REPLACE FUNCTION udm_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS '${body}'`;
    expect(await whileSo(clock('SELECT clock_timestamp()'), clock('SELECT at FROM public.test_clock'))).toMatch(
      /before its time|has no row for its occurrence|refused/,
    );
  });

  it('with an edge that moves when a run fails', async () => {
    const change = `
      CREATE FUNCTION move_edge() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN UPDATE chain SET edge = new.window_to WHERE id = new.chain_id; RETURN new; END $$;
      CREATE TRIGGER move_edge AFTER UPDATE ON run FOR EACH ROW WHEN (new.status = 'failed') EXECUTE FUNCTION move_edge();`;
    expect(await whileSo(change, 'DROP TRIGGER move_edge ON run; DROP FUNCTION move_edge')).toMatch(/but published is/);
  });

  it('and as it should be, nothing is found', async () => {
    expect(await whileSo('SELECT 1', 'SELECT 1')).toBe('not caught');
  });
});
