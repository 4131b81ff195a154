/**
 * The campaign of erasures from the command line:
 *
 *   npm run erase -- [--people 1000] [--people-per-epoch 100] [--kills-per-epoch 30] [--restores-per-epoch 5] [--contacts 20000] [--interactions 30000]
 *     [--side-by-side 1] [--small-windows 24] [--from 1] [--progress FILE] [--minutes 120] [--bug NAME]
 *
 * Plays epochs until so many people were erased. With --progress it goes on where an earlier one stopped. Exits with 1 when a promise was broken; the
 * seed of that epoch plays it again with --from.
 */
import { parseArgs } from 'node:util';
import { readFile, writeFile } from 'node:fs/promises';
import { type Campaign, newCampaign, playCampaign, sayFigures } from './campaign.ts';
import { Ground } from './ground.ts';

const { values } = parseArgs({
  options: {
    'people': { type: 'string', default: '1000' },
    'people-per-epoch': { type: 'string', default: '100' },
    'kills-per-epoch': { type: 'string', default: '30' },
    'restores-per-epoch': { type: 'string', default: '5' },
    'contacts': { type: 'string', default: '20000' },
    'interactions': { type: 'string', default: '30000' },
    'side-by-side': { type: 'string', default: '1' },
    'small-windows': { type: 'string', default: '24' },
    'from': { type: 'string', default: '1' },
    'minutes': { type: 'string', default: '120' },
    'progress': { type: 'string' },
    'bug': { type: 'string', multiple: true, default: [] },
  },
});
const number = (name: Exclude<keyof typeof values, 'progress' | 'bug'>) => Number(values[name]);
const campaign = await earlier(values.progress, number('from'));
const ground = await Ground.open({ contacts: number('contacts'), interactions: number('interactions') });
const restores = number('restores-per-epoch');
try {
  await playCampaign(
    campaign,
    {
      people: number('people'),
      sideBySide: number('side-by-side'),
      until: Date.now() + number('minutes') * 60_000,
      epoch: {
        people: number('people-per-epoch'),
        kills: number('kills-per-epoch'),
        restores: { source: restores, database: restores },
        smallWindows: number('small-windows'),
        bugs: Object.fromEntries(values.bug.map((name) => [name, true])),
      },
    },
    ground,
    async () => {
      if (values.progress) await writeFile(values.progress, JSON.stringify(campaign, null, 2));
      sayFigures(campaign);
    },
  );
} finally {
  await ground.close();
}
const isWhole = campaign.people >= number('people');
if (!isWhole) console.log('Not all of the people that were asked for: go on with --progress.');
process.exitCode = campaign.broken.length === 0 && isWhole ? 0 : 1;

async function earlier(file: string | undefined, first: number): Promise<Campaign> {
  const known = file === undefined ? null : await readFile(file, 'utf8').catch(() => null);
  return known === null ? newCampaign(first) : (JSON.parse(known) as Campaign);
}
