import { ActionIcon, Menu, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { JobView } from '../../../src/contract/job.ts';
import { useMay } from '../../api/queries.ts';
import { MoreIcon } from '../../components/icons.tsx';
import { strings } from '../../strings.ts';
import { useRunNow } from '../../components/use-run-now.tsx';
import { whyNotDelete, whyNotEdit, whyNotRun } from './why-not.ts';

const { jobs: words } = strings;

/** What can be done with one job, at its row. What cannot be done now is there too, with the reason; what this person may not do is not. */
export function JobMenu({ job, onDelete }: { job: JobView; onDelete: (job: JobView) => void }) {
  const navigate = useNavigate();
  const runNow = useRunNow();
  const mayChange = useMay('jobs.change');
  const mayCreate = useMay('jobs.create');
  return (
    <Menu position="bottom-end" width={260} withinPortal portalProps={{ target: '#main' }}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" c="var(--mantine-color-text)" aria-label={words.menuOf(job.title)}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayChange && (
          <>
            <Entry text={words.edit} reason={whyNotEdit(job)} onClick={() => void navigate({ to: '/jobs/$id/edit', params: { id: job.id } })} />
            <Entry text={words.runNow} reason={whyNotRun(job)} onClick={() => runNow.start(job)} />
          </>
        )}
        {mayCreate && <Entry text={words.clone} onClick={() => void navigate({ to: '/jobs/new', search: { clone: job.id } })} />}
        {(mayChange || mayCreate) && <Menu.Divider />}
        <Entry text={words.history} onClick={() => void navigate({ to: '/history', search: { job: job.id } })} />
        <Entry text={words.files} onClick={() => void navigate({ to: '/artifacts', search: { job: job.id } })} />
        {mayChange && (
          <>
            <Menu.Divider />
            <Entry text={words.delete} reason={whyNotDelete(job)} onClick={() => onDelete(job)} />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Stays reachable when it is switched off, or nobody could read the reason. */
function Entry({ text, reason, onClick }: { text: string; reason?: string | undefined; onClick: () => void }) {
  const off = reason !== undefined;
  return (
    <Menu.Item aria-disabled={off || undefined} closeMenuOnClick={!off} onClick={() => !off && onClick()}>
      <Text component="span" size="sm" display="block" c={off ? 'dimmed' : undefined}>
        {text}
      </Text>
      {off && (
        <Text component="span" size="xs" display="block" c="dimmed">
          {reason}
        </Text>
      )}
    </Menu.Item>
  );
}
