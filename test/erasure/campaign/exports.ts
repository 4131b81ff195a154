import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { runWindowAgain } from '../../../src/operations/run-window-again.ts';
import type { CentreRows, TextRow } from '../../support/erasure-oracle.ts';
import type { TextSearch } from '../../support/plain-text.ts';
import { SAMPLE_DAYS, SAMPLE_ENDS } from './ground.ts';
import type { Installation, WindowOfExport } from './installation.ts';

/** The exports of an epoch: which hold somebody who is erased, whether they were withdrawn, and what is in the others. */

const run = promisify(execFile);
const DAY = 86_400_000;
const HOUR = DAY / 24;
const BEGINS = SAMPLE_ENDS.getTime() - SAMPLE_DAYS * DAY;

export interface ArtifactRow {
  readonly id: string;
  readonly key: string;
  readonly type: string;
  readonly from: Date;
  readonly to: Date;
  readonly withdrawn: string | null;
  readonly gone: boolean;
}

/** Windows that do not overlap: small ones, in many of which nobody is erased, and large ones. `days`: from and to, since the sample begins. */
export function windowsOf(days: readonly [number, number], small: number): WindowOfExport[] {
  const at = (day: number, hours = 0) => new Date(BEGINS + day * DAY + hours * HOUR);
  const [from, to] = days;
  const middle = from + (to - from) / 2;
  const hours = Array.from({ length: small }, (_, index): WindowOfExport => {
    const day = from + ((middle - from) * index) / small;
    return { source: 'ucsx', type: 'Interaction', from: at(day), to: at(day, 1) };
  });
  return [
    ...hours,
    { source: 'ucsx', type: 'Interaction', from: at(middle), to: at(to) },
    { source: 'ucsx', type: 'Contact', from: at(from), to: at(from, 2) },
    { source: 'ucsx', type: 'Contact', from: at(middle), to: at(to) },
    { source: 'iwd', type: 'Event', from: at(from), to: at(to) },
  ];
}

export function artifactsOf(installation: Installation): Promise<ArtifactRow[]> {
  return installation.sql<ArtifactRow>(`
    SELECT a.id, a.object_key AS key, a.type, r.window_from AS "from", r.window_to AS "to", a.withdrawn_for AS withdrawn, a.object_gone_at IS NOT NULL AS gone
      FROM artifact a JOIN run r ON r.id = a.run_id WHERE a.deleted_at IS NULL OR a.withdrawn_for IS NOT NULL ORDER BY a.created_at`);
}

const TIMES: Readonly<Record<string, readonly (readonly [table: keyof CentreRows, key: string, time: string])[]>> = {
  Interaction: [['interaction', 'ixn_id', 'start_date']],
  Contact: [['contact', 'contact_id', 'modified_date']],
  Event: [['work_item', 'work_item_id', 'created_date_time']],
};

/** Whether rows of the window are not as they were, once everybody is erased. */
export function heldBefore({ type, from, to }: Pick<ArtifactRow, 'type' | 'from' | 'to'>, before: CentreRows, after: CentreRows): boolean {
  return (TIMES[type] ?? []).some(([table, key, time]) => {
    const left = new Map(after[table].map((row) => [row[key], row]));
    const isIn = (row: TextRow) => {
      const at = new Date(`${row[time]}`.replace(' ', 'T').replace(/\+00$/, 'Z')).getTime();
      return at >= from.getTime() && at < to.getTime();
    };
    return before[table].some((row) => isIn(row) && left.get(row[key] ?? null) !== row);
  });
}

/** Of files that are made of everything that there was before. */
export function withdrawalProblems(
  artifacts: readonly ArtifactRow[],
  before: CentreRows,
  after: CentreRows,
): { held: ArtifactRow[]; needless: number; problems: string[] } {
  const problems: string[] = [];
  const held: ArtifactRow[] = [];
  let needless = 0;
  for (const one of artifacts) {
    const isHeld = heldBefore(one, before, after);
    if (isHeld) held.push(one);
    if (isHeld && one.withdrawn !== 'person_erased') problems.push(`${one.type} of ${one.from.toISOString()} held somebody who was erased, and is there`);
    if (isHeld && !one.gone) problems.push(`the file of ${one.type} of ${one.from.toISOString()} was withdrawn, and is in storage`);
    if (!isHeld && one.withdrawn !== null) needless += 1;
  }
  return { held, needless, problems };
}

/** Runs the windows of all withdrawn files again; gives how many. */
export async function rebuild(installation: Installation, artifacts: readonly ArtifactRow[]): Promise<number> {
  const withdrawn = artifacts.filter((one) => one.withdrawn !== null);
  for (const one of withdrawn) await runWindowAgain(installation.app.services, installation.people.admin, one.id);
  return withdrawn.length;
}

/** Decrypts every file that is there with openssl, unpacks it, and looks for the texts. */
export async function artifactProblems(
  installation: Installation,
  artifacts: readonly ArtifactRow[],
  keyFile: string,
  search: TextSearch,
): Promise<{ bytes: number; problems: string[] }> {
  const problems: string[] = [];
  let bytes = 0;
  for (const one of artifacts.filter(({ withdrawn }) => withdrawn === null)) {
    const folder = await mkdtemp(path.join(tmpdir(), 'udm-opened-'));
    const [zip, out] = [path.join(folder, 'archive.zip'), path.join(folder, 'out')] as const;
    try {
      const file = path.join(installation.dataFolder, 'artifacts', 'sealed', one.key);
      await run('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', file, '-inkey', keyFile, '-out', zip]);
      await run('unzip', ['-q', zip, '-d', out]);
      const { found, bytes: looked } = await search.inFolder(out);
      bytes += looked;
      problems.push(...found.map((name) => `${name} of ${one.type} of ${one.from.toISOString()} holds somebody who was erased`));
    } catch (error) {
      problems.push(`${one.type} of ${one.from.toISOString()} does not open: ${error instanceof Error ? error.message : error}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { bytes, problems };
}
