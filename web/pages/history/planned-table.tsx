import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { PlannedTimelineRun } from '../../../src/contract/run-timeline.ts';
import { useRunTimeline } from '../../api/runs.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loading } from '../../components/list-body.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { RunWindow } from '../../components/run-window.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';
import { SPANS } from './axis.ts';

const { history: words } = strings;

interface Props {
  readonly filter: { readonly job?: string | undefined; readonly source?: string | undefined; readonly type?: string | undefined };
}

/** What active jobs will run in the next 30 days, and what each run will cover. */
export function PlannedTable({ filter }: Props) {
  const [now] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  const range = { from: new Date(now).toISOString(), to: new Date(now + SPANS['30d']).toISOString() };
  const { data, error } = useRunTimeline({ ...filter, ...range });
  const columns = useMemo(() => columnsOf(), []);
  if (error !== null && data === undefined) return <ProblemAlert error={error} />;
  if (data === undefined) return <Loading />;
  if (data.planned.length === 0) return <EmptyState title={words.planned.none} text={words.planned.noneText} />;
  return (
    <Stack gap="sm">
      <DataTable label={words.views.planned} columns={columns} rows={data.planned} id={(one) => `${one.jobId} ${one.at}`} />
      {data.plannedCut && (
        <Text size="sm" c="dimmed">
          {words.planned.cut}
        </Text>
      )}
    </Stack>
  );
}

function columnsOf(): readonly Column<PlannedTimelineRun>[] {
  return [
    { key: 'at', label: words.planned.at, cell: (one) => <TimeStamp at={one.at} /> },
    { key: 'title', label: words.columns.title, cell: (one) => <JobLink one={one} /> },
    { key: 'source', label: words.columns.source, cell: (one) => one.source },
    { key: 'type', label: words.columns.type, cell: (one) => one.type },
    {
      key: 'window',
      label: words.planned.covers,
      cell: (one) => (one.window === null ? words.planned.nothing : <RunWindow run={{ window: one.window, status: 'scheduled' }} />),
    },
  ];
}

function JobLink({ one }: { one: PlannedTimelineRun }) {
  return (
    <Anchor size="sm" underline="always" renderRoot={(props) => <Link {...props} to="/history" search={{ job: one.jobId }} />}>
      {one.jobTitle}
    </Anchor>
  );
}
