/** What every benchmark works on: a PostgreSQL with the sample in it, a certificate, and a folder for the files. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fillSample } from '../src/sample/fill-sample.ts';
import { withClient } from '../test/support/database-text.ts';
import { startTestPostgres, type TestConnection } from '../test/support/postgres.ts';

export interface Workbench {
  readonly folder: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Of the server: its children do the work. */
  readonly postmaster: number;
  /** A database with so many interactions in it; the same seed every time. */
  fill(interactions: number): Promise<TestConnection>;
  close(): Promise<void>;
}

const CONTACTS_PER_INTERACTION = 0.2;

export async function openWorkbench(): Promise<Workbench> {
  const postgres = await startTestPostgres();
  const folder = mkdtempSync(path.join(tmpdir(), 'udm-bench-'));
  const certificateFile = path.join(folder, 'certificate.pem');
  const subject = [
    '-subj',
    '/CN=UDM benchmark',
    '-days',
    '30',
    '-addext',
    'basicConstraints=critical,CA:FALSE',
    '-addext',
    'keyUsage=critical,keyEncipherment',
  ];
  const keyFile = path.join(folder, 'key.pem');
  const key = ['-newkey', 'rsa:3072', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certificateFile, ...subject], { stdio: 'ignore' });
  return {
    folder,
    certificateFile,
    keyFile,
    postmaster: await postmasterOf(postgres.connection),
    async fill(interactions) {
      note(`filling ${interactions.toLocaleString('en')} interactions ...`);
      const connection = await postgres.newDatabase();
      const contacts = Math.ceil(interactions * CONTACTS_PER_INTERACTION);
      await fillSample(connection, { contacts, interactions, days: 90, seed: 1, endsAt: new Date('2026-03-01T00:00:00Z') });
      await withClient(connection, (client) => client.query('VACUUM ANALYZE'));
      return connection;
    },
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await postgres.stop();
    },
  };
}

async function postmasterOf(connection: TestConnection): Promise<number> {
  return withClient(connection, async (client) => {
    const { pid } = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0] as { pid: number };
    const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(parent?.[1]);
  });
}

/** Progress goes to stderr, so that stdout stays the result. */
export function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
