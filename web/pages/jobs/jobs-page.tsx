import './jobs.css';
import { Stack } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { BulkAction } from '../../../src/contract/bulk.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { useJobs, useMay } from '../../api/queries.ts';
import { JOB_FIELDS } from '../../components/filter-fields.ts';
import { ListBody } from '../../components/list-body.tsx';
import { ListFilters } from '../../components/list-filters.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { count } from '../../format/numbers.ts';
import { useListState } from '../../list-state.ts';
import { useSelection } from '../../selection.ts';
import { strings } from '../../strings.ts';
import { BulkBar } from './bulk-bar.tsx';
import { DeleteJob } from './delete-job.tsx';
import { JOB_COLUMNS, JobsTable } from './jobs-table.tsx';
import { JobsToolbar } from './jobs-toolbar.tsx';
import { NoJobs } from './no-jobs.tsx';
import type { BulkAct } from './use-bulk.ts';

/** Comes when it is first asked for: the first page a person sees stays light. */
const BulkDialog = lazy(() => import('./bulk-dialog.tsx').then((loaded) => ({ default: loaded.BulkDialog })));

export function JobsPage() {
  const state = useListState('-createdAt');
  const query = useJobs(state.query);
  const [asked, setAsked] = useState<BulkAct | null>(null);
  const [hasAsked, setHasAsked] = useState(false);
  const [deleting, setDeleting] = useState<JobView | null>(null);
  const jobs = query.data?.items ?? [];
  const total = query.data?.total.count ?? 0;
  const selected = useSelection(
    state,
    jobs.map((job) => job.id),
    query.data?.total,
  );
  const everything = selected.chosen.kind === 'filter';
  const mayChange = useMay('jobs.change');
  const mayCreate = useMay('jobs.create');
  const one = selected.count === 1 ? jobs.find((job) => selected.ids.has(job.id)) : undefined;
  const act = (action: BulkAction) => {
    setHasAsked(true);
    setAsked({ action, selection: selected.chosen.kind === 'ids' ? { ids: [...selected.chosen.ids] } : { filter: selected.chosen.filter } });
  };
  const nothingYet = !state.filtered && query.data?.total.count === 0;
  return (
    <>
      <PageHeader title={strings.jobs.title} lead={strings.jobs.lead} total={query.data?.total} />
      {!nothingYet && (
        <Stack gap="md">
          {(mayChange || mayCreate) && (
            <JobsToolbar one={one} count={selected.count} onDelete={() => (one === undefined ? act('delete') : setDeleting(one))} onRun={() => act('run')} />
          )}
          <ListFilters state={state} fields={JOB_FIELDS} columns={JOB_COLUMNS} />
        </Stack>
      )}
      {selected.count > 0 && mayChange && (
        <BulkBar
          count={selected.count}
          everything={everything}
          matching={total > jobs.length || everything ? count(total) : null}
          onAll={selected.chooseAll}
          onClear={selected.clear}
          onAct={act}
        />
      )}
      <ListBody query={query} state={state} words={[strings.jobs.one, strings.jobs.many]} empty={<NoJobs />}>
        {(rows) => (
          <JobsTable
            jobs={rows}
            selection={mayChange || mayCreate ? { chosen: selected.ids, toggle: selected.toggle, togglePage: selected.togglePage, name: titleOf } : undefined}
            onDelete={setDeleting}
            sort={state.sort}
            onSort={state.changeSort}
          />
        )}
      </ListBody>
      {hasAsked && (
        <Suspense fallback={null}>
          <BulkDialog asked={asked} onClose={() => setAsked(null)} onDone={selected.clear} />
        </Suspense>
      )}
      <DeleteJob job={deleting} onClose={() => setDeleting(null)} onDeleted={selected.clear} />
    </>
  );
}

function titleOf({ title }: JobView): string {
  return title;
}
