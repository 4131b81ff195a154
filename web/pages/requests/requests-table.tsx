import { Anchor } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { DataRequestView } from '../../../src/contract/data-request.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { DeadlineChip } from './deadline-chip.tsx';
import { dayName } from './day-name.ts';
import { RequestState } from './request-state.tsx';
import { words } from './words.ts';

const { columns: labels } = words;

function WideState({ request }: { request: DataRequestView }) {
  return (
    <span className="udm-wide">
      <RequestState request={request} />
    </span>
  );
}

/** What the list can be sorted by. */
export const REQUEST_COLUMNS: readonly Column<DataRequestView>[] = [
  { key: 'caseId', label: labels.caseId, sort: 'caseId', cell: (request) => <CaseLink request={request} /> },
  { key: 'kind', label: labels.kind, sort: 'kind', cell: ({ kind }) => words.kinds[kind] },
  { key: 'person', label: labels.person, cell: ({ label }) => <span className="udm-wide">{label}</span> },
  { key: 'state', label: labels.state, sort: 'state', cell: (request) => <WideState request={request} /> },
  { key: 'received', label: labels.received, sort: 'receivedOn', cell: ({ receivedOn }) => <span className="udm-nowrap">{dayName(receivedOn)}</span> },
  { key: 'deadline', label: labels.deadline, sort: 'deadline', cell: (request) => <DeadlineChip of={request} /> },
  { key: 'by', label: labels.by, cell: ({ createdBy }) => createdBy },
];

interface Props {
  readonly requests: readonly DataRequestView[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

export function RequestsTable({ requests, sort, onSort }: Props) {
  const navigate = useNavigate();
  return (
    <DataTable
      label={words.title}
      columns={REQUEST_COLUMNS}
      rows={requests}
      id={({ id }) => id}
      faded={({ endedAt }) => endedAt !== null}
      sort={sort}
      onSort={onSort}
      onOpen={({ id }) => void navigate({ to: '/requests/$id', params: { id } })}
    />
  );
}

function CaseLink({ request: { id, caseId } }: { request: DataRequestView }) {
  return (
    <Anchor
      size="sm"
      fw={550}
      c="var(--mantine-color-text)"
      style={{ overflowWrap: 'anywhere' }}
      renderRoot={(props) => <Link to="/requests/$id" params={{ id }} {...props} />}
    >
      {caseId}
    </Anchor>
  );
}
