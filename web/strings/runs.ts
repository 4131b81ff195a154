import type { phaseSchema, RunStatus, RunView } from '../../src/contract/run.ts';

type Phase = (typeof phaseSchema)['options'][number];

const status: Record<RunStatus, string> = {
  scheduled: 'Scheduled',
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  succeeded_no_data: 'Succeeded (no data)',
  failed: 'Failed',
  cancelled: 'Cancelled',
  missed: 'Missed',
  suppressed: 'Suppressed',
  skipped: 'Skipped',
};

const trigger: Record<RunView['trigger'], string> = {
  start: 'Start',
  schedule: 'Schedule',
  run_now: 'Run now',
  resume: 'Resume',
  backfill: 'Backfill',
  retry: 'Retry',
};

const phase: Record<Phase, string> = {
  waiting: 'Waiting for a free worker',
  connecting: 'Connecting to the source',
  counting: 'Counting rows',
  reading: 'Reading',
  sealing: 'Encrypting the last bytes',
  verifying: 'Checking the file',
  publishing: 'Publishing',
  done: 'Done',
};

const unknown: Record<NonNullable<RunView['progress']['timeLeftUnknown']>, string> = {
  too_early: 'Too early to tell the time left',
  more_rows: 'More rows than expected: time left not known',
  stalled: 'No new rows for a while: time left not known',
  unsteady: 'Too unsteady to tell the time left',
  longer_than_usual: 'Takes longer than usual: time left not known',
};

/** Words of runs, wherever one is shown. */
export const runs = {
  status,
  trigger,
  phase,
  progress: {
    label: (title: string) => `Progress of ${title}`,
    percent: (value: number) => `${Math.floor(value)} %`,
    cancelling: 'Cancelling',
    rows: (rows: string, estimated: string | null) => `${rows} ${rows === '1' ? 'row' : 'rows'}${estimated === null ? '' : ` of about ${estimated}`}`,
    bytes: (read: string, written: string) => `${read} read, ${written} written`,
    attempt: (attempt: number) => `Attempt ${attempt}, from the beginning`,
    left: (from: string, to: string) => `${from} to ${to} left`,
    leftUpTo: (to: string) => `Up to ${to} left`,
    byPast: 'going by past runs',
    unknown,
  },
} as const;
