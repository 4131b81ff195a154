import { Stack, Text, Title } from '@mantine/core';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { ExportAgain } from './export-again.tsx';
import { Downloads } from './receipt-parts.tsx';
import { WithdrawOutdated } from './withdraw-outdated.tsx';
import { exportWords as labels } from './words.ts';

type HeldExport = DataRequestDetails['exports'][number];

/** All files of one run: they are exported again together. */
interface HeldRun {
  readonly files: readonly [HeldExport, ...HeldExport[]];
  /** What was asked for is done in the sources, so that a new file is without the person. */
  readonly isDone: boolean;
}

/** Of an erasure they are withdrawn by then; of a rectification that is what the officer decides. */
function columnsOf(request: DataRequestDetails): readonly Column<HeldRun>[] {
  return [
    { key: 'file', label: labels.columns.file, cell: ({ files }) => <Names of={files} /> },
    { key: 'from', label: labels.columns.from, cell: ({ files: [{ source, type }] }) => `${source}, ${type}` },
    { key: 'withdrawn', label: labels.columns.withdrawn, cell: ({ files }) => <Withdrawn of={files} request={request} /> },
    { key: 'downloads', label: labels.columns.downloads, cell: ({ files }) => <Downloads of={files.flatMap(({ downloads }) => downloads)} /> },
    {
      key: 'again',
      label: labels.columns.again,
      cell: ({ files: [first], isDone }) => (first.state === 'available' ? null : <ExportAgain of={first} isDone={isDone} />),
    },
  ];
}

/** Files that held the person, who must be told because they have one (Art. 19), and what comes in their place. */
export function RequestExports({ request }: { request: DataRequestDetails }) {
  const { exports, unknownExports, kind } = request;
  if (exports.length === 0 && unknownExports === 0) return null;
  const runs = runsOf(request);
  const isErasure = kind === 'erasure';
  const title = isErasure ? labels.title : labels.outdatedTitle;
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {runs.length > 0 && (
        <>
          <DataTable label={isErasure ? labels.label : labels.outdatedLabel} columns={columnsOf(request)} rows={runs} id={({ files: [{ runId }] }) => runId} />
          {exports.some(({ downloads }) => downloads.length > 0) && <Text size="sm">{isErasure ? labels.tell : labels.tellCorrected}</Text>}
          {exports.some(({ runAgain, mayRunAgain }) => runAgain === 'possible' && !mayRunAgain) && <Text size="sm">{labels.byOthersText}</Text>}
        </>
      )}
      {unknownExports > 0 && <WarningAlert title={labels.unknown(unknownExports)}>{labels.unknownText}</WarningAlert>}
    </Stack>
  );
}

/** When it was withdrawn; of one that is not, what it is, and the button for it. */
function Withdrawn({ of: files, request }: { of: HeldRun['files']; request: DataRequestDetails }) {
  const [first] = files;
  if (first.withdrawnAt !== null) return <TimeStamp at={first.withdrawnAt} />;
  return (
    <Stack gap={4} align="flex-start">
      {labels.states[first.state]}
      {first.state === 'available' && request.may.withdraw_exports && <WithdrawOutdated of={files} request={request} />}
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
