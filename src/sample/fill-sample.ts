import pg from 'pg';
import { attributeRows, contactRows } from './contacts.ts';
import { copyRows } from './copy-rows.ts';
import { AttachmentChoice, documentRows } from './documents.ts';
import { interactionRows } from './interactions.ts';
import { DAY, type SamplePlan } from './sample-plan.ts';
import { SAMPLE_INDEXES, SAMPLE_TABLE_NAMES, SAMPLE_TABLES, type SampleTable } from './tables.ts';
import { eventRows, workItemRows } from './work-items.ts';

const INTERACTIONS_PER_WORK_ITEM = 5;

export interface SampleOptions {
  readonly contacts: number;
  readonly interactions: number;
  /** Interactions start within so many days before `endsAt`. */
  readonly days: number;
  readonly seed: number;
  readonly endsAt: Date;
}
/** Rows per table. */
export type SampleCounts = Readonly<Record<SampleTable, number>>;
export interface SampleProgress {
  readonly table: SampleTable;
  /** Rows sent to this table so far. */
  readonly rows: number;
}

/**
 * Makes the sample contact centre: schemas `ucsx` and `iwd`, which must not exist yet, in one
 * transaction. The same options give the same bytes. Streams, whatever the scale.
 */
export async function fillSample(
  connection: pg.ClientConfig,
  options: SampleOptions,
  onProgress: (progress: SampleProgress) => void = () => undefined,
): Promise<SampleCounts> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    // The sample can be made again at any time, so it need not wait for the disk.
    await client.query("SET synchronous_commit = off; SET maintenance_work_mem = '128MB'; BEGIN");
    await client.query(SAMPLE_TABLES);
    const counts = await fillTables(client, planOf(options), onProgress);
    await client.query(SAMPLE_INDEXES);
    await client.query('COMMIT');
    await client.query(`ANALYZE ${SAMPLE_TABLE_NAMES.join(', ')}`);
    return counts;
  } finally {
    await client.end();
  }
}

function planOf({ contacts, interactions, days, seed, endsAt }: SampleOptions): SamplePlan {
  const workItems = Math.ceil(interactions / INTERACTIONS_PER_WORK_ITEM);
  return { seed, contacts, interactions, workItems, endMicros: endsAt.getTime() * 1_000, spanMicros: days * DAY };
}

async function fillTables(client: pg.Client, plan: SamplePlan, onProgress: (progress: SampleProgress) => void): Promise<SampleCounts> {
  const attachments = new AttachmentChoice(plan);
  const rows: Record<SampleTable, () => Iterable<string>> = {
    'ucsx.contact': () => contactRows(plan),
    'ucsx.contact_attribute': () => attributeRows(plan),
    'ucsx.interaction': () => interactionRows(plan, (key) => attachments.consider(key)),
    'ucsx.document': () => documentRows(plan, attachments.ids),
    'iwd.work_item': () => workItemRows(plan),
    'iwd.event': () => eventRows(plan),
  };
  const counts = { ...Object.fromEntries(SAMPLE_TABLE_NAMES.map((table) => [table, 0])) } as Record<SampleTable, number>;
  for (const table of SAMPLE_TABLE_NAMES) {
    counts[table] = await copyRows(client, table, rows[table](), (sent) => onProgress({ table, rows: sent }));
  }
  return counts;
}
