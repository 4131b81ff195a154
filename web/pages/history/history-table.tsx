import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { RunView } from '../../../src/contract/run.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { RunStatus } from '../../components/run-status.tsx';
import { RunWindow } from '../../components/run-window.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';
import { RunRows, RunSize } from './run-amounts.tsx';
import { RunDuration } from './run-duration.tsx';

const { history: words } = strings;

interface Props {
  readonly runs: readonly RunView[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onOpen: (run: RunView) => void;
}

export function HistoryTable({ runs, sort, onSort, onOpen }: Props) {
  const columns = useMemo(() => columnsOf(onOpen), [onOpen]);
  return <DataTable label={words.title} columns={columns} rows={runs} id={(run) => run.id} sort={sort} onSort={onSort} />;
}

function columnsOf(onOpen: (run: RunView) => void): readonly Column<RunView>[] {
  const { columns: labels } = words;
  return [
    { key: 'title', label: labels.title, cell: (run) => <JobTitle run={run} onOpen={onOpen} /> },
    { key: 'status', label: labels.status, cell: (run) => <RunStatus run={run} /> },
    { key: 'source', label: labels.source, cell: (run) => run.source },
    { key: 'type', label: labels.type, cell: (run) => run.type },
    { key: 'window', label: labels.window, cell: (run) => <RunWindow run={run} /> },
    { key: 'scheduled', label: labels.scheduled, sort: 'scheduledAt', cell: (run) => <TimeStamp at={run.scheduledAt} /> },
    { key: 'started', label: labels.started, cell: (run) => <TimeStamp at={run.startedAt} /> },
    { key: 'duration', label: labels.duration, number: true, cell: (run) => <RunDuration run={run} /> },
    { key: 'rows', label: labels.rows, number: true, cell: (run) => <RunRows run={run} /> },
    { key: 'size', label: labels.size, number: true, cell: (run) => <RunSize run={run} /> },
    { key: 'files', label: labels.files, cell: (run) => <Files run={run} /> },
    { key: 'trigger', label: labels.trigger, cell: (run) => strings.trigger[run.trigger] },
  ];
}

/** Opens the details. */
function JobTitle({ run, onOpen }: { run: RunView; onOpen: (run: RunView) => void }) {
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      fw={550}
      ta="start"
      className="udm-wide"
      aria-label={words.detailsOf(run.jobTitle)}
      onClick={() => onOpen(run)}
    >
      {run.jobTitle}
    </Anchor>
  );
}

function Files({ run }: { run: RunView }) {
  if (run.fileNames.length === 0) return <>{strings.app.notAvailable}</>;
  return (
    <Anchor
      size="sm"
      underline="always"
      title={run.fileNames.join('\n')}
      className="udm-nowrap"
      renderRoot={(props) => <Link {...props} to="/artifacts" search={{ run: run.id }} />}
    >
      {words.files(run.fileNames.length)}
    </Anchor>
  );
}
