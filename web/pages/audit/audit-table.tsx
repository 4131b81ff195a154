import { Anchor, Text } from '@mantine/core';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { count } from '../../format/numbers.ts';
import type { AuditRow } from './use-audit.ts';
import { words } from './words.ts';

interface Props {
  readonly rows: readonly AuditRow[];
  readonly onOpen: (id: string) => void;
}

export function AuditTable({ rows, onOpen }: Props) {
  return <DataTable label={words.title} columns={columnsOf(onOpen)} rows={rows} id={(row) => row.id} onOpen={(row) => onOpen(row.id)} />;
}

function columnsOf(onOpen: (id: string) => void): readonly Column<AuditRow>[] {
  const { columns: labels } = words;
  return [
    { key: 'number', label: labels.number, number: true, cell: (row) => <Opener row={row} onOpen={onOpen} /> },
    { key: 'at', label: labels.at, cell: (row) => <TimeStamp at={row.at} precision="second" /> },
    { key: 'who', label: labels.who, cell: (row) => <Who row={row} /> },
    { key: 'action', label: labels.action, cell: (row) => <span className="udm-code udm-nowrap">{row.action}</span> },
    { key: 'object', label: labels.object, cell: (row) => <AuditedObject row={row} /> },
    { key: 'detail', label: labels.detail, cell: (row) => <Detail row={row} /> },
    { key: 'from', label: labels.from, cell: ({ from }) => from ?? words.nowhere },
  ];
}

/** Opens everything in the record. */
function Opener({ row, onOpen }: { row: AuditRow; onOpen: (id: string) => void }) {
  const number = count(row.number);
  return (
    <Anchor component="button" type="button" size="sm" underline="always" aria-label={words.open(number)} onClick={() => onOpen(row.id)}>
      {number}
    </Anchor>
  );
}

export function Who({ row: { by } }: { row: AuditRow }) {
  if (by.userId === null) return <>{words.by[by.kind]}</>;
  const name = by.user ?? words.unknownUser;
  return (
    <>
      {by.kind === 'operator' ? words.operator(name) : name}
      {by.tokenId !== null && (
        <Text component="span" size="xs" c="dimmed" display="block">
          {words.withToken}
        </Text>
      )}
    </>
  );
}

function AuditedObject({ row: { object } }: { row: AuditRow }) {
  return (
    <>
      {words.objects[object.kind] ?? object.kind}
      {object.id !== null && (
        <Text component="span" size="xs" c="dimmed" display="block" className="udm-code udm-nowrap" title={object.id}>
          {object.id.length > 13 ? `${object.id.slice(0, 13)}…` : object.id}
        </Text>
      )}
    </>
  );
}

/** The first few; all of them are in the record itself. */
function Detail({ row: { detail } }: { row: AuditRow }) {
  const parts = Object.entries(detail).map(([name, value]) => `${name}: ${String(value)}`);
  return <span className="udm-wide">{parts.slice(0, 3).join(', ')}</span>;
}
