import { Alert, Button, Checkbox, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useFill, useFillPlan } from '../../api/coverage.ts';
import { useJobs } from '../../api/queries.ts';
import { Loading } from '../../components/list-body.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { words } from './words.ts';
import type { Selected } from './use-calendar.ts';

const MOST_JOBS = 100;
/** Of one order; the server makes no more. */
const MOST_GAPS = 1_000;

interface Props {
  readonly selected: Selected;
  /** Whether what has expired is chosen at first. */
  readonly withExpired: boolean;
  readonly shown: (instant: number) => string;
  readonly zone: string;
  readonly onClose: () => void;
}

/** Says what it would run before it does: the job is chosen, what is missing is listed, then the very list is ordered. */
export function FillDialog({ selected, withExpired, shown, zone, onClose }: Props) {
  const jobs = useJobs({ ...selected.ground, limit: MOST_JOBS });
  const [chosen, setChosen] = useState<JobView>();
  const [expired, setExpired] = useState(withExpired);
  // The first of the list at first; it stays the chosen one however the list changes meanwhile.
  const listed = jobs.data?.items ?? [];
  if (chosen === undefined && listed[0] !== undefined) setChosen(listed[0]);
  const choices = chosen === undefined || listed.some(({ id }) => id === chosen.id) ? listed : [chosen, ...listed];
  const job = chosen?.id;
  const states: ('never' | 'expired')[] = expired ? ['never', 'expired'] : ['never'];
  const plan = useFillPlan(
    job === undefined ? undefined : { job, from: new Date(selected.from).toISOString(), to: new Date(selected.to).toISOString(), states },
  );
  const fill = useFill();
  const gaps = plan.data?.gaps ?? [];
  const start = () =>
    job !== undefined &&
    fill.mutate(
      { job, gaps },
      {
        onSuccess: ({ runs }) => {
          notifications.show({ message: words.filled(runs.length), color: 'green' });
          onClose();
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={words.fillTitle} size="lg" closeButtonProps={{ 'aria-label': strings.app.close }}>
      <Stack>
        <Text size="sm">{words.stretch(shown(selected.from), shown(selected.to), zone)}</Text>
        <ProblemAlert error={jobs.error} />
        {jobs.isPending && <Loading />}
        {jobs.data !== undefined && choices.length === 0 && <NoJob />}
        {choices.length > 0 && (
          <>
            <NativeSelect
              label={words.fillJob}
              {...(jobs.data?.next == null ? {} : { description: words.fillMoreJobs(listed.length) })}
              data={choices.map(({ id, title }) => ({ value: id, label: title }))}
              value={job}
              onChange={(event) => setChosen(choices.find(({ id }) => id === event.currentTarget.value))}
            />
            <Checkbox label={words.fillExpired} checked={expired} onChange={(event) => setExpired(event.currentTarget.checked)} />
            <Plan gaps={gaps} isRead={plan.data !== undefined} shown={shown} />
          </>
        )}
        <ProblemAlert error={fill.error ?? plan.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {strings.app.cancel}
          </Button>
          {gaps.length > 0 && (
            <Button loading={fill.isPending} onClick={start}>
              {words.fillStart(gaps.length)}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Plan({ gaps, isRead, shown }: { gaps: readonly { from: string; to: string }[]; isRead: boolean; shown: (instant: number) => string }) {
  if (!isRead) return <Loading />;
  if (gaps.length === 0) return <Text size="sm">{words.fillNothing}</Text>;
  return (
    <div>
      <Text size="sm" mb={4}>
        {words.fillPlan(gaps.length)}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <ul className="udm-coverage-parts udm-coverage-plan" tabIndex={0} aria-label={words.fillPlan(gaps.length)}>
        {gaps.map(({ from, to }) => (
          <li key={from}>
            {shown(Date.parse(from))} – {shown(Date.parse(to))}
          </li>
        ))}
      </ul>
      {gaps.length >= MOST_GAPS && (
        <Alert color="yellow" mt="xs">
          {words.fillLimit}
        </Alert>
      )}
    </div>
  );
}

function NoJob() {
  const navigate = useNavigate();
  return (
    <Group justify="space-between">
      <Text size="sm">{words.fillNoJob}</Text>
      <Button variant="default" onClick={() => void navigate({ to: '/jobs/new' })}>
        {words.fillNewJob}
      </Button>
    </Group>
  );
}
