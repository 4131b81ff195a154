import { Anchor, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import type { RunView } from '../../../src/contract/run.ts';
import { useMay } from '../../api/queries.ts';
import { type Column, DataTable, type Selection } from '../../components/data-table.tsx';
import { QueuePlace } from '../../components/queue-place.tsx';
import { RunStatus } from '../../components/run-status.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';
import { Freshness } from './freshness.tsx';
import { JobMenu } from './job-menu.tsx';
import { JobState } from './job-state.tsx';

const { columns: labels } = strings.jobs;

function columnsWith(onDelete: (job: JobView) => void): readonly Column<JobView>[] {
  return [
    { key: 'source', label: labels.source, sort: 'source', cell: (job) => job.source },
    { key: 'type', label: labels.type, sort: 'type', cell: (job) => job.type },
    { key: 'title', label: labels.title, sort: 'title', cell: (job) => <JobTitle job={job} /> },
    { key: 'state', label: labels.state, sort: 'state', cell: (job) => <JobState job={job} /> },
    { key: 'schedule', label: labels.schedule, sort: 'schedule', cell: (job) => <span className="udm-wide">{job.sentence}</span> },
    { key: 'freshness', label: labels.freshness, cell: (job) => <Freshness job={job} /> },
    { key: 'nextRun', label: labels.nextRun, sort: 'nextRun', cell: (job) => <TimeStamp at={job.nextRunAt} /> },
    {
      key: 'status',
      label: labels.status,
      sort: 'status',
      cell: (job) => (job.lastRun === null ? strings.app.notAvailable : <LatestStatus run={job.lastRun} />),
    },
    { key: 'lastRun', label: labels.lastRun, sort: 'lastRun', cell: (job) => <LastRun job={job} /> },
    { key: 'menu', label: labels.menu, hideLabel: true, stays: true, cell: (job) => <JobMenu job={job} onDelete={onDelete} /> },
  ];
}

/** What the list can be sorted by. */
export const JOB_COLUMNS = columnsWith(() => undefined);

interface Props {
  readonly jobs: readonly JobView[];
  /** Nothing can be selected where nothing can be done with it. */
  readonly selection: Selection<JobView> | undefined;
  readonly onDelete: (job: JobView) => void;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

export function JobsTable({ jobs, selection, onDelete, sort, onSort }: Props) {
  const navigate = useNavigate();
  const mayChange = useMay('jobs.change');
  const columns = useMemo(() => columnsWith(onDelete), [onDelete]);
  return (
    <DataTable
      label={strings.jobs.title}
      columns={columns}
      rows={jobs}
      id={(job) => job.id}
      {...(selection && { selection })}
      sort={sort}
      onSort={onSort}
      onOpen={(job) =>
        void navigate(mayChange && job.may.edit ? { to: '/jobs/$id/edit', params: { id: job.id } } : { to: '/history', search: { job: job.id } })
      }
    />
  );
}

/** Opens the form; of a job that cannot be edited, by anybody or by this person, its history, which says what became of it. */
function JobTitle({ job }: { job: JobView }) {
  const mayChange = useMay('jobs.change');
  return (
    <div className="udm-wide">
      <Anchor
        size="sm"
        fw={550}
        c="var(--mantine-color-text)"
        style={{ overflowWrap: 'anywhere' }}
        {...(mayChange && job.may.edit
          ? { renderRoot: (props: object) => <Link to="/jobs/$id/edit" params={{ id: job.id }} {...props} /> }
          : { renderRoot: (props: object) => <Link to="/history" search={{ job: job.id }} {...props} /> })}
      >
        {job.title}
      </Anchor>
      {job.description !== '' && (
        <Text size="xs" c="dimmed" lineClamp={1} maw={380}>
          {job.description}
        </Text>
      )}
    </div>
  );
}

function LastRun({ job }: { job: JobView }) {
  if (job.lastRun === null) return <>{strings.jobs.never}</>;
  return <TimeStamp at={job.lastRun.startedAt ?? job.lastRun.scheduledAt} />;
}

function LatestStatus({ run }: { run: RunView }) {
  return (
    <>
      <RunStatus run={run} />
      <QueuePlace run={run} />
    </>
  );
}
