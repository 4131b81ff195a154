import { Stack, Text, Title } from '@mantine/core';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { Downloads } from './receipt-parts.tsx';
import { words } from './words.ts';

const { exports: labels } = words;
type HeldExport = DataRequestDetails['exports'][number];

const COLUMNS: readonly Column<HeldExport>[] = [
  { key: 'file', label: labels.columns.file, cell: ({ fileName }) => <span className="udm-code">{fileName}</span> },
  { key: 'from', label: labels.columns.from, cell: ({ source, type }) => `${source}, ${type}` },
  { key: 'withdrawn', label: labels.columns.withdrawn, cell: ({ withdrawnAt }) => <TimeStamp at={withdrawnAt} /> },
  { key: 'downloads', label: labels.columns.downloads, cell: ({ downloads }) => <Downloads of={downloads} /> },
];

/** Files that held the person, and who must be told because they have one (Art. 19). */
export function RequestExports({ request: { exports, unknownExports } }: { request: DataRequestDetails }) {
  if (exports.length === 0 && unknownExports === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-label={labels.title}>
      <Title order={2} size="h4">
        {labels.title}
      </Title>
      {exports.length > 0 && (
        <>
          <DataTable label={labels.label} columns={COLUMNS} rows={exports} id={({ artifactId }) => artifactId} />
          {exports.some(({ downloads }) => downloads.length > 0) && <Text size="sm">{labels.tell}</Text>}
        </>
      )}
      {unknownExports > 0 && <WarningAlert title={labels.unknown(unknownExports)}>{labels.unknownText}</WarningAlert>}
    </Stack>
  );
}
