/**
 * The simulation of the planner from the command line:
 *
 *   node test/simulation/main.ts --seeds 10000 [--from 1] [--world pure|sql|both] [--minutes] [--bug NAME]
 *   node test/simulation/main.ts --seed 42 --trace [--shrink]
 *
 * --minutes: expected occurrences by looking at the clock in every minute (slow).
 * --shrink: of a broken seed only the steps that matter. Exits with 1 when a seed is broken.
 */
import { parseArgs } from 'node:util';
import { type Bug, BUG_NAMES, BUGS } from './bugs.ts';
import { scenarioOf } from './scenario.ts';
import { shrink } from './shrink.ts';
import { type Outcome, type Play, play } from './simulation.ts';
import { openSimulationDatabase } from './sql-database.ts';
import { describe } from './trace.ts';
import { type WorldName, worldMaker, WORLDS } from './worlds.ts';

const EVERY = 500;
const MOST_SHOWN = 20;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    world: { type: 'string', default: 'pure' },
    bug: { type: 'string', multiple: true, default: [] },
    minutes: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
  },
});
const world = WORLDS.find((name) => name === values.world);
const bugs = new Set(values.bug.map(bugNamed));
if (!world) throw new Error(`--world is one of ${WORLDS.join(', ')}.`);
const [first, count] = values.seed === undefined ? [wholeNumber(values.from), wholeNumber(values.seeds)] : [wholeNumber(values.seed), 1];
const database = world === 'pure' ? null : await openSimulationDatabase();
try {
  process.exitCode = (await playSeeds(world)) === 0 ? 0 : 1;
} finally {
  await database?.stop();
}

/** Plays them all; returns how many are broken. */
async function playSeeds(name: WorldName): Promise<number> {
  const total = { broken: 0, steps: 0, runs: 0, published: 0, exportedRows: 0, lateRows: 0 };
  const started = performance.now();
  for (let seed = first; seed < first + count; seed += 1) {
    const how = playOf(seed, name);
    const outcome = await play(how);
    total.steps += how.scenario.steps.length;
    total.runs += outcome.read.runs.length;
    for (const figure of ['published', 'exportedRows', 'lateRows'] as const) total[figure] += outcome[figure];
    if (outcome.broken) {
      total.broken += 1;
      if (total.broken <= MOST_SHOWN) await report(seed, how, outcome);
    }
    const done = seed - first + 1;
    if (done % EVERY === 0 && done < count) console.log(`${done} seeds, ${total.broken} broken (${seconds(started)} s)`);
  }
  const { broken, ...figures } = total;
  const words = Object.entries(figures).map(([figure, value]) => `${value.toLocaleString('en')} ${figure}`);
  console.log(`${count} seeds in world "${name}" in ${seconds(started)} s: ${broken} broken. ${words.join(', ')}.`);
  return broken;
}

function playOf(seed: number, name: WorldName): Play {
  return {
    scenario: scenarioOf(seed, { large: name === 'pure' }),
    makeWorld: worldMaker(name, database, bugs),
    bugs,
    occurrences: values.minutes ? 'minutes' : 'rule',
    ...(values.trace && !values.shrink && { onStep: (note) => console.log(describe(note)) }),
  };
}

async function report(seed: number, how: Play, outcome: Outcome): Promise<void> {
  console.log(`\nSeed ${seed} is broken at step ${outcome.broken?.step}: ${outcome.broken?.what}`);
  if (values.shrink) {
    const scenario = await shrink(how, outcome);
    await play({ ...how, scenario, ...(values.trace && { onStep: (note) => console.log(describe(note)) }) });
    console.log(`Its smallest scenario has ${scenario.steps.length} steps.`);
  } else if (!values.trace) {
    const others = [...bugs].map((bug) => `--bug ${bug}`).join(' ');
    console.log(`Replay it: node test/simulation/main.ts --seed ${seed} --world ${values.world} ${others} --trace`.replace('  ', ' '));
  }
}

function bugNamed(name: string): Bug {
  const found = BUG_NAMES.find((one) => one === name);
  if (!found) throw new Error(`--bug is one of\n${BUG_NAMES.map((one) => `  ${one}: ${BUGS[one]}`).join('\n')}`);
  return found;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`No whole number: ${text}`);
  return value;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}
