import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunView } from '../../../src/contract/run.ts';
import { useCancelRun, useRunNow } from '../../api/mutations.ts';
import { isOpen } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';

const { history: words } = strings;

/** Cancel while it goes; run again, clone and show files afterwards. */
export function RunActions({ run, onClose }: { run: RunView; onClose: () => void }) {
  const navigate = useNavigate();
  const again = useRunNow();
  const { jobId } = run;
  const gone = jobId === null ? words.jobGone : undefined;
  const start = (id: string) =>
    again.mutate(id, {
      onSuccess: () => {
        notifications.show({ message: words.started, color: 'green' });
        onClose();
      },
    });
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {isOpen(run.status) && <Cancel run={run} />}
        {run.fileNames.length > 0 && <Button onClick={() => void navigate({ to: '/artifacts', search: { run: run.id } })}>{words.showFiles}</Button>}
        <ExplainedButton
          variant="default"
          reason={gone ?? (isOpen(run.status) ? words.notFinished : undefined)}
          loading={again.isPending}
          onClick={() => jobId !== null && start(jobId)}
        >
          {words.runAgain}
        </ExplainedButton>
        <ExplainedButton variant="default" reason={gone} onClick={() => jobId !== null && void navigate({ to: '/jobs/new', search: { clone: jobId } })}>
          {words.clone}
        </ExplainedButton>
      </Group>
      <ProblemAlert error={again.error} />
    </Stack>
  );
}

function Cancel({ run }: { run: RunView }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancelRun();
  const confirm = () =>
    cancel.mutate(run.id, {
      onSuccess: () => {
        notifications.show({ message: words.cancelled, color: 'yellow' });
        setAsking(false);
      },
    });
  return (
    <>
      <Button color="red.8" variant="filled" disabled={run.cancelRequested} onClick={() => setAsking(true)}>
        {run.cancelRequested ? words.cancelling : words.cancel}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={words.cancelTitle}
        text={words.cancelText}
        confirm={words.cancelConfirm}
        keep={words.keep}
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
