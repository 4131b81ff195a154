import pg from 'pg';
import { copyRows } from './copy-rows.ts';
import { interactionMaker } from './interactions.ts';
import { Random } from './random.ts';
import { SECOND, type SamplePlan } from './sample-plan.ts';

const LIVE_STREAM = 0x30000000;
/** Ids of live rows begin after those of the largest sample. */
const FIRST_LIVE_INDEX = 1e12;
const HOUR = 3_600 * SECOND;

export interface LiveRows {
  readonly from: Date;
  readonly to: Date;
  /** Seed and number of contacts of the sample, so that the people are the same. */
  readonly seed: number;
  readonly contacts: number;
  readonly perHour: number;
}

/**
 * Adds the interactions that start in [from, to), as a contact centre at work would have stored them by `to`, each 0.1 to 3
 * seconds after its start. Time is cut into `perHour` slots an hour with one interaction each, so stretches that meet give no
 * interaction twice and leave none out, and those that are there already are left alone. Returns how many are new.
 */
export async function addLiveRows(connection: pg.ClientConfig, live: LiveRows): Promise<number> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN; CREATE TEMP TABLE live_interaction (LIKE ucsx.interaction) ON COMMIT DROP');
    await copyRows(client, 'live_interaction', liveRows(live));
    const { rowCount } = await client.query('INSERT INTO ucsx.interaction SELECT * FROM live_interaction ON CONFLICT DO NOTHING');
    await client.query('COMMIT');
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

function* liveRows({ from, to, seed, contacts, perHour }: LiveRows): Generator<string> {
  const begin = from.getTime() * 1_000;
  const end = to.getTime() * 1_000;
  const slot = HOUR / perHour;
  const first = Math.floor(begin / slot);
  const plan: SamplePlan = { seed, contacts, interactions: Math.ceil((end - begin) / slot), workItems: 0, endMicros: end, spanMicros: end - begin };
  const make = interactionMaker(plan, streamOf(seed, first), FIRST_LIVE_INDEX + first);
  // From one slot earlier: rounding may lift its interaction onto `begin`.
  for (let index = first - 1; index * slot < end; index += 1) {
    const start = Math.floor((index + streamOf(seed, index).fraction()) * slot);
    if (start >= begin && start < end) yield make(FIRST_LIVE_INDEX + index, start).row;
  }
}

function streamOf(seed: number, slotIndex: number): Random {
  return new Random(seed, LIVE_STREAM + (slotIndex % LIVE_STREAM));
}
