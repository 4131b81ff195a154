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

/** Runs `work` with one connection. */
export async function withClient<T>(settings: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(settings);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
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
