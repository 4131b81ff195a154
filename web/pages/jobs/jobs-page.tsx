import './jobs.css';
import { Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkAction } from '../../../src/contract/bulk.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { useJobs } from '../../api/queries.ts';
import { ListBody } from '../../components/list-body.tsx';
import { ListFilters } from '../../components/list-filters.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { count } from '../../format/numbers.ts';
import { filtersOf, isFiltered, queryOf } from '../../search.ts';
import { strings } from '../../strings.ts';
import { BulkBar } from './bulk-bar.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { DeleteJob } from './delete-job.tsx';
import { JobsTable } from './jobs-table.tsx';
import { JobsToolbar } from './jobs-toolbar.tsx';
import { NoJobs } from './no-jobs.tsx';
import type { BulkAct } from './use-bulk.ts';
import { useSelection } from './use-selection.ts';

export function JobsPage() {
  const search = useSearch({ from: '/shell/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const { source, type, status, state, text, sort } = search;
  const query = useJobs(queryOf(search));
  const selected = useSelection(filtersOf(search));
  const [asked, setAsked] = useState<BulkAct | null>(null);
  const [deleting, setDeleting] = useState<JobView | null>(null);
  const jobs = query.data?.items ?? [];
  const total = query.data?.total.count ?? 0;
  const chosen = selected.everything ? new Set(jobs.map((job) => job.id)) : selected.ids;
  const number = selected.everything ? total : selected.ids.size;
  const one = !selected.everything && selected.ids.size === 1 ? jobs.find((job) => selected.ids.has(job.id)) : undefined;
  const act = (action: BulkAction) => setAsked({ action, selection: selected.selection });
  const changeSort = (next: string) => void navigate({ search: { ...search, sort: next, cursor: undefined }, replace: true });
  const clear = () => void navigate({ search: { sort } });
  const filtered = isFiltered(search);
  const nothingYet = !filtered && query.data?.total.count === 0;
  return (
    <>
      <PageHeader title={strings.jobs.title} lead={strings.jobs.lead} />
      {!nothingYet && (
        <Stack gap="md">
          <JobsToolbar one={one} count={number} onDelete={() => (one === undefined ? act('delete') : setDeleting(one))} onRun={() => act('run')} />
          <ListFilters
            value={{ source, type, status, state, text }}
            withStatus
            withState
            sorts={strings.jobs.sorts}
            sort={sort}
            onSort={changeSort}
            onClear={clear}
            onChange={(filters) => void navigate({ search: { ...filters, sort }, replace: true })}
          />
        </Stack>
      )}
      {number > 0 && (
        <BulkBar
          count={number}
          everything={selected.everything}
          matching={total > jobs.length || selected.everything ? count(total) : null}
          onAll={selected.selectAll}
          onClear={selected.clear}
          onAct={act}
        />
      )}
      <ListBody
        query={query}
        filtered={filtered}
        onClear={clear}
        onPage={(cursor) => void navigate({ search: { ...search, cursor } })}
        words={[strings.jobs.one, strings.jobs.many]}
        empty={<NoJobs />}
      >
        {(rows) => (
          <JobsTable
            jobs={rows}
            chosen={chosen}
            onToggle={(id) =>
              selected.toggle(
                id,
                rows.map((job) => job.id),
              )
            }
            onDelete={setDeleting}
            sort={sort ?? '-createdAt'}
            onSort={changeSort}
          />
        )}
      </ListBody>
      <BulkDialog asked={asked} onClose={() => setAsked(null)} onDone={selected.clear} />
      <DeleteJob job={deleting} onClose={() => setDeleting(null)} onDeleted={selected.clear} />
    </>
  );
}
