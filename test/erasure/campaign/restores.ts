import { rm } from 'node:fs/promises';
import { dumpCentre } from '../../support/dump-centre.ts';
import { rowsWithout } from '../../support/erasure-oracle.ts';
import { endProcess, startUdm } from '../../support/serve.ts';
import { until } from '../../support/until.ts';
import { rowProblems, rowsHolding } from './checks.ts';
import { addCustomers } from './comers.ts';
import type { Scene } from './epoch.ts';
import { SOURCES, TENANT } from './installation.ts';

/** Backups of everybody come back, of a source and of UDM itself, and nobody who was erased with them. */

const REPLAYED_WITHIN_MS = 900_000;
const PORT_IS_OPEN = /UDM is ready: (\S+)/;

/** So many restores are from the beginning, before one is from a dump. */
export const FROM_TEMPLATE = 2;

/** From the beginning, each third time from a dump that was made while people were erased; then `udm request replay`. */
export async function restoreSources(scene: Scene, times: number, dump: string): Promise<void> {
  const { installation, result, bugs } = scene;
  for (let round = 0; round < times && result.problems.length === 0; round += 1) {
    await restored(scene, round % (FROM_TEMPLATE + 1) === FROM_TEMPLATE ? dump : null);
    await expecting(scene, async () => {
      if (bugs.noReplay) return;
      // Each source by its name, or all of them.
      for (const only of round % 4 === 1 ? SOURCES.map((source) => ['--source', source]) : [[]]) {
        const { ok } = await installation.command<{ ok: boolean }>('request', 'replay', '--tenant', TENANT, ...only);
        if (!ok) result.problems.push(`udm request replay ${only.join(' ')} failed`);
      }
    });
    result.restores.source += 1;
  }
}

/**
 * An older data folder, with the files that were withdrawn since, and in every second round also an older source; then `udm serve`, which has withdrawn them
 * when its port opens, and erases by itself. `held`: the files with people who were erased since.
 */
export async function restoreDatabases(scene: Scene, times: number, copies: readonly string[], held: readonly string[]): Promise<void> {
  const { installation, result, bugs } = scene;
  if (times === 0) return;
  await installation.atRest(async () => {
    for (let round = 0; round < times && result.problems.length === 0; round += 1) {
      await installation.copy(copies[round % copies.length] as string, installation.dataFolder);
      if (bugs.noReplay) await rm(installation.ledgerFolder, { recursive: true, force: true });
      const isSourceOld = round % 2 === 1;
      if (isSourceOld) await restored(scene, null);
      await expecting(scene, () => serveOnce(scene, held));
      result.restores.database += 1;
    }
  });
}

async function serveOnce({ installation, result, search }: Scene, held: readonly string[]): Promise<void> {
  const udm = startUdm(['serve'], installation.dataFolder, installation.environment);
  try {
    await udm.until(PORT_IS_OPEN);
    const [left] = await installation.sql<{ n: number }>('SELECT count(*)::int AS n FROM artifact WHERE id = ANY ($1) AND deleted_at IS NULL', [held]);
    if (left?.n !== 0) result.problems.push(`${left?.n} files with people who were erased are there when the port opens`);
    const open = async () => (await installation.sql<{ n: number }>('SELECT count(*)::int AS n FROM erasure_replay WHERE done_at IS NULL'))[0]?.n;
    await until(async () => (await open()) === 0, REPLAYED_WITHIN_MS, 'udm serve does not repeat what the ledger knows');
  } finally {
    await endProcess(udm, 'SIGTERM');
  }
  const { found, bytes } = await search.inFolder(installation.dataFolder);
  result.bytesSearched += bytes;
  result.problems.push(...found.map((file) => `${file} of a restored UDM holds somebody who was erased`));
  if (search.isIn(Buffer.from(udm.output()))) result.problems.push('udm serve printed who was erased');
}

/** Those who came since are entered again. */
async function restored({ ground, source, comers }: Scene, dump: string | null): Promise<void> {
  await ground.restore(source, dump);
  await addCustomers(source, comers);
}

/** After the work the source is as it is now without those who were erased. */
async function expecting({ source, who, known, search, result }: Scene, work: () => Promise<void>): Promise<void> {
  const expected = rowsWithout(await dumpCentre(source), who, known);
  await work();
  const found = await dumpCentre(source);
  const { rows, problems } = rowProblems(found, expected);
  result.rows += rows;
  result.problems.push(...problems, ...rowsHolding(found, search));
}
