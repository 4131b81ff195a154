/**
 * The crash campaign from the command line:
 *
 *   npm run crash -- [--kills 2400] [--pauses 200] [--lease 2] [--side-by-side 3] [--from 1] [--progress FILE] [--minutes 120] [--bug NAME]
 *
 * Plays epochs, half of them on the embedded PostgreSQL and half on one of the machine's, until so many kills and pauses were felt. With --progress
 * it goes on where an earlier one stopped. Exits with 1 when a promise was broken; the seed of that epoch plays it again with --from.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Campaign, type CampaignOptions, newCampaign, openGround, playCampaign, sayFigures } from './campaign.ts';

const { values } = parseArgs({
  options: {
    'kills': { type: 'string', default: '2400' },
    'pauses': { type: 'string', default: '200' },
    'lease': { type: 'string', default: '2' },
    'cases': { type: 'string', default: '60' },
    'side-by-side': { type: 'string', default: '3' },
    'from': { type: 'string', default: '1' },
    'minutes': { type: 'string', default: '120' },
    'progress': { type: 'string' },
    'bug': { type: 'string', multiple: true, default: [] },
  },
});
const number = (name: 'kills' | 'pauses' | 'lease' | 'cases' | 'side-by-side' | 'from' | 'minutes') => Number(values[name]);
const options: CampaignOptions = {
  kills: number('kills'),
  pauses: number('pauses'),
  leaseSeconds: number('lease'),
  casesPerEpoch: number('cases'),
  sideBySide: number('side-by-side'),
  until: Date.now() + number('minutes') * 60_000,
  bugs: Object.fromEntries(values.bug.map((name) => [name, true])),
};
const campaign = await earlier(values.progress, number('from'));
const home = await mkdtemp(path.join(tmpdir(), 'udm-campaign-ground-'));
await chmod(home, 0o711);
const ground = await openGround(home);
try {
  await playCampaign(campaign, options, ground, async () => {
    if (values.progress) await writeFile(values.progress, JSON.stringify(campaign, null, 2));
    console.log(`${campaign.blows.kill} kills, ${campaign.blows.pause} pauses, ${campaign.cases} cases, ${campaign.broken.length} broken`);
  });
} finally {
  await ground.close();
  await rm(home, { recursive: true, force: true });
}
sayFigures(campaign);
const isWhole = campaign.blows.kill >= options.kills && campaign.blows.pause >= options.pauses;
if (!isWhole) console.log('Not all of the kills and pauses that were asked for: go on with --progress.');
process.exitCode = campaign.broken.length === 0 && isWhole ? 0 : 1;

async function earlier(file: string | undefined, first: number): Promise<Campaign> {
  const known = file === undefined ? null : await readFile(file, 'utf8').catch(() => null);
  return known === null ? newCampaign(first) : (JSON.parse(known) as Campaign);
}
