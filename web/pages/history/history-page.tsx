import { Button, Group } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback } from 'react';
import { useRuns } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterChip } from '../../components/filter-chip.tsx';
import { RUN_FIELDS } from '../../components/filter-fields.ts';
import { BoxIcon } from '../../components/icons.tsx';
import { ListBody, Loading } from '../../components/list-body.tsx';
import { ListFilters } from '../../components/list-filters.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useListState } from '../../list-state.ts';
import { strings } from '../../strings.ts';
import { HistoryTable, RUN_COLUMNS } from './history-table.tsx';
import { HistoryViews, viewOf } from './history-views.tsx';
import { PlannedTable } from './planned-table.tsx';
import { RunDetails } from './run-details.tsx';
import './history.css';

const { history: words } = strings;
const RunChart = lazy(() => import('./run-chart.tsx').then((loaded) => ({ default: loaded.RunChart })));

export function HistoryPage() {
  const search = useSearch({ from: '/shell/history' });
  const navigate = useNavigate({ from: '/history' });
  const [chart, setChart] = useLocalStorage({ key: 'udm-history-chart', defaultValue: true, getInitialValueInEffect: false });
  const view = viewOf(search.view);
  const { source, type, job } = search;
  const filter = { source, type, job };
  const open = useCallback((id: string | undefined) => void navigate({ search: (before) => ({ ...before, show: id }) }), [navigate]);
  const withChart = view === 'all' || view === 'planned';
  const total = useRunList().query.data?.total;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} total={view === 'planned' ? undefined : total}>
        {withChart && (
          <Button variant="default" size="xs" aria-expanded={chart} onClick={() => setChart(!chart)}>
            {chart ? words.chart.hide : words.chart.show}
          </Button>
        )}
      </PageHeader>
      <HistoryViews view={view} job={job} />
      {job !== undefined && <OnlyJob job={job} />}
      {withChart && chart && (
        <Suspense fallback={<Loading />}>
          <RunChart filter={filter} onOpen={open} />
        </Suspense>
      )}
      {view === 'planned' ? <PlannedTable filter={filter} /> : <Runs onOpen={open} />}
      <RunDetails id={search.show} onOpen={open} onClose={() => open(undefined)} />
    </>
  );
}

/** What each view asks of the list beside the filters. */
const ASKED = {
  attention: { view: 'attention' },
  all: { view: undefined },
  going: { view: undefined, status: 'scheduled,queued,running' },
  planned: { view: undefined },
} as const;

const WORDS = [words.one, words.many] as const;

/** What the address asks for; asked once, however many parts of the page show it. */
function useRunList() {
  const state = useListState('-scheduledAt', ['view']);
  const view = viewOf(state.search.view);
  return { state, view, query: useRuns({ ...state.query, ...ASKED[view] }) };
}

/** The list of one view, with its filters. */
function Runs({ onOpen }: { onOpen: (id: string) => void }) {
  const { state, view, query } = useRunList();
  const fields = view === 'all' ? RUN_FIELDS : RUN_FIELDS.filter((field) => field.kind !== 'choice' || field.name !== 'status');
  return (
    <>
      <ListFilters state={state} fields={fields} columns={RUN_COLUMNS} />
      <ListBody query={query} state={state} words={WORDS} empty={view === 'all' ? <NoRuns /> : <Quiet view={view} />}>
        {(rows) => <HistoryTable runs={rows} sort={state.sort} onSort={state.changeSort} onOpen={onOpen} />}
      </ListBody>
    </>
  );
}

/** History of one job. */
function OnlyJob({ job }: { job: string }) {
  const search = useSearch({ from: '/shell/history' });
  const navigate = useNavigate({ from: '/history' });
  const title = useRuns({ job, limit: 1 }).data?.items[0]?.jobTitle;
  return (
    <Group>
      <FilterChip
        text={strings.filter.onlyJob(title ?? strings.filter.oneJob)}
        onClear={() => void navigate({ search: { ...search, job: undefined, cursor: undefined } })}
      />
    </Group>
  );
}

function NoRuns() {
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={<BoxIcon />}
      title={words.empty}
      text={words.emptyText}
      action={<Button onClick={() => void navigate({ to: '/jobs' })}>{words.emptyAction}</Button>}
    />
  );
}

/** That nothing needs anybody is good news, and no dead end. */
function Quiet({ view }: { view: 'attention' | 'going' | 'planned' }): ReactNode {
  const navigate = useNavigate();
  const { none, noneText } = words[view];
  return (
    <EmptyState
      title={none}
      text={noneText}
      action={
        <Button variant="default" onClick={() => void navigate({ to: '/history' })}>
          {words.attention.all}
        </Button>
      }
    />
  );
}
