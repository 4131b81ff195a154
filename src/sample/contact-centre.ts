import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Connection, startCluster } from '../engine/index.ts';
import { fillSample, type SampleOptions, type SampleProgress } from './fill-sample.ts';

/** The sample contact centre while it runs: it stands for the customer's own system. */
export interface ContactCentre {
  /** As the user that may read and nothing else. */
  readonly reader: Connection;
  /** True when it was filled just now, false when it was there already. */
  readonly filled: boolean;
  stop(): Promise<void>;
}

const DATABASE = 'contact_centre';
const READER = 'udm_reader';

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
    const password = await readerPassword(folder);
    await once(cluster.superuser, async (client) => {
      if (!(await has(client, 'SELECT 1 FROM pg_database WHERE datname = $1', DATABASE))) await client.query(`CREATE DATABASE ${DATABASE}`);
      if (!(await has(client, 'SELECT 1 FROM pg_roles WHERE rolname = $1', READER)))
        await client.query(`CREATE ROLE ${READER} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    });
    const admin = { ...cluster.superuser, database: DATABASE };
    const there = await once(admin, (client) => has(client, 'SELECT 1 FROM pg_namespace WHERE nspname = $1', 'ucsx'));
    if (!there) await fillSample(admin, options, onProgress);
    await once(admin, async (client) => {
      await client.query(`GRANT USAGE ON SCHEMA ucsx, iwd TO ${READER}; GRANT SELECT ON ALL TABLES IN SCHEMA ucsx, iwd TO ${READER}`);
    });
    return { reader: { ...admin, user: READER, password }, filled: !there, stop: () => cluster.stop() };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function readerPassword(folder: string): Promise<string> {
  const file = path.join(folder, 'reader.secret');
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
