import { randomBytes } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

export interface OwnDatabase {
  /** As the role UDM works with: bound by row-level security. */
  readonly app: pg.PoolConfig;
  /** As the owner of the tables, for migrations. */
  readonly owner: pg.PoolConfig;
}

interface RoleSecrets {
  readonly owner: string;
  readonly app: string;
}

const OWNER = 'udm_owner';
const APP = 'udm_app';
const DATABASE = 'udm';

interface Superuser {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Makes the two roles and the database in the embedded engine, once; both roles are without SUPERUSER and BYPASSRLS. */
export async function provisionEngine(superuser: Superuser, folder: string): Promise<OwnDatabase> {
  const file = secretsFile(folder);
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as RoleSecrets,
    () => null,
  );
  const secrets = known ?? { owner: randomBytes(24).toString('base64url'), app: randomBytes(24).toString('base64url') };
  if (!known) {
    await createRoles(superuser, secrets);
    // Written last and by rename: a file that is there means that everything before it is done.
    await writeFile(`${file}.half`, JSON.stringify(secrets), { mode: 0o600 });
    await rename(`${file}.half`, file);
  }
  const place = { host: superuser.host, port: superuser.port, database: DATABASE };
  return { app: { ...place, user: APP, password: secrets.app }, owner: { ...place, user: OWNER, password: secrets.owner } };
}

/** Whether the roles and the database of this engine are made. */
export async function isProvisioned(folder: string): Promise<boolean> {
  return (await stat(secretsFile(folder)).catch(() => null)) !== null;
}

function secretsFile(folder: string): string {
  return path.join(folder, 'roles.secret');
}

async function createRoles(superuser: Superuser, secrets: RoleSecrets): Promise<void> {
  const client = new pg.Client(superuser);
  await client.connect();
  try {
    for (const [role, password] of [
      [OWNER, secrets.owner],
      [APP, secrets.app],
    ] as const) {
      const exists = (await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])).rowCount === 1;
      await client.query(
        `${exists ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD ${pg.escapeLiteral(password)}`,
      );
    }
    const made = (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])).rowCount === 1;
    if (!made) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
    await client.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO ${APP}`);
  } finally {
    await client.end();
  }
}
