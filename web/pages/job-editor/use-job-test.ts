import type { JobDraft } from '../../../src/contract/job.ts';
import type { JobTestEvent } from '../../../src/contract/job-test.ts';
import { testSettings } from '../../api/trial.ts';
import { type StepTest, useStepTest } from '../../components/step-test/use-step-test.ts';

export type StepEvent = Extract<JobTestEvent, { event: 'step' }>;
export type TestFile = NonNullable<Extract<JobTestEvent, { event: 'end' }>['file']>;
export type JobTest = StepTest<JobDraft, JobTestEvent>;

/** The test of a job's settings; `job`: the one that is edited. */
export function useJobTest(job: string | undefined): JobTest {
  return useStepTest((draft, signal) => testSettings(draft, job, signal));
}
