import { Button, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useCertificates, useJobs } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { BoxIcon, KeyIcon } from '../../components/icons.tsx';
import { ListBody } from '../../components/list-body.tsx';
import { ListFilters } from '../../components/list-filters.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { isFiltered, queryOf } from '../../search.ts';
import { strings } from '../../strings.ts';
import { JobsTable } from './jobs-table.tsx';
import { JobsToolbar } from './jobs-toolbar.tsx';

export function JobsPage() {
  const search = useSearch({ from: '/shell/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const [chosen, setChosen] = useState<ReadonlyMap<string, JobView>>(new Map());
  const { source, type, status, state, text, sort } = search;
  const query = useJobs(queryOf(search));
  const changeSort = (next: string) => void navigate({ search: { ...search, sort: next, cursor: undefined }, replace: true });
  const clear = () => void navigate({ search: { sort } });
  // What is no longer in the list (deleted, filtered away) is not acted upon.
  const selected = (query.data?.items ?? []).filter((job) => chosen.has(job.id));
  const toggle = (job: JobView) => {
    const next = new Map(selected.map((item) => [item.id, item]));
    if (!next.delete(job.id)) next.set(job.id, job);
    setChosen(next);
  };
  const filtered = isFiltered(search);
  const nothingYet = !filtered && query.data?.total.count === 0;
  return (
    <>
      <PageHeader title={strings.jobs.title} lead={strings.jobs.lead} />
      <Stack gap="md">
        {!nothingYet && <JobsToolbar selected={selected} />}
        {!nothingYet && (
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
        )}
      </Stack>
      <ListBody
        query={query}
        filtered={filtered}
        onClear={clear}
        onPage={(cursor) => void navigate({ search: { ...search, cursor } })}
        words={[strings.jobs.one, strings.jobs.many]}
        empty={<NoJobs />}
      >
        {(rows) => <JobsTable jobs={rows} chosen={new Set(selected.map((job) => job.id))} onToggle={toggle} sort={sort ?? '-createdAt'} onSort={changeSort} />}
      </ListBody>
    </>
  );
}

function NoJobs() {
  const navigate = useNavigate();
  const certificates = useCertificates();
  if (certificates.data?.items.length === 0) {
    return (
      <EmptyState
        icon={<KeyIcon />}
        title={strings.jobs.empty}
        text={strings.jobs.emptyNoCertificate}
        action={<Button onClick={() => void navigate({ to: '/preferences' })}>{strings.jobs.emptyNoCertificateAction}</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<BoxIcon />}
      title={strings.jobs.empty}
      text={strings.jobs.emptyText}
      action={<Button onClick={() => void navigate({ to: '/jobs/new' })}>{strings.jobs.emptyAction}</Button>}
    />
  );
}
