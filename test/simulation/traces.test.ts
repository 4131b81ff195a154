import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Play, play } from './simulation.ts';
import { openSimulationDatabase, type SimulationDatabase } from './sql-database.ts';
import { TRACES, type Trace } from './traces.ts';
import { worldMaker } from './worlds.ts';

/** What the simulation once found, in the pure world and in UDM on PostgreSQL. */

let database: SimulationDatabase;

beforeAll(async () => {
  database = await openSimulationDatabase();
});

afterAll(() => database?.stop());

const BEGIN = Date.UTC(2026, 2, 1, 10, 30);

function playOf({ steps }: Trace): Play {
  const scenario = { seed: 0, begin: BEGIN, skew: { UCSX: 0, IWD: 0 }, steps };
  return { scenario, makeWorld: worldMaker('both', database) };
}

describe('what was found once', () => {
  it.each(TRACES.map((trace) => [trace.what, trace] as const))('%s', async (_, trace) => {
    expect((await play(playOf(trace))).broken).toBeNull();
  });
});
