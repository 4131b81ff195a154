import { Button, Group, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useRunNow } from '../../api/mutations.ts';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { ChevronIcon, HistoryIcon, PencilIcon, PlayIcon, PlusIcon, TrashIcon } from '../../components/icons.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { DeleteJobs } from './delete-jobs.tsx';
import { whyNotEdit } from './why-not.ts';

const { jobs: words } = strings;

/** What can be done with the selected jobs; a button that cannot be used says why. */
export function JobsToolbar({ selected }: { selected: readonly JobView[] }) {
  const navigate = useNavigate();
  const runNow = useRunNow();
  const [deleting, setDeleting] = useState<readonly JobView[]>([]);
  const one = selected.length === 1 ? selected[0] : undefined;
  const needsOne = selected.length === 0 ? words.selectOne : selected.length > 1 ? words.selectOneOnly : undefined;
  const run = (job: JobView) => runNow.mutate(job.id, { onSuccess: () => notifications.show({ message: words.runStarted(job.title), color: 'green' }) });
  return (
    <>
      <Group gap="xs" role="toolbar" aria-label={words.toolbar}>
        <AddMenu clone={one?.id} />
        <ExplainedButton
          variant="default"
          leftSection={<PencilIcon />}
          reason={needsOne ?? (one && whyNotEdit(one))}
          onClick={() => one !== undefined && void navigate({ to: '/jobs/$id/edit', params: { id: one.id } })}
        >
          {words.edit}
        </ExplainedButton>
        <ExplainedButton
          variant="default"
          leftSection={<TrashIcon />}
          reason={selected.length === 0 ? words.selectSome : undefined}
          onClick={() => setDeleting(selected)}
        >
          {words.delete}
        </ExplainedButton>
        <ExplainedButton
          variant="default"
          leftSection={<HistoryIcon />}
          reason={needsOne}
          onClick={() => one !== undefined && void navigate({ to: '/history', search: { job: one.id } })}
        >
          {words.history}
        </ExplainedButton>
        <ExplainedButton
          variant="default"
          leftSection={<PlayIcon />}
          reason={needsOne}
          loading={runNow.isPending}
          onClick={() => one !== undefined && run(one)}
        >
          {words.runNow}
        </ExplainedButton>
      </Group>
      <ProblemAlert error={runNow.error} />
      <DeleteJobs jobs={deleting} onClose={() => setDeleting([])} />
    </>
  );
}

function AddMenu({ clone }: { clone: string | undefined }) {
  const navigate = useNavigate();
  return (
    <Menu position="bottom-start" width={200}>
      <Menu.Target>
        <Button leftSection={<PlusIcon />} rightSection={<ChevronIcon />}>
          {words.addNew}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: '/jobs/new' })}>{words.newJob}</Menu.Item>
        <Menu.Item disabled={clone === undefined} onClick={() => void navigate({ to: '/jobs/new', search: { clone } })}>
          {words.cloneSelected}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
