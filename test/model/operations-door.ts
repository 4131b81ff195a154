import { randomUUID } from 'node:crypto';
import type { JobView } from '../../src/contract/job.ts';
import { CodedError } from '../../src/errors.ts';
import { bulkJobs } from '../../src/operations/bulk-jobs.ts';
import { cancelRun } from '../../src/operations/cancel-run.ts';
import { cloneJob } from '../../src/operations/clone-job.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { removeJob } from '../../src/operations/delete-job.ts';
import { removeRun } from '../../src/operations/delete-run.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { listJobsFor } from '../../src/operations/read-jobs.ts';
import { resumeJob } from '../../src/operations/resume-job.ts';
import { retryRun } from '../../src/operations/retry-run.ts';
import { runJobNow } from '../../src/operations/run-job-now.ts';
import { suspendJob } from '../../src/operations/suspend-job.ts';
import { bulkCode, bulkOf, type Door, draftOf, type Names, type UserAct } from './door.ts';
import type { Stage } from './stage.ts';

/** The operations in this process. */
export function operationsDoor(stage: Stage): Door {
  const { services } = stage.app;
  return {
    async perform(act, names) {
      try {
        if (act.do === 'bulk')
          return { code: bulkCode(await bulkJobs(services, stage.actor, { ...bulkOf(act, names), dryRun: false }, randomUUID())), view: null };
        return { code: 'ok', view: await operate(stage, act, names) };
      } catch (error) {
        if (!(error instanceof CodedError) || error.code === 'internal') throw error;
        return { code: error.details.problems?.[0]?.code ?? error.code, view: null };
      }
    },
    async list() {
      return (await listJobsFor(services, stage.actor, { limit: 200, sort: 'createdAt' })).items;
    },
  };
}

async function operate({ app: { services }, actor, certificateId }: Stage, act: Exclude<UserAct, { do: 'bulk' }>, names: Names): Promise<JobView | null> {
  switch (act.do) {
    case 'create':
      return createJob(services, actor, draftOf(act.settings, certificateId), null);
    case 'edit':
      return editJob(services, actor, names.job(act.job), act.version, draftOf(act.settings, certificateId));
    case 'suspend':
      return suspendJob(services, actor, names.job(act.job));
    case 'resume':
      return resumeJob(services, actor, names.job(act.job), act.missed ?? undefined);
    case 'clone':
      return cloneJob(services, actor, names.job(act.job), act.title);
    case 'delete':
      await removeJob(services, actor, names.job(act.job));
      return null;
    case 'runNow':
      await runJobNow(services, actor, names.job(act.job));
      return null;
    case 'cancel':
      await cancelRun(services, actor, names.run(act.job, act.run));
      return null;
    case 'retry':
      await retryRun(services, actor, names.run(act.job, act.run));
      return null;
    case 'deleteRun':
      await removeRun(services, actor, names.run(act.job, act.run));
      return null;
  }
}
