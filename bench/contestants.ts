/** UDM and the shell pipelines it is compared with: each turns the same table into an encrypted file. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { postgresPrograms, type TestConnection } from '../test/support/postgres.ts';
import type { ExportOrder, ExportReport } from './export-child.ts';
import { measure } from './measure.ts';

export interface Round {
  readonly rows: number;
  readonly seconds: number;
  readonly peakMB: number;
}

export interface Contestant {
  readonly name: string;
  /** Programs it needs besides PostgreSQL's. */
  readonly needs: readonly string[];
  run(order: ExportOrder): Promise<Round>;
}

export const UDM: Contestant = { name: 'udm', needs: [], run: runUdm };

export const PEERS: readonly Contestant[] = [
  peer('psql|zip|openssl', 'zip', 'zip -q -6 - -'),
  peer('psql|gzip-6|openssl', 'gzip', 'gzip -6'),
  peer('psql|igzip-1|openssl', 'igzip', 'igzip -1'),
];

export function missingPrograms(contestant: Contestant): string[] {
  return contestant.needs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
}

async function runUdm(order: ExportOrder): Promise<Round> {
  const child = path.join(import.meta.dirname, 'export-child.ts');
  const { seconds, output } = await measure(process.execPath, [child], process.env, JSON.stringify(order));
  const { rows, peakMB } = JSON.parse(output) as ExportReport;
  return { rows, seconds, peakMB };
}

function peer(name: string, program: string, packer: string): Contestant {
  return {
    name,
    needs: [program, 'openssl'],
    async run({ connection, folder, certificateFile }) {
      const file = path.join(folder, 'peer.p7m');
      const rows = rowsOf(connection);
      const copy = `"${path.join(postgresPrograms(), 'psql')}" -X -q -c 'COPY (SELECT row_to_json(t) FROM ucsx.interaction t) TO STDOUT'`;
      const seal = `openssl cms -encrypt -stream -binary -aes-256-cbc -outform DER "$1" > "$2"`;
      const script = `set -euo pipefail\n${copy} | ${packer} | ${seal}\nrm "$2"`;
      const { seconds, peakMB } = await measure('bash', ['-c', script, 'peer', certificateFile, file], environmentOf(connection));
      return { rows, seconds, peakMB };
    },
  };
}

function rowsOf(connection: TestConnection): number {
  const args = ['-X', '-A', '-t', '-c', 'SELECT count(*) FROM ucsx.interaction'];
  return Number(spawnSync(path.join(postgresPrograms(), 'psql'), args, { env: environmentOf(connection), encoding: 'utf8' }).stdout);
}

function environmentOf({ host, port, user, password, database }: TestConnection): NodeJS.ProcessEnv {
  return { ...process.env, PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database, LC_ALL: 'C' };
}
