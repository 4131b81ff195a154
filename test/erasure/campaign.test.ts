import { afterAll, beforeAll, expect, it } from 'vitest';
import { newCampaign, playCampaign, sayFigures } from './campaign/campaign.ts';
import { Ground } from './campaign/ground.ts';

/** The short form of `npm run erase`: one epoch of a few people, workers that die, a restore of the source and one of UDM. */

const SEED = 7;
let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open({ contacts: 200, interactions: 1_000 });
});

afterAll(() => ground?.close());

it('leaves nothing of anybody, whatever workers are killed, and brings nobody back with a restore', async () => {
  const campaign = newCampaign(SEED);
  const epoch = { people: 6, kills: 3, restores: { source: 1, database: 1 }, smallWindows: 3, bugs: {} };
  await playCampaign(campaign, { people: 6, sideBySide: 1, until: Date.now() + 1_000, epoch }, ground);
  sayFigures(campaign);
  expect(campaign).toMatchObject({ broken: [], people: 6, restores: { source: 1, database: 1 } });
  expect(Object.values(campaign.kills).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0);
}, 400_000);
