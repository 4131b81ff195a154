import { Anchor, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { RunView } from '../../src/contract/run.ts';
import { ApiProblem, call, randomId, wasLost } from '../api/client.ts';
import { describeProblem } from './problem-alert.tsx';
import { strings } from '../strings.ts';

const { jobs: words } = strings;

/** The second press of a double click means the first. */
const DOUBLE_CLICK_MS = 1_000;
const pressed = new Map<string, number>();

function isSecondPress(jobId: string): boolean {
  const before = pressed.get(jobId) ?? Number.NEGATIVE_INFINITY;
  const now = performance.now();
  pressed.set(jobId, now);
  return now - before < DOUBLE_CLICK_MS;
}

/** An answer that was lost is asked for again with the key of the click: it makes no second run. */
const REPEATS = 2;

interface Job {
  readonly id: string;
  readonly title: string;
}

/** Runs a job now, once a click; a run that is there already is shown instead. */
export function useRunNow() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: ({ job, key }: { job: Job; key: string }) => call<RunView>('POST', `/api/jobs/${job.id}/run`, { idempotencyKey: key }),
    retry: (count, error) => count < REPEATS && wasLost(error),
    onSuccess: (_run, { job }) => notifications.show({ message: words.runStarted(job.title), color: 'green' }),
    onError: (error, { job }) => tellWhy(error, job, (run) => void navigate({ to: '/history', search: { job: job.id, show: run } })),
    onSettled: () => Promise.all(['jobs', 'runs'].map((name) => client.invalidateQueries({ queryKey: [name] }))),
  });
  return { isPending: run.isPending, start: (job: Job) => !isSecondPress(job.id) && run.mutate({ job, key: randomId() }) };
}

function tellWhy(error: unknown, job: Job, show: (run: string) => void): void {
  const run = runOf(error);
  if (run === undefined) {
    notifications.show({ color: 'red', title: words.runNotStarted(job.title), message: describeProblem(error), autoClose: false });
    return;
  }
  const twice = error instanceof ApiProblem && error.code === 'job.just_run';
  const id = `busy-${job.id}`;
  const open = () => {
    notifications.hide(id);
    show(run);
  };
  notifications.hide(id);
  notifications.show({
    id,
    color: 'blue',
    title: twice ? words.runAlready(job.title) : words.runBusy(job.title),
    message: <Already text={twice ? words.runAlreadyText : words.runInProgress} title={job.title} onOpen={open} />,
    autoClose: 10_000,
  });
}

/** The run that stands in the way. */
export function runOf(error: unknown): string | undefined {
  if (!(error instanceof ApiProblem) || (error.code !== 'job.in_progress' && error.code !== 'job.just_run')) return undefined;
  const { value } = error.document;
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'string' ? value.run : undefined;
}

/** Notifications stand outside the pages, so they are told how to get to one. */
function Already({ text, title, onOpen }: { text: string; title: string; onOpen: () => void }) {
  return (
    <>
      <Text size="sm">{text}</Text>
      <Anchor component="button" type="button" size="sm" aria-label={words.showRunOf(title)} onClick={onOpen}>
        {words.showRun}
      </Anchor>
    </>
  );
}
