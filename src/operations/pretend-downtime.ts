import { type Actor, requirePermission } from '../domain/permission.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { rewindPlan } from '../records/planner.ts';
import { auditActor } from './actor-of.ts';
import { visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/**
 * Lets a job that was made just now look as if it had been there since `since` and UDM had been off meanwhile: what comes due in between
 * is planned as missed. For the demo, where nobody wants to wait for hours; no door offers it. Error: `not_found`.
 */
export async function pretendDowntime(services: Services, actor: Actor, jobId: string, since: Date): Promise<void> {
  requirePermission(actor, 'jobs.change');
  await inTenant(services.database, actor.tenantId, async (tx) => {
    await visibleJob(tx, actor, jobId, 'jobs.change');
    await rewindPlan(tx, actor.tenantId, jobId, since);
    await recordAct(tx, {
      tenantId: actor.tenantId,
      actor: auditActor(actor),
      action: 'job.edited',
      object: { kind: 'job', id: jobId },
      detail: { rewound: true },
    });
  });
}
