import type { RunView } from '../contract/run.ts';
import { isWithdrawnForPerson } from '../domain/artifact.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { readRerunStandings } from '../records/artifact-reruns.ts';
import type { ArtifactRecord } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { insertPlannedRuns } from '../records/planned-runs.ts';
import { auditActor } from './actor-of.ts';
import { visibleArtifact, whetherAgain } from './artifacts.ts';
import { requireStillOpen } from './fill-coverage.ts';
import { passTurns } from './give-turns.ts';
import { requireRoom } from './queue-run.ts';
import { visibleJob } from './read-jobs.ts';
import { presentStoredRun } from './read-runs.ts';
import type { Services } from './services.ts';

/**
 * Queues a backfill of the window whose artifact is gone, by the same job with its settings of now.
 * Errors: `not_found`, `artifact.live`, `artifact.job_gone`, `artifact.job_changed`, `coverage.changed` when the window is covered again or
 * about to be, `disk.full`.
 */
export async function runWindowAgain(services: Services, actor: Actor, artifactId: string): Promise<RunView> {
  requirePermission(actor, 'jobs.change');
  const { tenantId } = actor;
  await requireRoom(services);
  return inTenant(services.database, tenantId, async (tx) => {
    const { jobId } = await visibleArtifact(tx, actor, artifactId, 'jobs.change');
    if (jobId === null) throw new CodedError('artifact.job_gone');
    await lockJob(tx, tenantId, jobId);
    // Read again behind the lock: another one may have asked for it meanwhile.
    const artifact = await visibleArtifact(tx, actor, artifactId);
    await requirePossible(services, tx, actor, artifact);
    const { windowFrom, windowTo } = artifact;
    const scheduledAt = await databaseNow(tx);
    const [run] = await insertPlannedRuns(tx, tenantId, [
      { jobId, scheduledAt, status: 'scheduled', trigger: 'backfill', windowFrom, windowTo, chained: false },
    ]);
    if (!run) throw new CodedError('artifact.job_gone');
    await recordAct(tx, {
      tenantId,
      actor: auditActor(actor),
      action: 'run.requested',
      object: { kind: 'run', id: run.id },
      detail: { trigger: 'backfill', artifact: artifactId },
    });
    await passTurns(services, tx, tenantId, [jobId]);
    return presentStoredRun(tx, actor, run.id);
  });
}

async function requirePossible(services: Services, tx: Tx, actor: Actor, artifact: ArtifactRecord): Promise<void> {
  const standing = (await readRerunStandings(tx, actor.tenantId, [artifact.id])).get(artifact.id);
  const again = whetherAgain(artifact, standing);
  if (again === 'not_needed') throw new CodedError('artifact.live');
  if (again === 'job_gone') throw new CodedError('artifact.job_gone');
  if (again === 'job_changed') throw new CodedError('artifact.job_changed');
  const { windowFrom: from, windowTo: to } = artifact;
  if (again !== 'possible') throw new CodedError('coverage.changed', { value: { from, to } });
  // What was withdrawn for a person is replaced as it was, also where other jobs cover parts of it: they did so before.
  if (isWithdrawnForPerson(artifact)) return;
  // Another job may cover the stretch by now. A window without a beginning holds everything up to an instant, whoever else exported parts of it.
  if (from === null || to === null) return;
  await requireStillOpen(services, tx, actor, await visibleJob(tx, actor, artifact.jobId as string, 'jobs.change'), [{ from, to }]);
}
