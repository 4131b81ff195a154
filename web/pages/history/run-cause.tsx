import { Alert, Anchor, Group, Text } from '@mantine/core';
import type { RunView } from '../../../src/contract/run.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { plainCause, plainFix } from '../../components/problem-alert.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { strings } from '../../strings.ts';

const { history: words } = strings;

/** Why a run did not succeed: whose affair it is, what happened, what to do next; the raw error below, to be copied. */
export function RunCause({ run, onOpen }: { run: RunView; onOpen: (id: string) => void }) {
  const { error } = run;
  if (error === null) return null;
  const body = (
    <>
      <Text size="sm" fw={600}>
        {words.fault[error.fault]}
      </Text>
      <Text size="sm" mt={4}>
        {causeText(error)}
      </Text>
      <Text size="sm" mt={4}>
        <b>{strings.problem.fix}</b>
        {plainFix(error.code, error.fix)}
      </Text>
      {run.supersededBy !== null && <Superseded by={run.supersededBy} onOpen={onOpen} />}
      <RawError run={run} />
    </>
  );
  if (run.status !== 'failed') return <WarningAlert title={titleOf(run.status)}>{body}</WarningAlert>;
  return (
    <Alert color="red" variant="light" title={words.whyFailed}>
      {body}
    </Alert>
  );
}

function Superseded({ by, onOpen }: { by: string; onOpen: (id: string) => void }) {
  return (
    <Text size="sm" mt={4}>
      {words.supersededBy}{' '}
      <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onOpen(by)}>
        {words.later}
      </Anchor>
    </Text>
  );
}

function RawError({ run }: { run: RunView }) {
  const text = JSON.stringify({ code: run.error?.code, value: run.error?.value, attempt: run.attempt, run: run.id }, null, 2);
  return (
    <details className="udm-raw">
      <summary className="udm-focus">{words.raw}</summary>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <pre className="udm-code udm-command">{text}</pre>
        <CopyButton text={text} what={words.rawWhat} />
      </Group>
    </details>
  );
}

/** What happened, in the language of the page, with the value that is part of it. */
export function causeText(error: NonNullable<RunView['error']>): string {
  const value = typeof error.value === 'string' || typeof error.value === 'number' ? ` (${error.value})` : '';
  return `${plainCause(error.code, error.text)}${value}`;
}

function titleOf(status: RunView['status']): string {
  return status === 'missed' || status === 'suppressed' || status === 'skipped' ? words.whyNotRun : strings.status[status];
}
