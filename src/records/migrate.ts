import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { CodedError } from '../errors.ts';
import type { Database } from './database.ts';

const LOCK = 7_105_001;

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/**
 * Applies the numbered migrations that are missing, each in one transaction, under a lock, as the owner of the tables.
 * Returns the names applied. Error: `database.version` when the database has a migration this UDM does not know or
 * knows with another text.
 */
export async function migrate(owner: pg.ClientConfig, appRole: string, folder: string): Promise<string[]> {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS udm_migration (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
    const known = await readMigrations(folder);
    const applied = (await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM udm_migration')).rows;
    for (const row of applied) {
      if (known.find((one) => one.name === row.name)?.sha256 !== row.sha256) throw new CodedError('database.version', { value: row.name });
    }
    const missing = known.filter((one) => !applied.some((row) => row.name === one.name));
    for (const migration of missing) await apply(client, migration, appRole);
    await grantRoom(client, appRole);
    return missing.map((one) => one.name);
  } finally {
    await client.end();
  }
}

/** Migrations that this UDM has and the database lacks. Error: `database.version` when the database has one that this UDM does not know so. */
export async function missingMigrations(database: Database, folder: string): Promise<string[]> {
  const known = await readMigrations(folder);
  const { rows } = await sql<{ name: string; sha256: string }>`SELECT name, sha256 FROM udm_migration`.execute(database);
  for (const row of rows) {
    if (known.find((one) => one.name === row.name)?.sha256 !== row.sha256) throw new CodedError('database.version', { value: row.name });
  }
  return known.filter((one) => !rows.some((row) => row.name === one.name)).map((one) => one.name);
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(folder, name), 'utf8');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function apply(client: pg.Client, migration: Migration, appRole: string): Promise<void> {
  const text = migration.text.replaceAll('{{app}}', pg.escapeIdentifier(appRole)).replaceAll('{{owner}}', 'CURRENT_USER');
  await client.query('BEGIN');
  try {
    await client.query(text);
    await client.query('INSERT INTO udm_migration (name, sha256) VALUES ($1, $2)', [migration.name, migration.sha256]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** pg-boss keeps its own tables in a schema of its own; the working role may make them there and nowhere else. */
async function grantRoom(client: pg.Client, appRole: string): Promise<void> {
  const role = pg.escapeIdentifier(appRole);
  await client.query('CREATE SCHEMA IF NOT EXISTS pgboss');
  await client.query(`GRANT USAGE, CREATE ON SCHEMA pgboss TO ${role}`);
  await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
  await client.query(`GRANT SELECT ON udm_migration TO ${role}`);
}
