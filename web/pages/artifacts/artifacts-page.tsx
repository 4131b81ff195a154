import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useArtifacts, useMay, useSession } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterChip } from '../../components/filter-chip.tsx';
import { ARTIFACT_FIELDS } from '../../components/filter-fields.ts';
import { BoxIcon } from '../../components/icons.tsx';
import { ListBody } from '../../components/list-body.tsx';
import { ListFilters } from '../../components/list-filters.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useListState } from '../../list-state.ts';
import { useSelection } from '../../selection.ts';
import { strings } from '../../strings.ts';
import { ArtifactsToolbar } from './artifacts-toolbar.tsx';
import { ARTIFACT_COLUMNS, ArtifactsTable } from './artifacts-table.tsx';
import { HowToOpen } from './how-to-open.tsx';
import { OpenHereLazily } from './open-here/lazily.tsx';
import { useChosenArtifacts } from './use-chosen-artifacts.ts';

export function ArtifactsPage() {
  const state = useListState('-createdAt');
  const { job, run } = state.search;
  const { retentionDays } = useSession();
  const [guide, setGuide] = useState<ArtifactView | null>(null);
  const [opening, setOpening] = useState<{ artifact: ArtifactView | null } | null>(null);
  const query = useArtifacts(state.query);
  const artifacts = query.data?.items ?? [];
  const ids = artifacts.map((artifact) => artifact.id);
  const selection = useSelection(state, ids, query.data?.total);
  const selected = useChosenArtifacts(selection.chosen.kind === 'ids' ? selection.chosen.ids : ids, artifacts);
  const title = job === undefined ? undefined : artifacts.find((artifact) => artifact.jobId === job)?.jobTitle;
  const { toggle, togglePage } = selection;
  const mayAct = [useMay('artifacts.download'), useMay('artifacts.delete'), useMay('artifacts.withdraw')].includes(true);
  return (
    <>
      <PageHeader title={strings.artifacts.title} lead={strings.artifacts.lead(retentionDays)} total={query.data?.total}>
        <ArtifactsToolbar selected={selected} onClear={selection.clear} onOpenHere={() => setOpening({ artifact: null })} />
      </PageHeader>
      {(run !== undefined || job !== undefined) && (
        <FilterChip
          text={run === undefined ? strings.filter.onlyFilesOfJob(title ?? strings.filter.oneJob) : strings.filter.onlyFilesOfRun}
          onClear={() => state.changeFilters({ run: undefined, job: undefined })}
        />
      )}
      <ListFilters state={state} fields={ARTIFACT_FIELDS} columns={ARTIFACT_COLUMNS} />
      <ListBody query={query} state={state} words={[strings.artifacts.one, strings.artifacts.many]} empty={<NoFiles />}>
        {(rows) => (
          <ArtifactsTable
            artifacts={rows}
            sort={state.sort}
            onSort={state.changeSort}
            selection={mayAct ? { chosen: selection.ids, toggle, togglePage, name: ({ fileName }) => fileName } : undefined}
            onGuide={setGuide}
          />
        )}
      </ListBody>
      <HowToOpen
        artifact={guide}
        onClose={() => setGuide(null)}
        onOpenHere={(artifact) => {
          setGuide(null);
          setOpening({ artifact });
        }}
      />
      {opening !== null && <OpenHereLazily artifact={opening.artifact} onClose={() => setOpening(null)} />}
    </>
  );
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
