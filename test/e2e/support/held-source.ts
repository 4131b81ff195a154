import pg from 'pg';
import { runningCluster } from '../../../src/engine/index.ts';
import type { TestUdm } from '../../support/udm.ts';

/** Lets nobody read a table of the sample contact centre until it is let go: a run that needs it stays where it is. */
export async function holdTable(udm: TestUdm, table: string): Promise<() => Promise<void>> {
  const superuser = await runningCluster(`${udm.dataDir}-sample-contact-centre`);
  if (!superuser) throw new Error('The sample contact centre does not run.');
  const client = new pg.Client({ ...superuser, database: 'contact_centre' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return () => client.end();
}
