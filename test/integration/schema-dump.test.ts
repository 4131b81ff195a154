import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAM_FOLDER } from '../../src/config/index.ts';
import { migrate } from '../../src/records/migrate.ts';
import { withClient } from '../support/database-text.ts';
import { postgresPrograms, startTestPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(async () => {
  await postgres?.stop();
});

/** After a new migration: npx vitest run test/integration/schema-dump.test.ts -u */
it('migrations/schema.sql is the schema that the migrations make', async () => {
  const database = await postgres.newDatabase();
  await withClient(database, async (client) => {
    await client.query(
      `CREATE ROLE udm_owner LOGIN PASSWORD 'x'; CREATE ROLE udm_app LOGIN PASSWORD 'x'; ALTER DATABASE "${database.database}" OWNER TO udm_owner`,
    );
  });
  await migrate({ ...database, user: 'udm_owner', password: 'x' }, 'udm_app', path.join(PROGRAM_FOLDER, 'migrations'));
  const dump = execFileSync(path.join(postgresPrograms(), 'pg_dump'), ['--schema-only', '--no-owner'], {
    encoding: 'utf8',
    env: { PGHOST: database.host, PGPORT: String(database.port), PGUSER: database.user, PGPASSWORD: database.password, PGDATABASE: database.database },
  });
  await expect(withoutChance(dump)).toMatchFileSnapshot('../../migrations/schema.sql');
});

/** Without what differs from dump to dump or from server to server and says nothing of the schema. */
function withoutChance(dump: string): string {
  const kept = dump.split('\n').filter((line) => line !== '' && !/^(--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict )/.test(line));
  return `-- What the migrations make, as pg_dump writes it: for reading in a review, never run.\n${kept.join('\n')}\n`;
}
