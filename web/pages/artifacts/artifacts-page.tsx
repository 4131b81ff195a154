import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useArtifacts, useSession } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterChip } from '../../components/filter-chip.tsx';
import { BoxIcon } from '../../components/icons.tsx';
import { ListBody } from '../../components/list-body.tsx';
import { ListFilters } from '../../components/list-filters.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { isFiltered, queryOf } from '../../search.ts';
import { strings } from '../../strings.ts';
import { ArtifactsToolbar } from './artifacts-toolbar.tsx';
import { ArtifactsTable } from './artifacts-table.tsx';
import { HowToOpen } from './how-to-open.tsx';

export function ArtifactsPage() {
  const search = useSearch({ from: '/shell/artifacts' });
  const navigate = useNavigate({ from: '/artifacts' });
  const { retentionDays } = useSession();
  const [guide, setGuide] = useState<ArtifactView | null>(null);
  const [selected, setSelected] = useState<readonly ArtifactView[]>([]);
  const { source, type, text, sort, job, run } = search;
  const query = useArtifacts(queryOf(search));
  const changeSort = (next: string) => void navigate({ search: { ...search, sort: next, cursor: undefined }, replace: true });
  const clear = () => void navigate({ search: { sort } });
  const title = job === undefined ? undefined : query.data?.items.find((artifact) => artifact.jobId === job)?.jobTitle;
  return (
    <>
      <PageHeader title={strings.artifacts.title} lead={strings.artifacts.lead(retentionDays)}>
        <ArtifactsToolbar selected={selected.map((one) => query.data?.items.find((row) => row.id === one.id) ?? one)} onClear={() => setSelected([])} />
      </PageHeader>
      {(run !== undefined || job !== undefined) && (
        <FilterChip
          text={run === undefined ? strings.filter.onlyFilesOfJob(title ?? strings.filter.oneJob) : strings.filter.onlyFilesOfRun}
          onClear={() => void navigate({ search: { ...search, run: undefined, job: undefined, cursor: undefined } })}
        />
      )}
      <ListFilters
        value={{ source, type, text }}
        withStatus={false}
        sorts={strings.artifacts.sorts}
        sort={sort}
        onSort={changeSort}
        onClear={clear}
        onChange={(filters) => void navigate({ search: { ...filters, sort, job, run }, replace: true })}
      />
      <ListBody
        query={query}
        filtered={isFiltered(search)}
        onClear={clear}
        onPage={(cursor) => void navigate({ search: { ...search, cursor } })}
        words={[strings.artifacts.one, strings.artifacts.many]}
        empty={<NoFiles />}
      >
        {(rows) => (
          <ArtifactsTable
            artifacts={rows}
            sort={sort ?? '-createdAt'}
            onSort={changeSort}
            selection={selectionOf(rows, selected, setSelected)}
            onGuide={setGuide}
          />
        )}
      </ListBody>
      <HowToOpen artifact={guide} onClose={() => setGuide(null)} />
    </>
  );
}

/** Stays from page to page and from filter to filter. */
function selectionOf(rows: readonly ArtifactView[], selected: readonly ArtifactView[], change: (selected: readonly ArtifactView[]) => void) {
  return {
    chosen: new Set(selected.map(({ id }) => id)),
    name: ({ fileName }: ArtifactView) => fileName,
    toggle: (id: string) => {
      const row = rows.find((one) => one.id === id);
      const without = selected.filter((one) => one.id !== id);
      change(without.length < selected.length || row === undefined ? without : [...selected, row]);
    },
  };
}

function NoFiles() {
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={<BoxIcon />}
      title={strings.artifacts.empty}
      text={strings.artifacts.emptyText}
      action={<Button onClick={() => void navigate({ to: '/jobs' })}>{strings.artifacts.emptyAction}</Button>}
    />
  );
}
