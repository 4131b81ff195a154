import { Alert, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunView } from '../../../src/contract/run.ts';
import { useRun } from '../../api/queries.ts';
import { Loading } from '../../components/list-body.tsx';
import { plainCause, plainFix, ProblemAlert } from '../../components/problem-alert.tsx';
import { progressLines, RunStatus } from '../../components/run-status.tsx';
import { RunWindow } from '../../components/run-window.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { strings } from '../../strings.ts';
import { RunActions } from './run-actions.tsx';
import { RunRows, RunSize } from './run-amounts.tsx';
import { RunDuration } from './run-duration.tsx';

const { history: words } = strings;

/** Everything about one run, beside the list; which one is in the address. */
export function RunDetails({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { data: run, error } = useRun(id);
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="lg" title={words.drawer} closeButtonProps={{ 'aria-label': strings.app.close }}>
      {error !== null && <ProblemAlert error={error} />}
      {error === null && run === undefined && <Loading />}
      {run !== undefined && <Content run={run} onClose={onClose} />}
    </Drawer>
  );
}

function Content({ run, onClose }: { run: RunView; onClose: () => void }) {
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
          {run.jobTitle}
        </Title>
        <Text c="dimmed">
          {run.source} {run.type}
        </Text>
      </div>
      <RunStatus run={run} />
      {run.status === 'running' && <Text size="sm">{progressLines(run).join(' · ')}</Text>}
      <Failure run={run} />
      <RunActions run={run} onClose={onClose} />
      <Facts run={run} />
    </Stack>
  );
}

function Failure({ run }: { run: RunView }) {
  const { error } = run;
  if (error === null) return null;
  const value = typeof error.value === 'string' || typeof error.value === 'number' ? ` (${error.value})` : '';
  const cause = (
    <>
      <Text size="sm">
        {plainCause(error.code, error.text)}
        {value}
      </Text>
      <Text size="sm" mt={4}>
        <b>{strings.problem.fix}</b>
        {plainFix(error.code, error.fix)}
      </Text>
      <Text size="xs" mt={6}>
        {words.code(error.code)}
      </Text>
    </>
  );
  if (run.status !== 'failed') return <WarningAlert title={titleOf(run.status)}>{cause}</WarningAlert>;
  return (
    <Alert color="red" variant="light" title={words.whyFailed}>
      {cause}
    </Alert>
  );
}

function titleOf(status: RunView['status']): string {
  return status === 'missed' || status === 'suppressed' || status === 'skipped' ? words.whyNot : strings.status[status];
}

function Facts({ run }: { run: RunView }) {
  const { columns: labels, facts } = words;
  return (
    <Stack gap={8} component="dl" m={0}>
      <Fact label={labels.window}>
        <RunWindow run={run} />
      </Fact>
      <Fact label={facts.entityTypes}>{run.entityTypes === null ? facts.all : run.entityTypes.join(', ')}</Fact>
      <Fact label={labels.trigger}>{strings.trigger[run.trigger]}</Fact>
      {run.attempt > 0 && <Fact label={facts.phase}>{strings.phase[run.progress.phase]}</Fact>}
      <Fact label={facts.attempt}>{run.attempt}</Fact>
      <Fact label={labels.scheduled}>
        <TimeStamp at={run.scheduledAt} precision="second" />
      </Fact>
      <Fact label={labels.started}>
        <TimeStamp at={run.startedAt} precision="second" />
      </Fact>
      <Fact label={facts.finished}>
        <TimeStamp at={run.finishedAt} precision="second" />
      </Fact>
      <Fact label={labels.duration}>
        <RunDuration run={run} />
      </Fact>
      <Fact label={labels.rows}>
        <RunRows run={run} />
      </Fact>
      <Fact label={labels.size}>
        <RunSize run={run} />
      </Fact>
      {run.fileNames.length > 0 && (
        <Fact label={labels.files}>
          <span className="udm-code">{run.fileNames.join(', ')}</span>
        </Fact>
      )}
      <Fact label={facts.runId}>
        <span className="udm-code">{run.id}</span>
      </Fact>
    </Stack>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group component="div" gap="md" wrap="nowrap" align="baseline">
      <Text component="dt" size="sm" c="dimmed" w={110} style={{ flex: 'none' }}>
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}
