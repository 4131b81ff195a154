import { ActionIcon, Anchor, Loader, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { RunView } from '../../../src/contract/run.ts';
import { useRunDetails } from '../../api/runs.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { RunStatus, timeLeftText } from '../../components/run-status.tsx';
import { RunWindow } from '../../components/run-window.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';
import { AttemptsTable } from './attempts-table.tsx';
import { ExpandIcon } from './history-icons.tsx';
import { QueuePlace } from '../../components/queue-place.tsx';
import { RowActions } from './row-actions.tsx';
import { RunRows, RunSize } from './run-amounts.tsx';
import { RunAnnouncer } from './run-announcer.tsx';
import { causeText } from './run-cause.tsx';
import { triggerText } from './run-details.tsx';
import { RunDuration } from './run-duration.tsx';

const { history: words } = strings;

interface Props {
  readonly runs: readonly RunView[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onOpen: (id: string) => void;
}

/** One row for one window; its attempts open below it. */
export function HistoryTable({ runs, sort, onSort, onOpen }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const columns = useMemo(() => {
    const toggle = (id: string) =>
      setOpen((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      });
    return columnsOf(onOpen, open, toggle);
  }, [onOpen, open]);
  return (
    <>
      <RunAnnouncer runs={runs} />
      <DataTable
        label={words.title}
        columns={columns}
        rows={runs}
        id={(run) => run.id}
        sort={sort}
        onSort={onSort}
        onOpen={(run) => onOpen(run.id)}
        below={(run) => (open.has(run.id) ? <Attempts run={run} onOpen={onOpen} /> : null)}
      />
    </>
  );
}

/** What the list can be sorted by. */
export const RUN_COLUMNS = columnsOf(
  () => undefined,
  new Set(),
  () => undefined,
);

function columnsOf(onOpen: (id: string) => void, open: ReadonlySet<string>, toggle: (id: string) => void): readonly Column<RunView>[] {
  const { columns: labels } = words;
  return [
    { key: 'expand', label: labels.attempts, hideLabel: true, cell: (run) => <Expander run={run} open={open.has(run.id)} onToggle={() => toggle(run.id)} /> },
    { key: 'title', label: labels.title, sort: 'title', cell: (run) => <JobTitle run={run} onOpen={onOpen} /> },
    { key: 'status', label: labels.status, sort: 'status', cell: (run) => <Status run={run} /> },
    { key: 'source', label: labels.source, sort: 'source', cell: (run) => run.source },
    { key: 'type', label: labels.type, sort: 'type', cell: (run) => run.type },
    { key: 'window', label: labels.window, sort: 'window', cell: (run) => <RunWindow run={run} /> },
    { key: 'scheduled', label: labels.scheduled, sort: 'scheduledAt', cell: (run) => <TimeStamp at={run.scheduledAt} /> },
    { key: 'started', label: labels.started, sort: 'startedAt', cell: (run) => <TimeStamp at={run.startedAt} /> },
    { key: 'duration', label: labels.duration, sort: 'duration', number: true, cell: (run) => <RunDuration run={run} /> },
    { key: 'rows', label: labels.rows, sort: 'rows', number: true, cell: (run) => <RunRows run={run} /> },
    { key: 'size', label: labels.size, sort: 'size', number: true, cell: (run) => <RunSize run={run} /> },
    { key: 'files', label: labels.files, sort: 'fileName', cell: (run) => <Files run={run} /> },
    { key: 'trigger', label: labels.trigger, sort: 'trigger', cell: triggerText },
    { key: 'actions', label: labels.actions, hideLabel: true, stays: true, cell: (run) => <RowActions run={run} onOpen={() => onOpen(run.id)} /> },
  ];
}

const attemptsId = (id: string) => `attempts-${id}`;

function Expander({ run, open, onToggle }: { run: RunView; open: boolean; onToggle: () => void }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="dimmed"
      size="sm"
      aria-label={words.attemptsOf(run.jobTitle)}
      aria-expanded={open}
      aria-controls={open ? attemptsId(run.id) : undefined}
      onClick={onToggle}
    >
      <ExpandIcon open={open} />
    </ActionIcon>
  );
}

function Attempts({ run, onOpen }: { run: RunView; onOpen: (id: string) => void }) {
  const { data, error } = useRunDetails(run.id);
  return (
    <div id={attemptsId(run.id)} className="udm-below">
      {data === undefined && error === null && <Loader size="sm" />}
      {data === undefined && <ProblemAlert error={error} />}
      {data !== undefined && <AttemptsTable attempts={data.attempts} label={words.attemptsOf(run.jobTitle)} />}
      <Anchor component="button" type="button" size="sm" underline="always" mt="xs" onClick={() => onOpen(run.id)}>
        {words.attempts.more}
      </Anchor>
    </div>
  );
}

/** The status, and in one line why, or how long it will wait or take. */
function Status({ run }: { run: RunView }) {
  return (
    <>
      <RunStatus run={run} />
      <QueuePlace run={run} />
      {run.status === 'running' && (
        <Text size="xs" c="dimmed">
          {timeLeftText(run.progress)}
        </Text>
      )}
      {(run.status === 'failed' || run.retryAt !== null) && run.error !== null && (
        <Text size="xs" c="dimmed" className="udm-why">
          {causeText(run.error)}
        </Text>
      )}
    </>
  );
}

/** Opens the details. */
function JobTitle({ run, onOpen }: { run: RunView; onOpen: (id: string) => void }) {
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      fw={550}
      ta="start"
      className="udm-wide"
      aria-label={words.detailsOf(run.jobTitle)}
      onClick={() => onOpen(run.id)}
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
