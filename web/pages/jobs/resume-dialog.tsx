import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useResumeJob } from '../../api/mutations.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';

const { jobs: words } = strings;

interface Props {
  /** As read when the question came up; null until then. */
  readonly job: JobView | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks what becomes of the runs that the suspension suppressed. Closing it leaves the job suspended, and goes back to the switch. */
export function ResumeDialog({ job, opened, onClose }: Props) {
  return (
    <Modal
      opened={opened && job !== null}
      onClose={onClose}
      title={job === null ? '' : words.resumeTitle(job.title)}
      closeButtonProps={{ 'aria-label': strings.app.close }}
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
