import { Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import type { RunDetailsView } from '../../../src/contract/run-details.ts';
import type { RunView } from '../../../src/contract/run.ts';
import { useRun } from '../../api/queries.ts';
import { useRunDetails } from '../../api/runs.ts';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { Loading } from '../../components/list-body.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { progressLines, RunStatus } from '../../components/run-status.tsx';
import { RunWindow } from '../../components/run-window.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { duration } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { AttemptsTable } from './attempts-table.tsx';
import { saveDiagnostics } from './diagnostics.ts';
import { RunRows, RunSize } from './run-amounts.tsx';
import { RunCause } from './run-cause.tsx';
import { RunDuration } from './run-duration.tsx';
import { Fact, Parts, Section, Settings, Timeline } from './run-sections.tsx';
import { useRunActs } from './use-run-acts.tsx';
import { QueuePlace } from '../../components/queue-place.tsx';

const { history: words } = strings;

interface Props {
  readonly id: string | undefined;
  readonly onOpen: (id: string) => void;
  readonly onClose: () => void;
}

/** Everything about one run, beside the list; which one is in the address, so that it can be sent to somebody and the back button closes it. */
export function RunDetails({ id, onOpen, onClose }: Props) {
  const { data: run, error } = useRun(id);
  const details = useRunDetails(id);
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="xl" title={words.drawer} closeButtonProps={{ 'aria-label': strings.app.close }}>
      {error !== null && <ProblemAlert error={error} />}
      {error === null && run === undefined && <Loading />}
      {error === null && run !== undefined && (
        <Stack gap="xl" key={run.id}>
          <Head run={run} details={details.data} onOpen={onOpen} onClose={onClose} />
          {details.data === undefined ? <ProblemAlert error={details.error} /> : <More details={details.data} run={run} onOpen={onOpen} />}
        </Stack>
      )}
    </Drawer>
  );
}

function Head({ run, details, onOpen, onClose }: { run: RunView; details: RunDetailsView | undefined; onOpen: (id: string) => void; onClose: () => void }) {
  return (
    <Stack gap="md">
      <div>
        <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
          {run.jobTitle}
        </Title>
        <Text c="dimmed">
          {run.source} {run.type}
        </Text>
      </div>
      <div>
        <RunStatus run={run} />
        <QueuePlace run={run} />
        {run.status === 'running' && <Text size="sm">{progressLines(run).join(' · ')}</Text>}
      </div>
      <RunCause run={run} onOpen={onOpen} />
      <Acts run={run} details={details} onClose={onClose} />
      <Facts run={run} />
    </Stack>
  );
}

function Acts({ run, details, onClose }: { run: RunView; details: RunDetailsView | undefined; onClose: () => void }) {
  const { acts, dialogs } = useRunActs(run, onClose);
  return (
    <Group gap="xs">
      {acts.map((one) => (
        <ExplainedButton
          key={one.key}
          size="xs"
          variant={one.key === 'retry' && one.reason === undefined ? 'filled' : 'default'}
          reason={one.reason}
          loading={one.busy}
          onClick={one.act}
        >
          {one.label}
        </ExplainedButton>
      ))}
      <Button size="xs" variant="default" title={words.diagnosticsHint} disabled={details === undefined} onClick={() => details && saveDiagnostics(details)}>
        {words.diagnostics}
      </Button>
      {dialogs}
    </Group>
  );
}

function More({ details, run, onOpen }: { details: RunDetailsView; run: RunView; onOpen: (id: string) => void }) {
  return (
    <>
      <Section title={words.attempts.title}>
        {details.estimates !== null && (
          <Text size="sm" c="dimmed" mb={8}>
            {words.attempts.estimates(details.estimates)}
          </Text>
        )}
        <Estimates of={details.estimatesOfRun} />
        <div className="udm-scroll">
          <AttemptsTable attempts={details.attempts} label={words.attemptsOf(run.jobTitle)} />
        </div>
      </Section>
      <Parts parts={details.parts} manifestOf={details.hasManifest ? details.run.id : null} />
      <Settings settings={details.settings} />
      <Timeline entries={details.timeline} runId={run.id} onOpen={onOpen} />
    </>
  );
}

/** What the run said of its time left, and what it came to be. */
function Estimates({ of: shown }: { of: RunDetailsView['estimatesOfRun'] }) {
  if (shown.length === 0) return null;
  return (
    <ul className="udm-plain-list">
      {shown.map(({ percent, from, to, left }) => (
        <li key={`${percent} ${left}`}>
          <Text size="sm" c="dimmed">
            {words.attempts.estimateAt(percent, duration(from), duration(to), duration(left))}
          </Text>
        </li>
      ))}
    </ul>
  );
}

function Facts({ run }: { run: RunView }) {
  const { columns: labels, facts } = words;
  return (
    <dl className="udm-facts">
      <Fact label={labels.window}>
        <RunWindow run={run} />
      </Fact>
      <Fact label={facts.entityTypes}>{run.entityTypes === null ? facts.all : run.entityTypes.join(', ')}</Fact>
      <Fact label={labels.trigger}>{triggerText(run)}</Fact>
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
      <Fact label={facts.runId}>
        <span className="udm-code">{run.id}</span>
      </Fact>
    </dl>
  );
}

/** What made the run, and whether a person ran it again since. */
export function triggerText(run: RunView): string {
  const trigger = strings.trigger[run.trigger];
  return run.retries === 0 ? trigger : `${trigger}, ${words.retried(run.retries)}`;
}
