import { Switch, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useResumeJob, useSuspendJob } from '../../api/mutations.ts';
import { useReadJob } from '../../api/queries.ts';
import { describeProblem } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { ResumeDialog } from './resume-dialog.tsx';
import { whyNotSwitch } from './why-not.ts';

const { jobs: words } = strings;

/** The switch of a job. It moves with the server's answer, never before; one that cannot be moved stays focusable to say why. */
export function JobState({ job }: { job: JobView }) {
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
      <ResumeDialog job={asking} opened={opened} onClose={closeDialog} />
    </>
  );
}

/** Switching on asks first when runs were suppressed: the list may not have heard of all of them, so the job is read again. */
function useSwitch(job: JobView) {
  const suspend = useSuspendJob();
  const resume = useResumeJob();
  const readJob = useReadJob();
  const [reading, setReading] = useState(false);
  const [asking, setAsking] = useState<JobView | null>(null);
  const [opened, setOpened] = useState(false);
  const onError = (error: unknown) =>
    notifications.show({ color: 'red', title: words.notSwitched(job.title), message: describeProblem(error), autoClose: false });
  const turnOn = async () => {
    setReading(true);
    try {
      const now = await readJob(job.id);
      if (now.suppressedRuns > 0 && now.state === 'suspended') {
        setAsking(now);
        setOpened(true);
      } else resume.mutate({ id: job.id }, { onSuccess: () => notifications.show({ message: words.resumed(job.title), color: 'green' }), onError });
    } catch (error) {
      onError(error);
    }
    setReading(false);
  };
  const turnOff = () => suspend.mutate(job.id, { onSuccess: () => notifications.show({ message: words.suspended(job.title), color: 'yellow' }), onError });
  return {
    turn: () => (job.state === 'active' ? turnOff() : void turnOn()),
    busy: reading || suspend.isPending || resume.isPending,
    asking,
    opened,
    closeDialog: () => setOpened(false),
  };
}
