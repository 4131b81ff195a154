import { lazy, Suspense } from 'react';
import { Switch, Tooltip } from '@mantine/core';
import type { JobView } from '../../../src/contract/job.ts';
import { useMay } from '../../api/queries.ts';
import { strings } from '../../strings.ts';
import { useSwitch } from './use-switch.tsx';
import { whyNotSwitch } from './why-not.ts';

const { jobs: words } = strings;

/** Comes when it is first asked for. */
const ResumeDialog = lazy(() => import('./resume-dialog.tsx').then((loaded) => ({ default: loaded.ResumeDialog })));

/** The state of a job: a switch for who may change it, a word for everybody else. */
export function JobState({ job }: { job: JobView }) {
  return useMay('jobs.change') ? <StateSwitch job={job} /> : words.state[job.state];
}

/** One that cannot be moved stays focusable to say why. */
function StateSwitch({ job }: { job: JobView }) {
  const { turn, busy, asking, opened, closeDialog } = useSwitch(job);
  const reason = whyNotSwitch(job);
  const off = reason !== undefined || busy;
  return (
    <>
      <Tooltip label={reason} disabled={reason === undefined} multiline maw={300} events={{ hover: true, focus: true, touch: true }}>
        <span style={{ display: 'inline-block' }}>
          <Switch
            size="sm"
            checked={job.state === 'active'}
            onChange={() => !off && turn()}
            aria-disabled={off || undefined}
            aria-busy={busy || undefined}
            aria-label={`${words.stateOf(job.title)}: ${words.state[job.state]}`}
            label={words.state[job.state]}
            {...(off ? { styles: { track: { opacity: 0.55, cursor: 'not-allowed' }, label: { cursor: 'not-allowed' } } } : {})}
          />
        </span>
      </Tooltip>
      {asking !== null && (
        <Suspense fallback={null}>
          <ResumeDialog job={asking} opened={opened} onClose={closeDialog} />
        </Suspense>
      )}
    </>
  );
}
