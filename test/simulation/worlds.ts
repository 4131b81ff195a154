import type { Bug } from './bugs.ts';
import { PairWorld } from './pair-world.ts';
import { PureWorld } from './pure-world.ts';
import type { Play } from './simulation.ts';
import type { SimulationDatabase } from './sql-database.ts';
import { SqlWorld } from './sql-world.ts';

/** pure: in memory. sql: UDM on PostgreSQL. both: in step, row by row the same. */
export const WORLDS = ['pure', 'sql', 'both'] as const;
export type WorldName = (typeof WORLDS)[number];

/** How to make the world for a play; `database` is needed by all but the pure one. */
export function worldMaker(name: WorldName, database: SimulationDatabase | null, bugs: ReadonlySet<Bug> = new Set()): Play['makeWorld'] {
  if (name === 'pure') return (centre) => new PureWorld(centre, bugs);
  if (!database) throw new Error(`The world "${name}" needs a database.`);
  return (centre) => (name === 'sql' ? new SqlWorld(database, centre) : new PairWorld(new PureWorld(centre, bugs), new SqlWorld(database, centre)));
}
