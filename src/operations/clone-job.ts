import type { JobDraft, JobView } from '../contract/job.ts';
import { type JobRun, repeats } from '../domain/job-run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import type { JobRecord } from '../records/jobs.ts';
import { createJob } from './create-job.ts';
import { visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/**
 * Makes a job with the settings of another: all but title and history. Times that have passed are now: a start, the
 * date of a job that runs once, which then starts immediately; an end that has passed is left out.
 * Errors: `not_found`, those of creating a job.
 */
export async function cloneJob(services: Services, actor: Actor, id: string, title: string): Promise<JobView> {
  requirePermission(actor, 'jobs.create');
  const draft = await inTenant(services.database, actor.tenantId, async (tx) =>
    draftOfJob(await visibleJob(tx, actor, id, 'jobs.create'), await databaseNow(tx)),
  );
  return createJob(services, actor, { ...draft, title }, null);
}

function draftOfJob(job: JobRecord, now: string): JobDraft {
  return {
    title: job.title,
    ...(job.description && { description: job.description }),
    source: job.sourceName,
    type: job.type,
    entityTypes: job.entityTypes ?? 'all',
    timeZone: job.timeZone,
    run: runOfClone(job.run, Date.parse(now)),
    range: job.dateRange,
    missedRuns: job.missedRuns,
    splitMegabytes: job.splitMegabytes,
    compression: job.compression,
    format: job.format,
    csvFormulas: job.csvFormulas,
    recipients: job.recipients.map((one) => one.id),
  } as JobDraft;
}

function runOfClone(run: JobRun, now: number): JobDraft['run'] {
  const isOver = (moment: string) => Date.parse(moment) <= now;
  if (!repeats(run)) return 'at' in run && isOver(run.at) ? { kind: 'once', start: 'immediately' } : run;
  return { ...run, start: isOver(run.start) ? 'now' : run.start, end: run.end !== null && isOver(run.end) ? null : run.end } as JobDraft['run'];
}
