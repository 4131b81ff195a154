import type { DataRequestDetails } from '../../contract/data-request.ts';
import { artifactState } from '../../domain/artifact.ts';
import { type Actor, may } from '../../domain/permission.ts';
import { readReruns, readRerunStandings } from '../../records/artifact-reruns.ts';
import { readArtifacts } from '../../records/artifacts.ts';
import type { Tx } from '../../records/database.ts';
import { readHeldExports } from '../../records/data-requests/held-exports.ts';
import { whetherAgain } from '../artifacts.ts';

/** Exports that held the person, who had downloaded them, and what came of their windows since. */
export async function presentExports(tx: Tx, actor: Actor, tenantId: string, requestId: string): Promise<DataRequestDetails['exports']> {
  const held = await readHeldExports(tx, tenantId, requestId);
  const ids = held.map((one) => one.artifactId);
  const artifacts = new Map((await readArtifacts(tx, tenantId, ids)).map((one) => [one.id, one]));
  const [standings, reruns] = [await readRerunStandings(tx, tenantId, ids), await readReruns(tx, tenantId, ids)];
  return held.map((one) => {
    // Its run may be deleted by now, and its row with it.
    const artifact = artifacts.get(one.artifactId);
    const rerun = reruns.get(one.artifactId);
    return {
      ...one,
      state: artifact ? artifactState(artifact, artifact.readAt) : 'deleted',
      withdrawnAt: one.withdrawnAt?.toISOString() ?? null,
      downloads: [...one.downloads],
      runAgain: artifact ? whetherAgain(artifact, standings.get(artifact.id)) : 'job_gone',
      mayRunAgain: artifact !== undefined && may(actor, 'jobs.change', artifact.catalog),
      again: rerun ? { runId: rerun.runId, status: rerun.status, files: [...rerun.files] } : null,
    };
  });
}
