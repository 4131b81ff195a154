import path from 'node:path';
import { type ContactCentre, startContactCentre } from '../../../src/sample/contact-centre.ts';
import { withClient } from '../../support/database-text.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { TextSearch } from '../../support/plain-text.ts';
import { type Recipient, Recipients } from '../../support/recipients.ts';
import { type EpochResult, playEpoch } from './epoch.ts';
import type { Blow } from './plan.ts';
import { canMount } from './small-disk.ts';

/** Many epochs side by side, and what they came to. */

export interface CampaignOptions {
  readonly kills: number;
  readonly pauses: number;
  readonly leaseSeconds: number;
  readonly casesPerEpoch: number;
  readonly sideBySide: number;
  /** Epoch milliseconds; no epoch begins after it. */
  readonly until: number;
  /** What is left out on purpose: the campaign must find it. */
  readonly bugs: Readonly<Record<string, boolean>>;
  /** Left out: the embedded and an external PostgreSQL in turn. */
  readonly only?: 'embedded' | 'external';
}

/** What all epochs came to; kept in a file between sessions. */
export interface Campaign {
  nextSeed: number;
  cases: number;
  blows: Record<Blow, number>;
  points: Record<string, number>;
  noticedMs: number[];
  endedMs: number[];
  broken: { seed: number; problems: string[] }[];
}

/** What the epochs stand on: a source that all read, a PostgreSQL server for external databases, and a recipient. */
export interface Ground {
  readonly centre: ContactCentre;
  readonly postgres: TestPostgres;
  readonly recipient: Recipient;
  /** Personal data that is in the source. */
  readonly markers: readonly string[];
  readonly begin: Date;
  close(): Promise<void>;
}

const DAYS = 40;
const ENDS_AT = new Date('2026-03-01T00:00:00Z');
const MARKERS = 25;

export function newCampaign(firstSeed: number): Campaign {
  return { nextSeed: firstSeed, cases: 0, blows: { kill: 0, pause: 0, cut: 0, flip: 0, fill: 0 }, points: {}, noticedMs: [], endedMs: [], broken: [] };
}

/** `interactions`: of all 40 days together. */
export async function openGround(folder: string, interactions = 40_000): Promise<Ground> {
  const [centre, postgres] = await Promise.all([
    startContactCentre(path.join(folder, 'contact-centre'), { contacts: 500, interactions, days: DAYS, seed: 20_260_301, endsAt: ENDS_AT }),
    startTestPostgres(),
  ]);
  const files = new Recipients();
  return {
    centre,
    postgres,
    recipient: files.make(),
    markers: await markersOf(centre),
    begin: new Date(ENDS_AT.getTime() - DAYS * 86_400_000 + 3_600_000),
    async close() {
      await Promise.all([centre.stop(), postgres.stop()]);
      files.remove();
    },
  };
}

/** Addresses of people that occur in no program. */
async function markersOf({ reader }: ContactCentre): Promise<string[]> {
  const { rows } = await withClient(reader, (client) =>
    client.query<{ text: string }>(`SELECT DISTINCT from_address AS text FROM ucsx.interaction WHERE length(from_address) > 15 ORDER BY 1 LIMIT $1`, [MARKERS]),
  );
  return rows.map((row) => row.text);
}

/** Plays epochs until so many blows were felt, time is up, or a promise was broken with a bug left in on purpose. */
export async function playCampaign(campaign: Campaign, options: CampaignOptions, ground: Ground, onEpoch: () => Promise<void> = async () => {}): Promise<void> {
  const isOver = () =>
    (campaign.blows.kill >= options.kills && campaign.blows.pause >= options.pauses) ||
    Date.now() > options.until ||
    (Object.keys(options.bugs).length > 0 && campaign.broken.length > 0);
  const lane = async () => {
    while (!isOver()) {
      const seed = campaign.nextSeed;
      campaign.nextSeed += 1;
      add(campaign, await playEpoch(epochOf(seed, campaign, options, ground)));
      await onEpoch();
    }
  };
  await Promise.all(Array.from({ length: options.sideBySide }, lane));
  // Once for all external databases: they share a server, with its log and WAL.
  const { found } = await new TextSearch(ground.markers).inFolder(ground.postgres.folder);
  if (found.length > 0) campaign.broken.push({ seed: 0, problems: found.map((file) => `${file} of the external PostgreSQL holds personal data as it is`) });
}

function epochOf(seed: number, campaign: Campaign, options: CampaignOptions, ground: Ground) {
  const { leaseSeconds, bugs, only } = options;
  const isExternal = only === undefined ? seed % 2 === 0 : only === 'external';
  const left = (blow: 'kill' | 'pause', wanted: number) => (campaign.blows[blow] < wanted ? wanted : 0);
  const smallDisk = seed % 3 === 0 && canMount();
  const blows = {
    ...{ kill: left('kill', options.kills), pause: left('pause', options.pauses), cut: options.kills / 8, flip: options.kills / 24 },
    fill: smallDisk ? options.kills / 8 : 0,
  };
  return {
    seed,
    cases: options.casesPerEpoch,
    blows,
    leaseSeconds,
    postgres: isExternal ? ground.postgres : null,
    centre: ground.centre,
    begin: ground.begin,
    recipient: ground.recipient,
    markers: ground.markers,
    smallDisk,
    bugs,
    // At the lease of 30 s that UDM has by default: 45 s and 60 s. With a short one most of the time is looking and starting, on a busy machine.
    noticedWithinMs: Math.max(20, 1.5 * leaseSeconds) * 1_000,
    endedWithinMs: Math.max(30, 2 * leaseSeconds) * 1_000,
    stuckAfterMs: 30_000 + 2 * leaseSeconds * 1_000,
  };
}

function add(campaign: Campaign, { seed, cases, blows, points, noticedMs, endedMs, problems }: EpochResult): void {
  campaign.cases += cases;
  for (const blow of Object.keys(blows) as Blow[]) campaign.blows[blow] = (campaign.blows[blow] ?? 0) + blows[blow];
  for (const [point, times] of Object.entries(points)) campaign.points[point] = (campaign.points[point] ?? 0) + times;
  campaign.noticedMs.push(...noticedMs);
  campaign.endedMs.push(...endedMs);
  if (problems.length > 0) campaign.broken.push({ seed, problems });
}

export function sayFigures({ cases, blows, points, noticedMs, endedMs, broken }: Campaign): void {
  console.log(
    `\n${cases} cases: ${blows.kill} kills, ${blows.pause} pauses past the lease, ${blows.cut} cut connections, ${blows.flip} flipped bytes, ${blows.fill} full disks.`,
  );
  for (const [point, times] of Object.entries(points).sort()) console.log(`  ${point}: ${times}`);
  console.log(`Next attempt after the blow: ${spread(noticedMs)}. End of the run: ${spread(endedMs)}.`);
  console.log(`${broken.length} epochs broke a promise.`);
  for (const { seed, problems } of broken) console.log(`  seed ${seed}: ${problems.slice(0, 5).join('\n    ')}`);
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 1_000).toFixed(1);
  return `median ${at(0.5)} s, longest ${at(1)} s`;
}
