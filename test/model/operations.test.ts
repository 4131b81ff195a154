import { afterAll, beforeAll, describe, it } from 'vitest';
import { ANSWERS } from './answers.ts';
import { PATIENCE_MS, runCampaign } from './campaign.ts';
import type { Command } from './commands.ts';
import { operationsDoor } from './operations-door.ts';
import { openStage, type Stage } from './stage.ts';
import { walk } from './walk.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(async () => {
  await stage?.close();
});

describe('the state rules of jobs, by the operations', () => {
  it(
    'answers random sequences of commands as the model of the guide does, and leaves the same behind',
    () => runCampaign({ name: 'operations', stage, door: operationsDoor(stage), short: 100, long: 10_000, answers: ANSWERS }),
    PATIENCE_MS,
  );
});

/** The smallest sequences of what the random ones have found. */
describe('what once went wrong', () => {
  const hourly = { repeats: true, kind: 'hourly', every: 1, hour: 0, minute: 0, weekdays: [], startIn: null, lasts: null } as const;
  const at = (inMinutes: number) => ({ schedule: { kind: 'at', inMinutes } as const, missed: 'latest' as const });
  const create: Command = { do: 'create', settings: { schedule: hourly, missed: 'latest' } };
  const nextComes: Command = { do: 'await', job: 0, tick: true };
  const suspend: Command = { do: 'suspend', job: 0 };
  const resume: Command = { do: 'resume', job: 0, missed: 'latest' };
  const goes = (commands: readonly Command[]) =>
    walk(
      stage,
      operationsDoor(stage),
      commands.map((command) => ({ command, door: 'api' })),
      new Map(),
    );

  it('lets resume ask about the run of a suspended once job whose title was edited after its time', () =>
    goes([
      { do: 'create', settings: at(1) },
      suspend,
      nextComes,
      { do: 'edit', job: 0, version: 'right', settings: { ...at(0), schedule: { kind: 'kept' } } },
      resume,
    ]));

  it('lets a job that is to run once wait for its date, when resume runs what was suppressed of the schedule before', () =>
    goes([create, nextComes, nextComes, { do: 'edit', job: 0, version: 'right', settings: at(100) }, suspend, resume]));

  it('clones a job in the second of its start', () =>
    goes([
      { do: 'pass', minutes: 1, tick: false },
      { do: 'create', settings: { schedule: { ...hourly, startIn: 5 }, missed: 'latest' } },
      { do: 'pass', minutes: 5, tick: true },
      { do: 'clone', job: 0 },
    ]));
});
