import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DataRequestReceipt } from '../../../src/contract/receipt.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { count } from '../../format/numbers.ts';
import { dayName } from './day-name.ts';
import { Fact } from './fact.tsx';
import { exportWords, receiptWords as labels, words } from './words.ts';

type Receipt = DataRequestReceipt['receipt'];
type Work = Receipt['work'][number];
type Stayed = Receipt['stayed'][number];
type Withdrawn = Receipt['exports']['withdrawn'][number];
type Outdated = NonNullable<Receipt['exports']['outdated']>[number];

const STAGES = ['submittedAt', 'extendedAt', 'discoveredAt', 'approvedAt', 'begunAt', 'verifiedAt', 'searchedAgainAt', 'endedAt'] as const;

/** When it came to what, and whether in time. What it never came to is left out. */
export function ReceiptTimes({ times }: { times: Receipt['times'] }) {
  const { receivedOn, deadlineOn, deadlineAt, endedAt } = times;
  return (
    <Stack component="dl" gap={6} m={0} aria-label={labels.times.title}>
      <Fact label={labels.times.receivedOn}>{dayName(receivedOn)}</Fact>
      {STAGES.map((stage) => {
        const at = times[stage];
        return at === null ? null : (
          <Fact key={stage} label={labels.times[stage]}>
            <TimeStamp at={at} />
          </Fact>
        );
      })}
      <Fact label={labels.times.deadlineOn}>
        {dayName(deadlineOn)}, {Date.parse(endedAt) < Date.parse(deadlineAt) ? labels.times.inTime : labels.times.late}
      </Fact>
    </Stack>
  );
}

const { columns } = words.findings;
const WORK: readonly Column<Work>[] = [
  { key: 'source', label: columns.source, cell: ({ source }) => source },
  { key: 'type', label: columns.type, cell: ({ type }) => <span className="udm-code">{type}</span> },
  ...(['found', 'shared', 'uncertain', 'kept', 'done'] as const).map(
    (name): Column<Work> => ({ key: name, label: columns[name], number: true, cell: (work) => count(work[name]) }),
  ),
];

/** By source and type. */
export function ReceiptWork({ work }: Pick<Receipt, 'work'>) {
  return (
    <Part title={labels.work.title}>
      {work.length === 0 ? (
        <Text size="sm">{labels.nothing}</Text>
      ) : (
        <DataTable label={words.findings.label} columns={WORK} rows={work} id={({ source, type }) => `${source} ${type}`} />
      )}
      {work.some(({ shared }) => shared > 0) && <Text size="sm">{words.findings.sharedText}</Text>}
    </Part>
  );
}

const STAYED: readonly Column<Stayed>[] = [
  { key: 'where', label: labels.stayed.columns.where, cell: ({ source, type }) => `${source}, ${type}` },
  { key: 'rows', label: labels.stayed.columns.rows, number: true, cell: ({ rows }) => count(rows) },
  {
    key: 'why',
    label: labels.stayed.columns.why,
    cell: ({ why, ground }) => <span className="udm-wide">{why === 'uncertain' ? labels.stayed.uncertain : (ground ?? labels.stayed.unnamed)}</span>,
  },
];

/** What is still there, and on which legal ground. */
export function ReceiptStayed({ stayed, isFinished }: Pick<Receipt, 'stayed'> & { readonly isFinished: boolean }) {
  return (
    <Part title={labels.stayed.title}>
      {stayed.length === 0 ? (
        <Text size="sm">{isFinished ? labels.stayed.nothing : labels.stayed.nothingFinished}</Text>
      ) : (
        <DataTable label={labels.stayed.title} columns={STAYED} rows={stayed} id={({ source, type, why }) => `${source} ${type} ${why}`} />
      )}
    </Part>
  );
}

const FILE: Column<Outdated> = {
  key: 'file',
  label: exportWords.columns.file,
  cell: ({ fileName }) => <span className="udm-code udm-anywhere">{fileName}</span>,
};
const BY: Column<Outdated> = { key: 'downloads', label: labels.exports.by, cell: ({ downloads }) => <Downloads of={downloads} /> };
const AT: Column<Withdrawn> = { key: 'withdrawn', label: exportWords.columns.withdrawn, cell: ({ withdrawnAt }) => <TimeStamp at={withdrawnAt} /> };

/** Files that held the person, and who had them by then (Art. 19). */
export function ReceiptExports({ exports: { withdrawn, outdated, unknown } }: Pick<Receipt, 'exports'>) {
  const title = outdated === undefined ? labels.exports.title : labels.exports.outdated;
  const all = [...withdrawn, ...(outdated ?? [])];
  return (
    <Part title={title}>
      {all.length === 0 && <Text size="sm">{labels.exports.nothing}</Text>}
      {withdrawn.length > 0 && <DataTable label={labels.exports.title} columns={[FILE, AT, BY]} rows={withdrawn} id={idOf} />}
      {outdated !== undefined && outdated.length > 0 && <DataTable label={title} columns={[FILE, BY]} rows={outdated} id={idOf} />}
      {all.some(({ downloads }) => downloads.length > 0) && <Text size="sm">{outdated === undefined ? exportWords.tell : exportWords.tellCorrected}</Text>}
      {unknown > 0 && <WarningAlert title={labels.exports.unknown(unknown)}>{exportWords.unknownText}</WarningAlert>}
    </Part>
  );
}

const idOf = ({ artifactId }: Outdated) => artifactId;

/** Who had downloaded a file, and when. */
export function Downloads({ of }: { of: Withdrawn['downloads'] }) {
  if (of.length === 0) return <>{exportWords.nobody}</>;
  return (
    <>
      {of.map(({ user, at }) => (
        <div key={`${user} ${at}`}>
          {user}, <TimeStamp at={at} />
        </div>
      ))}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
