import { Text } from '@mantine/core';
import type { JobView } from '../../../src/contract/job.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { RunStatus } from '../../components/run-status.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';
import { JobState } from './job-state.tsx';

const { columns: labels } = strings.jobs;

const COLUMNS: readonly Column<JobView>[] = [
  { key: 'source', label: labels.source, cell: (job) => job.source },
  { key: 'type', label: labels.type, cell: (job) => job.type },
  { key: 'title', label: labels.title, sort: 'title', cell: (job) => <JobTitle job={job} /> },
  { key: 'state', label: labels.state, cell: (job) => <JobState job={job} /> },
  { key: 'schedule', label: labels.schedule, cell: (job) => <span className="udm-wide">{job.sentence}</span> },
  { key: 'nextRun', label: labels.nextRun, cell: (job) => <TimeStamp at={job.nextRunAt} /> },
  { key: 'status', label: labels.status, cell: (job) => (job.lastRun === null ? strings.app.notAvailable : <RunStatus run={job.lastRun} />) },
  { key: 'lastRun', label: labels.lastRun, cell: (job) => <LastRun job={job} /> },
];

interface Props {
  readonly jobs: readonly JobView[];
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (job: JobView) => void;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

export function JobsTable({ jobs, chosen, onToggle, sort, onSort }: Props) {
  const toggle = (id: string) => {
    const job = jobs.find((item) => item.id === id);
    if (job !== undefined) onToggle(job);
  };
  return (
    <DataTable
      label={strings.jobs.title}
      columns={COLUMNS}
      rows={jobs}
      id={(job) => job.id}
      selection={{ chosen, toggle, name: (job) => job.title }}
      sort={sort}
      onSort={onSort}
    />
  );
}

function JobTitle({ job }: { job: JobView }) {
  return (
    <>
      <Text component="span" size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
        {job.title}
      </Text>
      {job.description !== '' && (
        <Text size="xs" c="dimmed" lineClamp={1} maw={380}>
          {job.description}
        </Text>
      )}
    </>
  );
}

function LastRun({ job }: { job: JobView }) {
  if (job.lastRun === null) return <>{strings.jobs.never}</>;
  return <TimeStamp at={job.lastRun.startedAt ?? job.lastRun.scheduledAt} />;
}
