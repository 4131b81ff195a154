import { Stack, Text, Title } from '@mantine/core';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { ExportAgain } from './export-again.tsx';
import { Downloads } from './receipt-parts.tsx';
import { exportWords as labels } from './words.ts';

type HeldExport = DataRequestDetails['exports'][number];

/** All files of one run: they are exported again together. */
interface HeldRun {
  readonly files: readonly [HeldExport, ...HeldExport[]];
  /** What was asked for is done in the sources, so that a new file is without the person. */
  readonly isDone: boolean;
}

const COLUMNS: readonly Column<HeldRun>[] = [
  { key: 'file', label: labels.columns.file, cell: ({ files }) => <Names of={files} /> },
  { key: 'from', label: labels.columns.from, cell: ({ files: [{ source, type }] }) => `${source}, ${type}` },
  { key: 'withdrawn', label: labels.columns.withdrawn, cell: ({ files: [{ withdrawnAt }] }) => <TimeStamp at={withdrawnAt} /> },
  { key: 'downloads', label: labels.columns.downloads, cell: ({ files }) => <Downloads of={files.flatMap(({ downloads }) => downloads)} /> },
  { key: 'again', label: labels.columns.again, cell: ({ files: [first], isDone }) => <ExportAgain of={first} isDone={isDone} /> },
];

/** Files that held the person, who must be told because they have one (Art. 19), and what comes in their place. */
export function RequestExports({ request }: { request: DataRequestDetails }) {
  const { exports, unknownExports } = request;
  if (exports.length === 0 && unknownExports === 0) return null;
  const runs = runsOf(request);
  return (
    <Stack gap="sm" component="section" aria-label={labels.title}>
      <Title order={2} size="h4">
        {labels.title}
      </Title>
      {runs.length > 0 && (
        <>
          <DataTable label={labels.label} columns={COLUMNS} rows={runs} id={({ files: [{ runId }] }) => runId} />
          {exports.some(({ downloads }) => downloads.length > 0) && <Text size="sm">{labels.tell}</Text>}
          {exports.some(({ runAgain, mayRunAgain }) => runAgain === 'possible' && !mayRunAgain) && <Text size="sm">{labels.byOthersText}</Text>}
        </>
      )}
      {unknownExports > 0 && <WarningAlert title={labels.unknown(unknownExports)}>{labels.unknownText}</WarningAlert>}
    </Stack>
  );
}

function runsOf({ exports, state }: DataRequestDetails): HeldRun[] {
  const isDone = state === 'verified' || state === 'done';
  const firsts = exports.filter(({ runId }, index) => exports.findIndex((one) => one.runId === runId) === index);
  return firsts.map((first) => ({ files: [first, ...exports.filter((one) => one.runId === first.runId && one !== first)], isDone }));
}

function Names({ of }: { of: readonly HeldExport[] }) {
  return (
    <>
      {of.map(({ artifactId, fileName }) => (
        <div key={artifactId} className="udm-code udm-anywhere">
          {fileName}
        </div>
      ))}
    </>
  );
}
