import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { RunView } from '../../../src/contract/run.ts';
import { useRuns } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterChip } from '../../components/filter-chip.tsx';
import { BoxIcon } from '../../components/icons.tsx';
import { ListBody } from '../../components/list-body.tsx';
import { ListFilters } from '../../components/list-filters.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { isFiltered, queryOf } from '../../search.ts';
import { strings } from '../../strings.ts';
import { HistoryTable } from './history-table.tsx';
import { RunDetails } from './run-details.tsx';

export function HistoryPage() {
  const search = useSearch({ from: '/shell/history' });
  const navigate = useNavigate({ from: '/history' });
  const { source, type, status, text, sort, job, show } = search;
  const query = useRuns(queryOf(search));
  const changeSort = (next: string) => void navigate({ search: { ...search, sort: next, cursor: undefined }, replace: true });
  const clear = () => void navigate({ search: { sort } });
  const open = (id: string | undefined) => void navigate({ search: { ...search, show: id } });
  const title = job === undefined ? undefined : query.data?.items.find((run) => run.jobId === job)?.jobTitle;
  return (
    <>
      <PageHeader title={strings.history.title} lead={strings.history.lead} />
      {job !== undefined && (
        <FilterChip
          text={strings.filter.onlyJob(title ?? strings.filter.oneJob)}
          onClear={() => void navigate({ search: { ...search, job: undefined, cursor: undefined } })}
        />
      )}
      <ListFilters
        value={{ source, type, status, text }}
        withStatus
        sorts={strings.history.sorts}
        sort={sort}
        onSort={changeSort}
        onClear={clear}
        onChange={(filters) => void navigate({ search: { ...filters, sort, job }, replace: true })}
      />
      <ListBody
        query={query}
        filtered={isFiltered(search)}
        onClear={clear}
        onPage={(cursor) => void navigate({ search: { ...search, cursor } })}
        words={[strings.history.one, strings.history.many]}
        empty={<NoRuns />}
      >
        {(rows) => <HistoryTable runs={rows} sort={sort ?? '-scheduledAt'} onSort={changeSort} onOpen={(run: RunView) => open(run.id)} />}
      </ListBody>
      <RunDetails id={show} onClose={() => open(undefined)} />
    </>
  );
}

function NoRuns() {
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={<BoxIcon />}
      title={strings.history.empty}
      text={strings.history.emptyText}
      action={<Button onClick={() => void navigate({ to: '/jobs' })}>{strings.history.emptyAction}</Button>}
    />
  );
}
