import { reasonOf } from '../lib/log.ts';
import { CodedError } from '../errors.ts';
import { inTenant, isConnectionLoss } from '../records/database.ts';
import { findDueTenants, lockDueJobs } from '../records/job-plan.ts';
import { findTenants, findTenantsPlannedAhead, lockJobsPlannedAhead, lookAgain, putOff, readZoneData, writeZoneData } from '../records/planner.ts';
import { planRunsOf, planUpToNow, takeBackPlans } from './plan-runs.ts';
import type { Services } from './services.ts';

/** Jobs one transaction plans. */
const BATCH = 100;
/** When a job that could not be planned is looked at again: soon enough for its occurrence to be in time still. */
const PUT_OFF_SECONDS = 60;

/**
 * One tick of the planner: every due job gets the rows of its occurrences. Any number of planners may tick at once, for each takes
 * only jobs that no other holds. The one clock is the database's. `isFirst`: of this process, which may have brought other zone data.
 * Returns how many jobs were planned.
 */
export async function planDueRuns(services: Services, isFirst = false): Promise<number> {
  // Not at every tick: two processes with different zone data would look at every job again and again.
  if (isFirst) await heedTheZones(services);
  await heedTheClock(services);
  let planned = 0;
  let tenants = await findDueTenants(services.database);
  // A batch of each tenant in turn: the many jobs of one do not keep the others waiting.
  while (tenants.length > 0) {
    const more: string[] = [];
    for (const tenantId of tenants) {
      const { jobs, more: rest } = await planBatch(services, tenantId).catch((error: unknown) => {
        // Not the jobs' fault: the next tick tries again.
        if (isConnectionLoss(error) || (error instanceof CodedError && error.code === 'service.unavailable')) throw error;
        services.log.warn({ event: 'planner.batch_failed', tenantId, reason: reasonOf(error) });
        return planOneByOne(services, tenantId);
      });
      planned += jobs;
      if (rest) more.push(tenantId);
    }
    tenants = more;
  }
  return planned;
}

function planBatch(services: Services, tenantId: string): Promise<{ jobs: number; more: boolean }> {
  return inTenant(services.database, tenantId, async (tx) => {
    const jobs = await lockDueJobs(tx, tenantId, BATCH);
    const cut = await planRunsOf(services, tx, tenantId, jobs);
    return { jobs: jobs.length, more: cut || jobs.length === BATCH };
  });
}

/** A job that cannot be planned keeps nobody else waiting: each is tried alone, and one that fails is put off for a while. */
async function planOneByOne(services: Services, tenantId: string): Promise<{ jobs: number; more: boolean }> {
  const ids = await inTenant(services.database, tenantId, async (tx) => (await lockDueJobs(tx, tenantId, BATCH)).map((job) => job.id));
  for (const jobId of ids) {
    await inTenant(services.database, tenantId, (tx) => planUpToNow(services, tx, tenantId, jobId)).catch(async (error: unknown) => {
      services.log.error({ event: 'planner.job_failed', tenantId, jobId, reason: reasonOf(error) });
      await inTenant(services.database, tenantId, (tx) => putOff(tx, tenantId, jobId, PUT_OFF_SECONDS));
    });
  }
  return { jobs: ids.length, more: ids.length === BATCH };
}

/** A clock that went back leaves plans ahead of it: what they hold beyond now is taken back. */
async function heedTheClock(services: Services): Promise<void> {
  for (const tenantId of await findTenantsPlannedAhead(services.database)) {
    services.log.warn({ event: 'planner.clock_went_back', tenantId });
    let more = true;
    while (more) {
      more = await inTenant(services.database, tenantId, async (tx) => {
        const jobs = await lockJobsPlannedAhead(tx, tenantId, BATCH);
        await takeBackPlans(services, tx, tenantId, jobs);
        return jobs.length === BATCH;
      });
    }
  }
}

/** New rules of zones make every next run doubtful: all are looked at again, at the first tick of a process that brings them. */
async function heedTheZones(services: Services): Promise<void> {
  const zoneData = process.versions['tz'] ?? 'unknown';
  const known = await readZoneData(services.database);
  if (known === zoneData) return;
  if (known !== null) {
    services.log.warn({ event: 'planner.zones_changed' });
    for (const tenantId of await findTenants(services.database)) await inTenant(services.database, tenantId, (tx) => lookAgain(tx, tenantId));
  }
  await writeZoneData(services.database, zoneData);
}
