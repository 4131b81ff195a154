import { Button, Group, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { JobView } from '../../../src/contract/job.ts';
import { useMay } from '../../api/queries.ts';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { ChevronIcon, HistoryIcon, PencilIcon, PlayIcon, PlusIcon, TrashIcon } from '../../components/icons.tsx';
import { strings } from '../../strings.ts';
import { useShortcut } from '../../shortcuts.ts';
import { useRunNow } from '../../components/use-run-now.tsx';
import { useToolbarKeys } from './use-toolbar-keys.ts';
import { whyNotDelete, whyNotEdit, whyNotRun } from './why-not.ts';

const { jobs: words } = strings;

interface Props {
  /** The one that is selected, if it is one. */
  readonly one: JobView | undefined;
  readonly count: number;
  readonly onDelete: () => void;
  readonly onRun: () => void;
}

/** What can be done with the selected jobs; a button that cannot be used says why, and one that this person may not use is not there. */
export function JobsToolbar({ one, count, onDelete, onRun }: Props) {
  const navigate = useNavigate();
  const runNow = useRunNow();
  const keys = useToolbarKeys();
  const mayChange = useMay('jobs.change');
  const mayCreate = useMay('jobs.create');
  const needsOne = count === 0 ? words.selectOne : count > 1 ? words.selectOneOnly : one === undefined ? words.selectOneShown : undefined;
  const canEdit = mayChange && needsOne === undefined && one?.may.edit === true;
  const edit = () => one !== undefined && void navigate({ to: '/jobs/$id/edit', params: { id: one.id } });
  const history = () => one !== undefined && void navigate({ to: '/history', search: { job: one.id } });
  useShortcut({ keys: 'e', label: words.editKey }, canEdit ? edit : undefined);
  useShortcut({ keys: 'h', label: words.historyKey }, needsOne === undefined ? history : undefined);
  const needsSome = count === 0 ? words.selectSome : undefined;
  return (
    <Group gap="xs" role="toolbar" aria-label={words.toolbar} {...keys}>
      {mayCreate && <AddMenu clone={needsOne === undefined ? one?.id : undefined} />}
      {mayChange && (
        <>
          <ExplainedButton variant="default" leftSection={<PencilIcon />} reason={needsOne ?? (one && whyNotEdit(one))} onClick={edit}>
            {words.edit}
          </ExplainedButton>
          <ExplainedButton variant="default" leftSection={<TrashIcon />} reason={needsSome ?? (one && whyNotDelete(one))} onClick={onDelete}>
            {words.delete}
          </ExplainedButton>
        </>
      )}
      <ExplainedButton variant="default" leftSection={<HistoryIcon />} reason={needsOne} onClick={history}>
        {words.history}
      </ExplainedButton>
      {mayChange && (
        <ExplainedButton
          variant="default"
          leftSection={<PlayIcon />}
          reason={needsSome ?? (one && whyNotRun(one))}
          loading={runNow.isPending}
          onClick={() => (one === undefined ? onRun() : runNow.start(one))}
        >
          {words.runNow}
        </ExplainedButton>
      )}
    </Group>
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
