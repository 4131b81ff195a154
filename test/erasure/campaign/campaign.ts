import { type EpochOptions, type EpochResult, playEpoch } from './epoch.ts';
import type { Ground } from './ground.ts';

/** Many epochs one after the other, and what they came to. */

export interface CampaignOptions {
  readonly people: number;
  readonly sideBySide: number;
  /** Epoch milliseconds; no epoch begins after it. */
  readonly until: number;
  readonly epoch: Omit<EpochOptions, 'seed'>;
}

/** What all epochs came to; kept in a file between sessions. Those that broke a promise prove nothing and do not count. */
export interface Campaign {
  nextSeed: number;
  epochs: number;
  people: number;
  kills: Record<string, number>;
  restores: { source: number; database: number };
  rows: number;
  bytesSearched: number;
  artifacts: { made: number; held: number; needless: number; rebuilt: number };
  seconds: number;
  broken: { seed: number; problems: string[] }[];
}

export function newCampaign(firstSeed: number): Campaign {
  return {
    nextSeed: firstSeed,
    epochs: 0,
    people: 0,
    kills: {},
    restores: { source: 0, database: 0 },
    rows: 0,
    bytesSearched: 0,
    artifacts: { made: 0, held: 0, needless: 0, rebuilt: 0 },
    seconds: 0,
    broken: [],
  };
}

/** Plays epochs until so many people were erased, time is up, or a promise was broken. */
export async function playCampaign(campaign: Campaign, options: CampaignOptions, ground: Ground, onEpoch: () => Promise<void> = async () => {}): Promise<void> {
  const before = campaign.broken.length;
  let going = 0;
  let counted = performance.now();
  const lane = async () => {
    while (campaign.people + going < options.people && Date.now() < options.until && campaign.broken.length === before) {
      const people = Math.min(options.epoch.people, options.people - campaign.people - going);
      const seed = campaign.nextSeed;
      campaign.nextSeed += 1;
      going += people;
      const result = await playEpoch({ ...options.epoch, seed, people }, ground);
      going -= people;
      campaign.seconds += Math.round((performance.now() - counted) / 1_000);
      counted = performance.now();
      add(campaign, result);
      await onEpoch();
    }
  };
  await Promise.all(Array.from({ length: options.sideBySide }, lane));
}

function add(campaign: Campaign, { seed, people, kills, restores, rows, bytesSearched, artifacts, problems }: EpochResult): void {
  if (problems.length > 0) {
    campaign.broken.push({ seed, problems });
    return;
  }
  campaign.epochs += 1;
  campaign.people += people;
  campaign.rows += rows;
  campaign.bytesSearched += bytesSearched;
  campaign.restores.source += restores.source;
  campaign.restores.database += restores.database;
  for (const [where, times] of Object.entries(kills)) campaign.kills[where] = (campaign.kills[where] ?? 0) + times;
  for (const what of Object.keys(artifacts) as (keyof typeof artifacts)[]) campaign.artifacts[what] += artifacts[what];
}

export function sayFigures({ epochs, people, kills, restores, rows, bytesSearched, artifacts, seconds, broken }: Campaign): void {
  const killed = Object.values(kills).reduce((sum, one) => sum + one, 0);
  console.log(`\n${epochs} epochs, ${people} people erased, ${killed} kills, in ${Math.round(seconds / 60)} minutes.`);
  for (const [where, times] of Object.entries(kills).sort()) console.log(`  killed ${where}: ${times}`);
  console.log(`${restores.source} restores of a source and ${restores.database} of UDM: nobody came back.`);
  console.log(`${rows} rows compared to the byte, ${Math.round(bytesSearched / 1e6)} MB searched.`);
  console.log(
    `${artifacts.made} files made, ${artifacts.held} of the first held somebody, ${artifacts.rebuilt} made again, ${artifacts.needless} withdrawn by mistake.`,
  );
  console.log(`${broken.length} epochs broke a promise.`);
  for (const { seed, problems } of broken) console.log(`  seed ${seed}: ${problems.slice(0, 5).join('\n    ')}`);
}
