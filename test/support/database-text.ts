import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { runningCluster } from '../../src/engine/index.ts';

/** UDM's embedded database as its superuser, whom no row-level security binds: to see what is really stored. */
export async function superuserOf(dataDir: string): Promise<pg.ClientConfig> {
  const superuser = await runningCluster(path.join(dataDir, 'engine'));
  if (!superuser) throw new Error(`No PostgreSQL runs in ${dataDir}.`);
  return { ...superuser, database: 'udm' };
}

/** UDM's embedded database as one of its two roles. */
export async function roleOf(dataDir: string, role: 'owner' | 'app'): Promise<pg.ClientConfig> {
  const secrets = JSON.parse(await readFile(path.join(dataDir, 'engine', 'roles.secret'), 'utf8')) as Record<string, string>;
  const { host, port } = await superuserOf(dataDir);
  return { host: host as string, port: port as number, database: 'udm', user: `udm_${role}`, password: secrets[role] as string };
}

/** A connection string of these settings. */
export function urlOf({ host, port, user, password, database }: pg.ClientConfig): string {
  return `postgresql://${encodeURIComponent(user as string)}:${encodeURIComponent(password as string)}@${host}:${port}/${database}`;
}

/** With what its types leave out: whether it keeps this process alive. */
type Client = pg.Client & { ref(): void; unref(): void; leaving?: NodeJS.Timeout };

/** Connections at rest: to make one costs both sides more than most of what is asked. */
const atRest = new Map<string, Client>();
const REST_MS = 2_000;

/** Runs `work` with one connection, whose session is as new. */
export async function withClient<T>(settings: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const key = JSON.stringify(settings);
  const client = awake(key) ?? (await connected(settings, key));
  try {
    const result = await work(client);
    await layDown(key, client);
    return result;
  } catch (error) {
    await client.end();
    throw error;
  }
}

function awake(key: string): Client | undefined {
  const client = atRest.get(key);
  atRest.delete(key);
  client?.ref();
  return client;
}

async function connected(settings: pg.ClientConfig, key: string): Promise<Client> {
  const client = new pg.Client(settings) as Client;
  client.on('error', () => undefined);
  // Its server was stopped.
  client.once('end', () => forget(key, client));
  await client.connect();
  return client;
}

/** A session whose transaction is still open is ended; so is one that is not needed for a while. */
async function layDown(key: string, client: Client): Promise<void> {
  const isNew = await client.query('DISCARD ALL').then(
    () => true,
    () => false,
  );
  if (!isNew || atRest.has(key)) return await client.end();
  atRest.set(key, client);
  client.unref();
  clearTimeout(client.leaving);
  client.leaving = setTimeout(() => forget(key, client) && void client.end(), REST_MS).unref();
}

/** Whether it was at rest. */
function forget(key: string, client: Client): boolean {
  return atRest.get(key) === client && atRest.delete(key);
}

/** Tables (schema.table) of the whole database that hold the text in any row. */
export async function cellsWith(settings: pg.ClientConfig, text: string): Promise<string[]> {
  return withClient(settings, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const hit = await client.query(`SELECT 1 FROM ${name} t WHERE position($1 IN t::text) > 0 LIMIT 1`, [text]);
      if (hit.rowCount) found.push(name);
    }
    return found;
  });
}
