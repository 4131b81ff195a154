import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioOf } from './scenario.ts';
import { play } from './simulation.ts';
import { openSimulationDatabase, type SimulationDatabase } from './sql-database.ts';
import type { OccurrenceSource } from './occurrence-checks.ts';
import { type WorldName, worldMaker } from './worlds.ts';

/**
 * The planner under crashes, moved clocks, suspensions, edits and late rows, a short form of `node test/simulation/main.ts`:
 * UDM_SIM_SEEDS=10000 plays so many seeds in the pure world, UDM_SIM_SQL_SEEDS so many in both.
 */

const PURE_SEEDS = Number(process.env['UDM_SIM_SEEDS'] ?? 300);
const SQL_SEEDS = Number(process.env['UDM_SIM_SQL_SEEDS'] ?? 12);
const MINUTE_SEEDS = 3;

let database: SimulationDatabase;

beforeAll(async () => {
  database = await openSimulationDatabase();
});

afterAll(() => database?.stop());

/** What is broken, with the command that shows it; and how much was played. */
async function playSeeds(world: WorldName, seeds: number, occurrences: OccurrenceSource = 'rule') {
  const broken: string[] = [];
  const total = { published: 0, exportedRows: 0, lateRows: 0 };
  for (let seed = 1; seed <= seeds; seed += 1) {
    const makeWorld = worldMaker(world, database);
    const outcome = await play({ scenario: scenarioOf(seed, { large: world === 'pure' && occurrences === 'rule' }), makeWorld, occurrences });
    if (outcome.broken) broken.push(`${outcome.broken.what}: node test/simulation/main.ts --seed ${seed} --world ${world} --trace`);
    for (const figure of ['published', 'exportedRows', 'lateRows'] as const) total[figure] += outcome[figure];
  }
  return { broken, total };
}

describe('whatever happens', () => {
  it(`leaves no gap, no overlap and no double run in ${PURE_SEEDS} seeds of the pure world`, { timeout: 3_600_000 }, async () => {
    const { broken, total } = await playSeeds('pure', PURE_SEEDS);
    expect(broken).toEqual([]);
    // A simulation in which nothing happens proves nothing.
    expect(total.published).toBeGreaterThan(10 * PURE_SEEDS);
    expect(total.exportedRows).toBeGreaterThan(10 * PURE_SEEDS);
    expect(total.lateRows).toBeGreaterThan(PURE_SEEDS / 10);
  });

  it(`comes out the same, row by row after every step, in UDM on PostgreSQL: ${SQL_SEEDS} seeds`, { timeout: 3_600_000 }, async () => {
    const { broken, total } = await playSeeds('both', SQL_SEEDS);
    expect(broken).toEqual([]);
    expect(total.published).toBeGreaterThan(3 * SQL_SEEDS);
  });

  it('gives every occurrence its row also when the occurrences are read off the clock minute by minute', async () => {
    const { broken } = await playSeeds('pure', MINUTE_SEEDS, 'minutes');
    expect(broken).toEqual([]);
  });

  it('comes out the same again under the same seed', async () => {
    const rowsOf = async () => {
      const { read } = await play({ scenario: scenarioOf(7, { large: true }), makeWorld: worldMaker('pure', null) });
      return read.runs.map(({ job, instant, status, from, to }) => ({ job, instant, status, from, to }));
    };
    const rows = await rowsOf();
    expect(rows.length).toBeGreaterThan(5);
    expect(await rowsOf()).toEqual(rows);
  });
});
