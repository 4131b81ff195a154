import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { call, queryString } from '../../api/client.ts';
import type { RunList } from '../../api/lists.ts';
import { useResumeJob } from '../../api/mutations.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { RunWindow } from '../../components/run-window.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { useOpensOnceThere } from '../../components/use-opens-once-there.ts';
import { strings } from '../../strings.ts';
import { resumedRuns } from './resume-windows.ts';

const { jobs: words } = strings;

/** More rows than a person reads. */
const MOST_SHOWN = 8;

interface Props {
  /** As read when the question came up; null until then. */
  readonly job: JobView | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks what becomes of the runs that the suspension suppressed. Closing it leaves the job suspended, and goes back to the switch. */
export function ResumeDialog({ job, opened, onClose }: Props) {
  const isOpen = useOpensOnceThere(opened && job !== null);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={job === null ? '' : words.resumeTitle(job.title)}
      closeButtonProps={{ 'aria-label': strings.app.close }}
      size="lg"
      centered
    >
      {job !== null && <Question job={job} onClose={onClose} />}
    </Modal>
  );
}

function Question({ job, onClose }: { job: JobView; onClose: () => void }) {
  const [missed, setMissed] = useState(job.missedRuns);
  const resume = useResumeJob();
  const confirm = () =>
    resume.mutate(
      { id: job.id, missed },
      {
        onSuccess: () => {
          notifications.show({ message: words.resumed(job.title), color: 'green' });
          onClose();
        },
      },
    );
  return (
    <Stack>
      <Text size="sm">{words.resumeText(job.suppressedRuns)}</Text>
      <Radio.Group label={words.resumeLegend} value={missed} onChange={(value) => setMissed(value as JobView['missedRuns'])}>
        <Stack gap={8} mt={8}>
          {Object.entries(words.resumeKinds).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      <WhatRuns job={job} missed={missed} />
      {job.range.kind === 'since_previous' && <Text size="sm">{words.resumeChain}</Text>}
      <ProblemAlert error={resume.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {strings.app.cancel}
        </Button>
        <Button onClick={confirm} loading={resume.isPending}>
          {words.resume}
        </Button>
      </Group>
    </Stack>
  );
}

/** The runs that the answer makes, with the window of each. */
function WhatRuns({ job, missed }: { job: JobView; missed: JobView['missedRuns'] }) {
  const shown = Math.min(job.suppressedRuns, MOST_SHOWN);
  const query = useQuery({
    queryKey: ['runs', 'suppressed', job.id, job.suppressedRuns],
    queryFn: ({ signal }) =>
      call<RunList>('GET', `/api/runs${queryString({ job: job.id, status: 'suppressed', sort: '-scheduledAt', limit: shown })}`, { signal }),
  });
  if (query.data === undefined) return null;
  const runs = resumedRuns(job, query.data.items, missed, job.suppressedRuns);
  if (runs.length === 0) return <Text size="sm">{words.resumeNothing}</Text>;
  const more = missed === 'all' ? job.suppressedRuns - runs.length : 0;
  return (
    <div aria-live="polite">
      <table className="udm-windows" aria-label={words.resumeRuns}>
        <thead>
          <tr>
            <th scope="col">{words.resumeDue}</th>
            <th scope="col">{words.resumeWindow}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td>
                <TimeStamp at={run.scheduledAt} />
              </td>
              <td>{run.window === null ? words.resumeEmpty : <RunWindow run={{ window: run.window, status: 'scheduled' }} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {words.resumeMore(more)}
        </Text>
      )}
    </div>
  );
}
