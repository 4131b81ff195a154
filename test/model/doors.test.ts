import { afterAll, beforeAll, describe, it } from 'vitest';
import { ANSWERS } from './answers.ts';
import { openApiAndCli } from './api-cli-door.ts';
import { PATIENCE_MS, runCampaign } from './campaign.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let door: Awaited<ReturnType<typeof openApiAndCli>>;

beforeAll(async () => {
  stage = await openStage();
  door = await openApiAndCli(stage);
});

afterAll(async () => {
  await door?.close();
  await stage?.close();
});

describe('the state rules of jobs, through API and command line', () => {
  it(
    'answers sequences that go now through one door, now through the other, with the status and exit code of the rule',
    () => runCampaign({ name: 'API and CLI', stage, door, short: 15, long: 200, answers: ANSWERS }),
    PATIENCE_MS,
  );
});
