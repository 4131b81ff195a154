import { Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { type Column, DataTable, type Selection } from '../../components/data-table.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { byteSize, count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { ArtifactActions } from './artifact-actions.tsx';
import { Remaining } from './remaining.tsx';
import './artifacts.css';

const { artifacts: words } = strings;

interface Props {
  readonly artifacts: readonly ArtifactView[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  /** Nothing can be selected where nothing can be done with it. */
  readonly selection: Selection<ArtifactView> | undefined;
  readonly onGuide: (artifact: ArtifactView) => void;
}

export function ArtifactsTable({ artifacts, sort, onSort, selection, onGuide }: Props) {
  // The parts of a run stand together unless the list is sorted by what differs between them: the first says what all are.
  const first = useMemo(() => new Set(artifacts.filter((one, at) => one.runId !== artifacts[at - 1]?.runId).map(({ id }) => id)), [artifacts]);
  const columns = useMemo(() => columnsOf(onGuide, ({ id, whole }) => whole.parts > 1 && first.has(id)), [onGuide, first]);
  return (
    <DataTable
      label={words.title}
      columns={columns}
      rows={artifacts}
      id={(artifact) => artifact.id}
      {...(selection && { selection })}
      faded={(artifact) => artifact.state !== 'available'}
      sort={sort}
      onSort={onSort}
    />
  );
}

function columnsOf(onGuide: (artifact: ArtifactView) => void, tellsWhole: (artifact: ArtifactView) => boolean): readonly Column<ArtifactView>[] {
  const { columns: labels } = words;
  return [
    { key: 'fileName', label: labels.fileName, sort: 'fileName', cell: (artifact) => <FileName artifact={artifact} tellsWhole={tellsWhole(artifact)} /> },
    { key: 'source', label: labels.source, sort: 'source', cell: (artifact) => artifact.source },
    { key: 'type', label: labels.type, sort: 'type', cell: (artifact) => artifact.type },
    { key: 'job', label: labels.job, sort: 'job', cell: (artifact) => <span className="udm-wide">{artifact.jobTitle}</span> },
    { key: 'part', label: labels.part, sort: 'part', number: true, cell: (artifact) => words.partOf(artifact.part, artifact.whole.parts) },
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
      cell: (artifact) => <ArtifactActions artifact={artifact} onGuide={onGuide} offersAll={tellsWhole(artifact)} />,
    },
  ];
}

/** What the list can be sorted by. */
export const ARTIFACT_COLUMNS = columnsOf(
  () => undefined,
  () => false,
);

function FileName({ artifact, tellsWhole }: { artifact: ArtifactView; tellsWhole: boolean }) {
  const { parts, rows, bytes } = artifact.whole;
  return (
    <>
      <span className="udm-code udm-wide udm-file">{artifact.fileName}</span>
      {tellsWhole && (
        <Text component="span" size="xs" c="dimmed" display="block">
          {words.whole(parts, count(rows), byteSize(bytes))}
        </Text>
      )}
    </>
  );
}

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
