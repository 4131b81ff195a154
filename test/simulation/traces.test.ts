import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_DEFECTS, KNOWN_DEFECTS } from './known-defects.ts';
import { kindOf } from './shrink.ts';
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
  return { scenario, makeWorld: worldMaker('both', database), defects: new Set() };
}

describe('what was found once', () => {
  it.each(TRACES.filter((trace) => !trace.defect).map((trace) => [trace.what, trace] as const))('%s', async (_, trace) => {
    expect((await play(playOf(trace))).broken).toBeNull();
  });
});

/** When one of these passes, take its name out of known-defects.ts and out of its trace: then the simulation is strict about it. */
describe('what is not mended', () => {
  it('has a trace for each, and shows it in both worlds alike', async () => {
    const shown: string[] = [];
    for (const trace of TRACES) if (trace.defect && kindOf(await play(playOf(trace))) !== null) shown.push(trace.defect);
    expect(shown.sort()).toEqual([...ALL_DEFECTS].sort());
    expect(Object.keys(KNOWN_DEFECTS)).toHaveLength(shown.length);
  });
});
