import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ground, newCampaign, openGround, playCampaign, sayFigures } from './campaign/campaign.ts';

/** The short form of `npm run crash`: one epoch with an external PostgreSQL, whose seed kills three workers, pauses one and flips a byte. */

const SEED = 49;
let home: string;
let ground: Ground;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'udm-campaign-ground-'));
  await chmod(home, 0o711);
  ground = await openGround(home, 5_000);
});

afterAll(async () => {
  await ground?.close();
  await rm(home, { recursive: true, force: true });
});

it('loses, doubles and lists nothing half-done, whatever workers are killed, paused or cut off', async () => {
  const campaign = newCampaign(SEED);
  const options = { kills: 3, pauses: 1, leaseSeconds: 2, casesPerEpoch: 6, sideBySide: 1, until: Date.now() + 1_000, bugs: {}, only: 'external' } as const;
  await playCampaign(campaign, options, ground);
  sayFigures(campaign);
  expect(campaign.broken).toEqual([]);
  expect(campaign.blows).toMatchObject({ pause: 1, flip: 1 });
  // Those at the end kill while expired files are deleted.
  expect(campaign.blows.kill).toBeGreaterThan(3);
}, 200_000);
