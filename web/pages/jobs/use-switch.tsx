import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import type { JobList } from '../../api/lists.ts';
import { useResumeJob, useSuspendJob } from '../../api/mutations.ts';
import { useReadJob } from '../../api/queries.ts';
import { describeProblem } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';

const { jobs: words } = strings;

/** Long enough to see what was done, also for those who read slowly. */
const UNDO_MS = 12_000;

/**
 * Suspends at once, with a way back: nothing is lost by it. Resuming asks first when runs were suppressed, and the switch moves only
 * after the answer; the list may not have heard of all of them, so the job is read again.
 */
export function useSwitch(job: JobView) {
  const suspend = useOptimisticSuspend(job);
  const resume = useResumeJob();
  const readJob = useReadJob();
  const [reading, setReading] = useState(false);
  const [asking, setAsking] = useState<JobView | null>(null);
  const [opened, setOpened] = useState(false);
  const turnOn = async () => {
    setReading(true);
    try {
      const now = await readJob(job.id);
      if (now.suppressedRuns > 0 && now.state === 'suspended') {
        setAsking(now);
        setOpened(true);
      } else
        resume.mutate(
          { id: job.id },
          { onSuccess: () => notifications.show({ message: words.resumed(job.title), color: 'green' }), onError: (error) => tellRefusal(job, error) },
        );
    } catch (error) {
      tellRefusal(job, error);
    }
    setReading(false);
  };
  return {
    turn: () => (job.state === 'active' ? suspend() : void turnOn()),
    busy: reading || resume.isPending,
    asking,
    opened,
    closeDialog: () => setOpened(false),
  };
}

function tellRefusal(job: JobView, error: unknown): void {
  notifications.show({ color: 'red', title: words.notSwitched(job.title), message: describeProblem(error), autoClose: false });
}

function useOptimisticSuspend(job: JobView): () => void {
  const client = useQueryClient();
  const suspend = useSuspendJob();
  const resume = useResumeJob();
  const show = (state: JobView['state']) =>
    client.setQueriesData<JobList>({ queryKey: ['jobs'] }, (list) =>
      list === undefined ? undefined : { ...list, items: list.items.map((one) => (one.id === job.id ? { ...one, state } : one)) },
    );
  const undo = (id: string) => {
    notifications.hide(id);
    // What waited when it was suspended runs again: as if nothing had been.
    resume.mutate(
      { id: job.id, missed: 'all' },
      { onSuccess: () => notifications.show({ message: words.resumed(job.title), color: 'green' }), onError: (error) => tellRefusal(job, error) },
    );
  };
  return () => {
    show('suspended');
    suspend.mutate(job.id, {
      onSuccess: () => {
        const id = `suspended-${job.id}`;
        notifications.hide(id);
        notifications.show({ id, color: 'yellow', autoClose: UNDO_MS, message: <Suspended title={job.title} onUndo={() => undo(id)} /> });
      },
      onError: (error) => {
        show('active');
        tellRefusal(job, error);
      },
    });
  };
}

function Suspended({ title, onUndo }: { title: string; onUndo: () => void }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm">{words.suspended(title)}</Text>
      <Button size="compact-sm" variant="default" aria-label={words.undoSuspend(title)} onClick={onUndo}>
        {words.undo}
      </Button>
    </Group>
  );
}
