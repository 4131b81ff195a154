import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { decryptFile } from '../../../src/pipeline/decrypt-file.ts';
import type { ContactCentre } from '../../../src/sample/contact-centre.ts';
import type { Recipient } from '../../support/recipients.ts';
import type { Installation } from './installation.ts';

/** What must hold whatever happened to workers, told in plain sentences; an empty list when it does. */

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly from: Date;
  readonly to: Date;
}

interface ArtifactRow {
  readonly id: string;
  readonly run: string;
  readonly key: string;
  readonly rows: number;
}

/** Every window of the job was published once, one behind the other, each file opens, and together they hold every row once. */
export async function brokenPromises(installation: Installation, centre: ContactCentre, recipient: Recipient): Promise<string[]> {
  const runs = await installation.sql<RunRow>(`SELECT id, status, window_from AS "from", window_to AS "to" FROM run WHERE job_id = $1 ORDER BY scheduled_at`, [
    installation.jobId,
  ]);
  const artifacts = await installation.sql<ArtifactRow>(
    `SELECT id, run_id AS run, object_key AS key, row_count::int AS rows FROM artifact WHERE deleted_at IS NULL`,
  );
  const rows = new Map<string, number>();
  const opened = await openAll(installation, artifacts, recipient, rows);
  const published = runs.filter((run) => run.status.startsWith('succeeded'));
  return [
    ...runs.filter((run) => !run.status.startsWith('succeeded')).map((run) => `run ${run.id} is ${run.status}`),
    ...gapsOf(published),
    ...opened,
    ...[...rows].filter(([, times]) => times > 1).map(([id, times]) => `row ${id} was exported ${times} times`),
    ...(await lostRows(published, centre, rows)),
    ...(await strayObjects(installation, artifacts)),
  ];
}

function gapsOf(runs: readonly RunRow[]): string[] {
  return runs.slice(1).flatMap((run, index) => {
    const before = runs[index]?.to.getTime();
    return run.from.getTime() === before ? [] : [`the window of run ${run.id} begins ${run.from.toISOString()}, not where the one before ended`];
  });
}

async function openAll(installation: Installation, artifacts: readonly ArtifactRow[], { key }: Recipient, rows: Map<string, number>): Promise<string[]> {
  const problems: string[] = [];
  const folder = await mkdtemp(path.join(tmpdir(), 'udm-campaign-opened-'));
  try {
    for (const artifact of artifacts) {
      const file = path.join(installation.dataFolder, 'artifacts', 'sealed', artifact.key);
      const outDir = path.join(folder, artifact.id);
      try {
        await decryptFile({ file, key, outDir });
        const found = await countRows(outDir, rows);
        if (found !== artifact.rows) problems.push(`file ${artifact.key} has ${found} rows, its record says ${artifact.rows}`);
      } catch (error) {
        problems.push(
          `file ${artifact.key} is listed and does not open: ${error instanceof Error ? `${error.message} ${(error.cause as Error | undefined)?.message ?? ''}` : error}`,
        );
      }
      await rm(outDir, { recursive: true, force: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return problems;
}

async function countRows(folder: string, rows: Map<string, number>): Promise<number> {
  let count = 0;
  for (const name of (await readdir(folder, { recursive: true })).filter((one) => one.endsWith('.jsonl'))) {
    // By newlines alone: readline also takes separators that stand in texts.
    for (const line of (await readFile(path.join(folder, name), 'utf8')).split('\n').filter(Boolean)) {
      const id = (JSON.parse(line) as { ixnId?: string; id?: string }).ixnId;
      if (id !== undefined && !name.startsWith('Attachment')) rows.set(id, (rows.get(id) ?? 0) + 1);
      count += 1;
    }
  }
  return count;
}

async function lostRows(runs: readonly RunRow[], centre: ContactCentre, rows: ReadonlyMap<string, number>): Promise<string[]> {
  const [from, to] = [runs[0]?.from, runs.at(-1)?.to];
  if (!from || !to) return ['nothing was published'];
  const client = new pg.Client(centre.reader);
  await client.connect();
  try {
    const { rows: there } = await client.query<{ id: string }>('SELECT ixn_id AS id FROM ucsx.interaction WHERE start_date >= $1 AND start_date < $2', [
      from,
      to,
    ]);
    const lost = there.filter(({ id }) => !rows.has(id));
    return lost.length === 0 ? [] : [`${lost.length} of ${there.length} rows of the source are in no file, the first ${lost[0]?.id}`];
  } finally {
    await client.end();
  }
}

/** Objects that no row knows, and rows whose object is not there. */
async function strayObjects(installation: Installation, artifacts: readonly ArtifactRow[]): Promise<string[]> {
  const listed = new Set(artifacts.map((one) => one.key));
  const there = new Set<string>();
  for await (const key of installation.app.services.storage.list()) there.add(key);
  return [
    ...[...there].filter((key) => !listed.has(key)).map((key) => `object ${key} belongs to nothing`),
    ...[...listed].filter((key) => !there.has(key)).map((key) => `object ${key} is listed and not there`),
  ];
}

/** What had expired is gone and says so; everything else is there. */
export async function retentionProblems(installation: Installation, expired: ReadonlySet<string>): Promise<string[]> {
  const rows = await installation.sql<{ key: string; gone: boolean }>('SELECT object_key AS key, object_gone_at IS NOT NULL AS gone FROM artifact');
  const there = new Set<string>();
  for await (const key of installation.app.services.storage.list()) there.add(key);
  const listed = new Set(rows.map(({ key }) => key));
  const strays = [...there].filter((key) => !listed.has(key)).map((key) => `object ${key} came back and belongs to nothing`);
  const wrong = rows.flatMap(({ key, gone }) => {
    if (!expired.has(key)) return there.has(key) && !gone ? [] : [`object ${key} was deleted before it expired`];
    return [...(there.has(key) ? [`object ${key} expired and is there still`] : []), ...(gone ? [] : [`the row of ${key} does not say that its file is gone`])];
  });
  return [...strays, ...wrong];
}
