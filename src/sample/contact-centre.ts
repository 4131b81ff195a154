import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Connection, startCluster } from '../engine/index.ts';
import { fillSample, type SampleOptions, type SampleProgress } from './fill-sample.ts';
import { addLiveRows } from './live-rows.ts';
import { ADD_STORED_AT } from './tables.ts';

/** The sample contact centre while it runs: it stands for the customer's own system. */
export interface ContactCentre {
  /** As the user that may read and nothing else. */
  readonly reader: Connection;
  /** Users that may change what a data request changes, and nothing else: one for each schema. */
  readonly writers: Readonly<Record<WrittenSchema, { readonly user: string; readonly password: string }>>;
  /** True when it was filled just now, false when it was there already. */
  readonly filled: boolean;
  /**
   * Life goes on: adds the interactions that start in [from, to) and returns how many are new. They say that they were stored
   * seconds after their start; for that to be true of what an export reads, call it within the source's settle lag of that
   * start, or before the first export after it.
   */
  addInteractions(from: Date, to: Date): Promise<number>;
  /** The same from its newest interaction on, of at most the last 31 days. */
  addUntil(to: Date): Promise<number>;
  /** E-mail addresses of at most so many who had about ten interactions in [from, to): something to look at, and not more than one looks at. */
  regularCustomers(from: Date, to: Date, most: number): Promise<string[]>;
  stop(): Promise<void>;
}

const DATABASE = 'contact_centre';
const READER = 'udm_reader';
const WRITERS = { ucsx: 'udm_writer', iwd: 'udm_writer_iwd' } as const;
type WrittenSchema = keyof typeof WRITERS;
/** As the catalogs need it. */
const WRITER_RIGHTS = `
  GRANT USAGE ON SCHEMA ucsx TO udm_writer;
  GRANT SELECT, UPDATE, DELETE ON ucsx.contact, ucsx.contact_attribute, ucsx.interaction TO udm_writer;
  GRANT SELECT, DELETE ON ucsx.document TO udm_writer;
  GRANT USAGE ON SCHEMA iwd TO udm_writer_iwd;
  GRANT SELECT, UPDATE ON iwd.work_item, iwd.event TO udm_writer_iwd`;
/** The sample lives on at its own pace, but not too slowly to watch. */
const LEAST_PER_HOUR = 60;
const MOST_CATCH_UP_MS = 31 * 86_400_000;
const REGULAR = 10;
/** So many of those who come near to it are looked at more closely. */
const CANDIDATES = 100;

/** It can be made again at any time, so it need not wait for the disk. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_wal_size=4GB',
  'shared_buffers=256MB',
  'checkpoint_timeout=1h',
  'autovacuum=off',
];

/** Starts the sample contact centre in a folder of its own, and fills it from the seed at its first start. */
export async function startContactCentre(folder: string, options: SampleOptions, onProgress?: (progress: SampleProgress) => void): Promise<ContactCentre> {
  const cluster = await startCluster(folder, SETTINGS);
  try {
    const password = await keptPassword(folder, 'reader');
    const writerPassword = await keptPassword(folder, 'writer');
    await once(cluster.superuser, async (client) => {
      if (!(await has(client, 'SELECT 1 FROM pg_database WHERE datname = $1', DATABASE))) await client.query(`CREATE DATABASE ${DATABASE}`);
      for (const [role, secret] of [[READER, password], ...Object.values(WRITERS).map((role) => [role, writerPassword] as const)] as const)
        if (!(await has(client, 'SELECT 1 FROM pg_roles WHERE rolname = $1', role)))
          await client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(secret)}`);
    });
    const admin = { ...cluster.superuser, database: DATABASE };
    const there = await once(admin, (client) => has(client, 'SELECT 1 FROM pg_namespace WHERE nspname = $1', 'ucsx'));
    if (!there) await fillSample(admin, options, onProgress);
    else await once(admin, addStoredAt);
    await once(admin, async (client) => {
      await client.query(`GRANT USAGE ON SCHEMA ucsx, iwd TO ${READER}; GRANT SELECT ON ALL TABLES IN SCHEMA ucsx, iwd TO ${READER}`);
      await client.query(WRITER_RIGHTS);
    });
    const { seed, contacts, interactions, days } = options;
    const perHour = Math.max(LEAST_PER_HOUR, Math.round(interactions / (days * 24)));
    return {
      reader: { ...admin, user: READER, password },
      writers: { ucsx: { user: WRITERS.ucsx, password: writerPassword }, iwd: { user: WRITERS.iwd, password: writerPassword } },
      filled: !there,
      addInteractions: (from, to) => addLiveRows(admin, { from, to, seed, contacts, perHour }),
      async addUntil(to) {
        const from = await once(admin, (client) => newestInteraction(client, new Date(to.getTime() - MOST_CATCH_UP_MS)));
        return from < to ? addLiveRows(admin, { from, to, seed, contacts, perHour }) : 0;
      },
      regularCustomers: (from, to, most) => once(admin, (client) => regularCustomers(client, from, to, most)),
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** The instant after the newest interaction, not before `earliest`. */
async function newestInteraction(client: pg.Client, earliest: Date): Promise<Date> {
  const { rows } = await client.query<{ at: Date }>(`SELECT greatest(max(start_date) + interval '1 ms', $1) AS at FROM ucsx.interaction`, [earliest]);
  return rows[0]?.at ?? earliest;
}

/** Of those who share their number with others, or have several contacts, none: one request would be about both. */
async function regularCustomers(client: pg.Client, from: Date, to: Date, most: number): Promise<string[]> {
  const { rows } = await client.query<{ email: string }>(
    `WITH regular AS (
       SELECT contact_id, count(*) AS interactions FROM ucsx.interaction WHERE start_date >= $1 AND start_date < $2
        GROUP BY contact_id ORDER BY abs(count(*) - ${REGULAR}), contact_id LIMIT ${CANDIDATES}),
     named AS (SELECT contact.*, interactions FROM regular JOIN ucsx.contact USING (contact_id) WHERE email_address IS NOT NULL AND merge_id IS NULL)
     SELECT email_address AS email FROM named
      WHERE NOT EXISTS (SELECT FROM ucsx.contact o WHERE o.merge_id = named.contact_id)
        AND NOT EXISTS (SELECT FROM ucsx.contact o WHERE o.phone_number = named.phone_number AND o.contact_id <> named.contact_id)
      ORDER BY abs(interactions - ${REGULAR}), contact_id LIMIT $3`,
    [from, to, most],
  );
  return rows.map(({ email }) => email);
}

/** A sample of an older UDM does not say when its rows were stored. */
async function addStoredAt(client: pg.Client): Promise<void> {
  const column = "SELECT 1 FROM pg_attribute WHERE attrelid = 'ucsx.interaction'::regclass AND attname = $1";
  if (!(await has(client, column, 'stored_at'))) await client.query(ADD_STORED_AT);
}

async function keptPassword(folder: string, name: 'reader' | 'writer'): Promise<string> {
  const file = path.join(folder, `${name}.secret`);
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known) return known.trim();
  const made = randomBytes(18).toString('base64url');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}

async function once<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function has(client: pg.Client, query: string, value: string): Promise<boolean> {
  return (await client.query(query, [value])).rowCount === 1;
}
