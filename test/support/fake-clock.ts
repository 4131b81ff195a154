import pg from 'pg';
import type { App } from '../../src/app.ts';
import { superuserOf, withClient } from './database-text.ts';

/** The database's clock in the hands of a test; only udm_now() stands still, PostgreSQL's own clock goes on. */
export interface FakeClock {
  /** Forward or back. */
  set(instant: string): Promise<void>;
  advance(milliseconds: number): Promise<void>;
}

/**
 * Makes udm_now() read a table, as its owner may in a test database. Certificates stored before are valid at any time from then on:
 * they were made by the real clock.
 */
export async function fakeClock(app: App, instant: string): Promise<FakeClock> {
  const database = await superuserOf(app.dataFolder);
  await withClient(database, (client) => stopClock(client, new Date(instant)));
  return {
    async set(to) {
      await withClient(database, (client) => client.query('UPDATE test_clock SET now = $1', [to]));
    },
    async advance(milliseconds) {
      await withClient(database, (client) => client.query(`UPDATE test_clock SET now = now + $1 * interval '1 millisecond'`, [milliseconds]));
    },
  };
}

/** The same by a superuser of UDM's database, whoever owns the function. */
export async function stopClock(superuser: pg.Client, instant: Date): Promise<void> {
  const { rows } = await superuser.query<{ owner: string }>(`SELECT pg_get_userbyid(proowner) AS owner FROM pg_proc WHERE proname = 'udm_now'`);
  await superuser.query(`SET ROLE ${pg.escapeIdentifier(rows[0]?.owner as string)}`);
  await superuser.query('CREATE TABLE test_clock (now timestamptz NOT NULL)');
  await superuser.query('INSERT INTO test_clock VALUES ($1)', [instant]);
  await superuser.query('GRANT SELECT ON test_clock TO PUBLIC');
  await superuser.query(`CREATE OR REPLACE FUNCTION udm_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT now FROM public.test_clock'`);
  await superuser.query('RESET ROLE');
  await superuser.query(`UPDATE certificate SET not_before = '2000-01-01Z', not_after = '2100-01-01Z'`);
}
