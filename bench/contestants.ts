/** UDM and the shell pipelines it is compared with: each turns the same table into an encrypted file. */
import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresPrograms, type TestConnection } from '../test/support/postgres.ts';
import type { ExportOrder, ExportReport } from './export-child.ts';
import { type Measured, measure, serverSeconds } from './measure.ts';

export interface Round {
  readonly rows: number;
  readonly seconds: number;
  readonly peakMB: number;
  /** Processor seconds of the programs, and of PostgreSQL for them. */
  readonly cpuSeconds: number;
  readonly serverSeconds: number;
  /** Of the encrypted file. */
  readonly fileMB: number;
  /** UDM only: how late the thread that answers HTTP is, at the 99th percentile. */
  readonly lateMs?: number;
}

/** What a round works on. */
export interface Order extends ExportOrder {
  readonly keyFile: string;
  readonly postmaster: number;
}

export interface Contestant {
  readonly name: string;
  /** Programs it needs besides PostgreSQL's. */
  readonly needs: readonly string[];
  run(order: Order): Promise<Round>;
  /** Decrypts and unpacks what the last round left; throws unless it is whole. The bytes of JSON in it. */
  check(order: Order): number;
}

export const UDM: Contestant = udm('udm');

export const PEERS: readonly Contestant[] = [
  peer('psql|zip-6|openssl', 'zip', 'zip -q -6 - -', 'unzip -p'),
  peer('psql|gzip-6|openssl', 'gzip', 'gzip -6', 'gzip -dc'),
  peer('psql|pigz-6|openssl', 'pigz', 'pigz -p2 -6', 'gzip -dc'),
  peer('psql|igzip-1|openssl', 'igzip', 'igzip -1', 'gzip -dc'),
];

export function missingPrograms(contestant: Pick<Contestant, 'needs'>): string[] {
  return contestant.needs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
}

function udm(name: string): Contestant {
  const child = path.join(import.meta.dirname, 'export-child.ts');
  // As the launcher does. The round that does not count fills it.
  const environment = { ...process.env, NODE_COMPILE_CACHE: path.join(import.meta.dirname, '../node_modules/.cache/udm') };
  const fileOf = ({ folder }: Order) => path.join(folder, 'sealed', `${name}.p7m`);
  return {
    name,
    needs: [],
    async run(order) {
      const input = JSON.stringify({ ...order, key: `${name}.p7m` });
      const { seconds, cpuSeconds, output, server } = await withServer(order, () => measure(process.execPath, [child], environment, input));
      const { rows, peakMB, fileBytes, lateMs } = JSON.parse(output) as ExportReport;
      return { rows, seconds, cpuSeconds, peakMB, serverSeconds: server, fileMB: fileBytes / 1e6, lateMs };
    },
    check: (order) => plainBytes(fileOf(order), order, 'sh -c \'unzip -tq "$0" >&2 && unzip -p "$0" "*.jsonl"\''),
  };
}

function peer(name: string, program: string, packer: string, unpacker: string): Contestant {
  const fileOf = ({ folder }: Order) => path.join(folder, `${program}.p7m`);
  return {
    name,
    needs: [program, 'openssl'],
    async run(order) {
      const { connection, certificateFile } = order;
      const rows = rowsOf(connection);
      // Valid JSON never holds these two: nothing is quoted, and no backslash is doubled.
      const format = "FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'";
      const copy = `"${path.join(postgresPrograms(), 'psql')}" -X -q -c "COPY (SELECT row_to_json(t) FROM ucsx.interaction t) TO STDOUT WITH (${format})"`;
      const seal = 'openssl cms -encrypt -stream -binary -aes-256-cbc -outform DER "$1" > "$2"';
      const script = `set -euo pipefail\n${copy} | ${packer} | ${seal}\nsync "$2"`;
      const work = () => measure('bash', ['-c', script, 'peer', certificateFile, fileOf(order)], environmentOf(connection));
      const { seconds, cpuSeconds, peakMB, server } = await withServer(order, work);
      return { rows, seconds, cpuSeconds, peakMB, serverSeconds: server, fileMB: statSync(fileOf(order)).size / 1e6 };
    },
    check: (order) => plainBytes(fileOf(order), order, unpacker),
  };
}

async function withServer({ postmaster }: Order, work: () => Promise<Measured>): Promise<Measured & { readonly server: number }> {
  const before = serverSeconds(postmaster);
  const measured = await work();
  // What a backend used counts for its parent once it is gone.
  await sleep(300);
  return { ...measured, server: serverSeconds(postmaster) - before };
}

function plainBytes(file: string, { keyFile }: Order, unpacker: string): number {
  const zip = `${file}.plain`;
  const open = 'openssl cms -decrypt -binary -inform DER -in "$1" -inkey "$2" -out "$3"';
  const script = `set -euo pipefail\n${open}\n${unpacker} "$3" | wc -c\nrm "$1" "$3"`;
  return Number(execFileSync('bash', ['-c', script, 'check', file, keyFile, zip], { encoding: 'utf8' }));
}

function rowsOf(connection: TestConnection): number {
  const args = ['-X', '-A', '-t', '-c', 'SELECT count(*) FROM ucsx.interaction'];
  return Number(spawnSync(path.join(postgresPrograms(), 'psql'), args, { env: environmentOf(connection), encoding: 'utf8' }).stdout);
}

function environmentOf({ host, port, user, password, database }: TestConnection): NodeJS.ProcessEnv {
  return { ...process.env, PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database, LC_ALL: 'C' };
}
