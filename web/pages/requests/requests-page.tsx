import './requests.css';
import { Button, Group } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { PlusIcon, UserIcon } from '../../components/icons.tsx';
import { ListBody } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useListState } from '../../list-state.ts';
import { useShortcut } from '../../shortcuts.ts';
import { RequestsFilters } from './requests-filters.tsx';
import { RequestsTable } from './requests-table.tsx';
import { useRequests } from './use-requests.ts';
import { words } from './words.ts';

/** Requests of people about their data; where privacy officers and approvers begin. */
export function RequestsPage() {
  const state = useListState('-createdAt');
  const query = useRequests(state.query);
  const nothingYet = !state.filtered && query.data?.total.count === 0;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} total={query.data?.total}>
        <Toolbar />
      </PageHeader>
      {!nothingYet && <RequestsFilters state={state} />}
      <ListBody query={query} state={state} words={[words.one, words.many]} empty={<NoRequests />}>
        {(rows) => <RequestsTable requests={rows} sort={state.sort} onSort={state.changeSort} />}
      </ListBody>
    </>
  );
}

function Toolbar() {
  const navigate = useNavigate();
  const mayHandle = useMay('requests.handle');
  const add = () => void navigate({ to: '/requests/new' });
  useShortcut({ keys: 'n', label: words.add }, mayHandle ? add : undefined);
  return (
    <Group gap="xs">
      {mayHandle && (
        <>
          <Button leftSection={<PlusIcon />} onClick={add}>
            {words.add}
          </Button>
          <Button variant="default" onClick={() => void navigate({ to: '/requests/file' })}>
            {words.fromFile}
          </Button>
        </>
      )}
      <Button variant="default" onClick={() => void navigate({ to: '/requests/holds' })}>
        {words.holdsLink}
      </Button>
    </Group>
  );
}

function NoRequests() {
  const navigate = useNavigate();
  if (!useMay('requests.handle')) return <EmptyState icon={<UserIcon />} title={words.empty} text={words.emptyRead} />;
  return (
    <EmptyState
      icon={<UserIcon />}
      title={words.empty}
      text={words.emptyText}
      action={<Button onClick={() => void navigate({ to: '/requests/new' })}>{words.add}</Button>}
    />
  );
}
