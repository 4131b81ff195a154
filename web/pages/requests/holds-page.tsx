import './requests.css';
import { Anchor, Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { LegalHoldView } from '../../../src/contract/data-request.ts';
import { useMay } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LockIcon, PlusIcon } from '../../components/icons.tsx';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { BackToRequests } from './back-to-requests.tsx';
import { PlaceHold, ReleaseHold } from './hold-dialogs.tsx';
import { useHolds } from './use-holds.ts';
import { words } from './words.ts';

const { holds: labels } = words;

/** What must not be erased or corrected, and what stands still because of it. */
export function HoldsPage() {
  const { data, error } = useHolds();
  const mayHandle = useMay('requests.handle');
  const [isPlacing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<LegalHoldView | null>(null);
  return (
    <>
      <BackToRequests />
      <PageHeader title={labels.title} lead={labels.lead}>
        {mayHandle && (
          <Button leftSection={<PlusIcon />} onClick={() => setPlacing(true)}>
            {labels.add}
          </Button>
        )}
      </PageHeader>
      <ProblemAlert error={error} />
      {data === undefined && error === null && <Loading />}
      {data?.items.length === 0 && <EmptyState icon={<LockIcon />} title={labels.empty} text={mayHandle ? labels.emptyText : labels.emptyRead} />}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label={labels.title}
          columns={columnsOf(mayHandle ? setReleasing : undefined)}
          rows={data.items}
          id={({ id }) => id}
          faded={({ releasedAt }) => releasedAt !== null}
        />
      )}
      {isPlacing && <PlaceHold onClose={() => setPlacing(false)} />}
      {releasing !== null && <ReleaseHold hold={releasing} onClose={() => setReleasing(null)} />}
    </>
  );
}

function columnsOf(onRelease: ((hold: LegalHoldView) => void) | undefined): readonly Column<LegalHoldView>[] {
  const { columns } = labels;
  const all: Column<LegalHoldView>[] = [
    { key: 'person', label: columns.person, cell: ({ label }) => <span className="udm-wide">{label}</span> },
    { key: 'reason', label: columns.reason, cell: ({ reason }) => <span className="udm-wide">{reason}</span> },
    { key: 'placed', label: columns.placed, cell: ({ placedAt, placedBy }) => <When at={placedAt} user={placedBy} /> },
    { key: 'state', label: columns.state, cell: (hold) => <State hold={hold} /> },
    { key: 'blocks', label: columns.blocks, cell: (hold) => <Blocks hold={hold} /> },
  ];
  if (onRelease === undefined) return all;
  const release: Column<LegalHoldView> = {
    key: 'release',
    label: labels.release,
    hideLabel: true,
    stays: true,
    cell: (hold) =>
      hold.releasedAt === null && (
        <Button size="xs" variant="default" aria-label={labels.releaseOf(hold.label)} onClick={() => onRelease(hold)}>
          {labels.release}
        </Button>
      ),
  };
  return [...all, release];
}

function When({ at, user }: { at: string; user: string | null }) {
  return (
    <>
      <TimeStamp at={at} />
      {user !== null && (
        <Text component="span" size="xs" c="dimmed" display="block">
          {labels.by(user)}
        </Text>
      )}
    </>
  );
}

function State({ hold: { releasedAt, releasedBy, releaseReason } }: { hold: LegalHoldView }) {
  if (releasedAt === null) return <b>{labels.inForce}</b>;
  return (
    <>
      {labels.released} <When at={releasedAt} user={releasedBy} />
      {releaseReason}
    </>
  );
}

function Blocks({ hold: { blocks, tooLate, releasedAt } }: { hold: LegalHoldView }) {
  if (blocks.length === 0 && tooLate.length === 0) return <>{releasedAt === null ? labels.blocksNothing : ''}</>;
  return (
    <>
      {blocks.map(({ id, caseId }) => (
        <div key={id}>
          <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/requests/$id" params={{ id }} {...props} />}>
            {caseId}
          </Anchor>
        </div>
      ))}
      {tooLate.map(({ id, caseId }) => (
        <Text key={id} size="sm" c="var(--mantine-color-error)">
          {labels.tooLate(caseId)}
        </Text>
      ))}
    </>
  );
}
