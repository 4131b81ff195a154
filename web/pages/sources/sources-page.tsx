import { ActionIcon, Button, Menu, Text, UnstyledButton } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { SourceView } from '../../../src/contract/source.ts';
import type { RunStatus } from '../../../src/contract/run.ts';
import { useMay } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { MoreIcon } from '../../components/icons.tsx';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { DeleteSource } from './delete-source.tsx';
import { RestoredDialog } from './restored-source.tsx';
import { SourceEditor } from './source-editor.tsx';
import { useAllSources, useSource } from './use-sources.ts';
import { words } from './words.ts';

/** The sources of the tenant; one of them, or a new one, when the address says so. */
export function SourcesPage() {
  const { show } = useSearch({ from: '/shell/sources' });
  if (show === undefined) return <AllSources />;
  return show === 'new' ? <SourceEditor key="new" stored={null} /> : <OneSource key={show} id={show} />;
}

function OneSource({ id }: { id: string }) {
  const { data, error } = useSource(id);
  if (data === undefined) return error === null ? <Loading /> : <ProblemAlert error={error} />;
  return <SourceEditor key={data.version} stored={data} />;
}

function AllSources() {
  const { data, error } = useAllSources();
  const mayChange = useMay('sources.change');
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking | null>(null);
  const open = (id: string) => void navigate({ to: '/sources', search: { show: id } });
  const add = mayChange ? <Button onClick={() => open('new')}>{words.add}</Button> : undefined;
  const isEmpty = data?.items.length === 0;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        {!isEmpty && add}
      </PageHeader>
      <ProblemAlert error={error} />
      {data === undefined && error === null && <Loading />}
      {isEmpty && <EmptyState title={words.empty} text={mayChange ? words.emptyText : words.emptyRead} action={add} />}
      {data !== undefined && !isEmpty && (
        <DataTable label={words.title} columns={columnsOf(open, setAsking)} rows={data.items} id={({ id }) => id} onOpen={({ id }) => open(id)} />
      )}
      {asking?.about === 'removal' && <DeleteSource source={asking.source} onClose={() => setAsking(null)} />}
      {asking?.about === 'restored' && <RestoredDialog source={asking.source} onClose={() => setAsking(null)} />}
    </>
  );
}

/** What a dialog asks about a source. */
interface Asking {
  readonly about: 'removal' | 'restored';
  readonly source: SourceView;
}

function columnsOf(open: (id: string) => void, ask: (asking: Asking) => void): readonly Column<SourceView>[] {
  const { columns: labels } = words;
  return [
    {
      key: 'name',
      label: labels.name,
      cell: ({ id, name, erasuresToRepeat, erasuresHeld }) => (
        <>
          <UnstyledButton className="udm-focus" fw={550} fz="inherit" aria-label={words.open(name)} onClick={() => open(id)}>
            {name}
          </UnstyledButton>
          {erasuresToRepeat > 0 && (
            <Text size="xs" c="var(--udm-warning)">
              {words.restored.waitsShort(erasuresToRepeat)}
            </Text>
          )}
          {erasuresHeld > 0 && (
            <Text size="xs" c="var(--udm-warning)">
              {words.restored.held(erasuresHeld)}
            </Text>
          )}
        </>
      ),
    },
    { key: 'kind', label: labels.kind, cell: ({ connector }) => words.kinds[connector] ?? connector },
    { key: 'host', label: labels.host, cell: ({ host, port }) => `${host}:${port}` },
    { key: 'database', label: labels.database, cell: ({ database }) => database },
    { key: 'catalog', label: labels.catalog, cell: ({ catalog }) => catalog },
    { key: 'tls', label: labels.tls, cell: (source) => <Tls source={source} /> },
    { key: 'settle', label: labels.settle, cell: ({ settleSeconds }) => words.seconds(settleSeconds) },
    { key: 'jobs', label: labels.jobs, number: true, cell: ({ jobs }) => count(jobs) },
    {
      key: 'lastRun',
      label: labels.lastRun,
      cell: ({ lastRun }) => (lastRun === null ? words.never : (strings.status[lastRun.status as RunStatus] ?? lastRun.status)),
    },
    { key: 'acts', label: labels.acts, hideLabel: true, stays: true, cell: (source) => <SourceMenu source={source} open={open} ask={ask} /> },
  ];
}

function Tls({ source }: { source: SourceView }) {
  const [warning] = source.warnings;
  return (
    <>
      {words.tls[source.tls]}
      {warning !== undefined && (
        <Text size="xs" c="var(--udm-warning)">
          {words.warnings[warning]}
        </Text>
      )}
    </>
  );
}

function SourceMenu({ source, open, ask }: { source: SourceView; open: (id: string) => void; ask: (asking: Asking) => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" c="dimmed" aria-label={words.menu(source.name)}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => open(source.id)}>{source.may.change ? words.edit : words.look}</Menu.Item>
        {source.may.replay && <Menu.Item onClick={() => ask({ about: 'restored', source })}>{words.restored.act}</Menu.Item>}
        {source.may.change && <Menu.Item onClick={() => ask({ about: 'removal', source })}>{words.remove}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
