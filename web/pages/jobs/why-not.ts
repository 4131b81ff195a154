import type { JobView } from '../../../src/contract/job.ts';
import { strings } from '../../strings.ts';

const { jobs: words } = strings;

/** Why the job cannot be edited, in words; undefined when it can. */
export function whyNotEdit({ may, run }: JobView): string | undefined {
  if (may.edit) return undefined;
  if (run.kind !== 'once') return words.editNot;
  return 'start' in run ? words.editReason : words.editStarted;
}

/** Why the switch of the job cannot be moved, in words; undefined when it can. */
export function whyNotSwitch({ may, run, state }: JobView): string | undefined {
  if (state === 'active') return may.suspend ? undefined : words.notNow;
  if (may.resume) return undefined;
  if (run.kind === 'once') return 'start' in run ? words.ranOnce : words.startedOnce;
  return words.ended;
}

/** Why the job cannot be run now, in words; undefined when it can. */
export function whyNotRun({ may }: JobView): string | undefined {
  return may.runNow ? undefined : words.runInProgress;
}

/** Why the job cannot be deleted, in words; undefined when it can. */
export function whyNotDelete({ may }: JobView): string | undefined {
  return may.delete ? undefined : words.deleteInProgress;
}
