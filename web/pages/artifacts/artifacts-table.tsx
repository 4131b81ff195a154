import { Group } from '@mantine/core';
import { useMemo } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { type Column, DataTable, type Selection } from '../../components/data-table.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { ArtifactActions } from './artifact-actions.tsx';
import { Remaining } from './remaining.tsx';
import './artifacts.css';

const { artifacts: words } = strings;

interface Props {
  readonly artifacts: readonly ArtifactView[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly selection: Selection<ArtifactView>;
  readonly onGuide: (artifact: ArtifactView) => void;
}

export function ArtifactsTable({ artifacts, sort, onSort, selection, onGuide }: Props) {
  const columns = useMemo(() => columnsOf(onGuide), [onGuide]);
  return (
    <DataTable
      label={words.title}
      columns={columns}
      rows={artifacts}
      id={(artifact) => artifact.id}
      selection={selection}
      faded={(artifact) => artifact.state !== 'available'}
      sort={sort}
      onSort={onSort}
    />
  );
}

function columnsOf(onGuide: (artifact: ArtifactView) => void): readonly Column<ArtifactView>[] {
  const { columns: labels } = words;
  return [
    { key: 'fileName', label: labels.fileName, sort: 'fileName', cell: (artifact) => <span className="udm-code udm-wide udm-file">{artifact.fileName}</span> },
    { key: 'source', label: labels.source, sort: 'source', cell: (artifact) => artifact.source },
    { key: 'type', label: labels.type, sort: 'type', cell: (artifact) => artifact.type },
    { key: 'job', label: labels.job, sort: 'job', cell: (artifact) => <span className="udm-wide">{artifact.jobTitle}</span> },
    { key: 'part', label: labels.part, sort: 'part', number: true, cell: (artifact) => artifact.part },
    { key: 'rows', label: labels.rows, sort: 'rows', number: true, cell: (artifact) => count(artifact.rows) },
    { key: 'size', label: labels.size, sort: 'bytes', number: true, cell: (artifact) => <ByteSize bytes={artifact.bytes} /> },
    { key: 'sha256', label: labels.sha256, sort: 'sha256', cell: (artifact) => <Hash artifact={artifact} /> },
    { key: 'created', label: labels.created, sort: 'createdAt', cell: (artifact) => <TimeStamp at={artifact.createdAt} /> },
    { key: 'remaining', label: labels.remaining, sort: 'expiresAt', cell: (artifact) => <Remaining artifact={artifact} /> },
    {
      key: 'actions',
      label: strings.table.actions,
      hideLabel: true,
      stays: true,
      cell: (artifact) => <ArtifactActions artifact={artifact} onGuide={onGuide} />,
    },
  ];
}

/** What the list can be sorted by. */
export const ARTIFACT_COLUMNS = columnsOf(() => undefined);

function Hash({ artifact }: { artifact: ArtifactView }) {
  return (
    <Group gap={4} wrap="nowrap">
      <span className="udm-code udm-nowrap" title={artifact.sha256}>
        {artifact.sha256.slice(0, 8)}…
      </span>
      <CopyButton text={artifact.sha256} what={words.hash(artifact.fileName)} />
    </Group>
  );
}
