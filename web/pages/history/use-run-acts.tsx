import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { RunView } from '../../../src/contract/run.ts';
import { useCancelRun } from '../../api/mutations.ts';
import { isOpen, useSession } from '../../api/queries.ts';
import { useDeleteRun, useRetryRun } from '../../api/runs.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { describeProblem } from '../../components/problem-alert.tsx';
import { useRunNow } from '../../components/use-run-now.tsx';
import { strings } from '../../strings.ts';

const { history: words } = strings;

/** What each asks the server for; showing files is reading. */
const NEEDS: Readonly<Record<RunAct['key'], string | null>> = {
  retry: 'runs.retry',
  again: 'jobs.change',
  cancel: 'runs.cancel',
  files: null,
  clone: 'jobs.create',
  delete: 'runs.delete',
};

/** One thing that can be done with a run, or why it cannot be done now. */
export interface RunAct {
  readonly key: 'retry' | 'again' | 'cancel' | 'files' | 'clone' | 'delete';
  readonly label: string;
  readonly reason: string | undefined;
  readonly busy: boolean;
  readonly danger: boolean;
  readonly act: () => void;
}

/** What this person may do with a run; `dialogs` must be on the page. `onGone`: it was deleted. */
export function useRunActs(run: RunView, onGone: () => void = () => {}): { acts: readonly RunAct[]; dialogs: ReactNode } {
  const navigate = useNavigate();
  const { actions } = useSession();
  const [asking, setAsking] = useState<'cancel' | 'delete' | null>(null);
  const retry = useRetryRun();
  const start = () =>
    retry.mutate(run, {
      onSuccess: () => notifications.show({ message: words.retriedNow, color: 'green' }),
      onError: (error) => notifications.show({ message: describeProblem(error), color: 'red' }),
    });
  const again = useRunNow();
  const startAgain = () => {
    if (run.jobId !== null) again.start({ id: run.jobId, title: run.jobTitle });
  };
  const why = (code: string | null) => (code === null ? undefined : (words.whyNot[code] ?? code));
  const one = (part: Pick<RunAct, 'key' | 'label' | 'reason' | 'act'>): RunAct => ({
    ...part,
    busy: (part.key === 'retry' && retry.isPending) || (part.key === 'again' && again.isPending),
    danger: part.key === 'delete' || part.key === 'cancel',
  });
  const all = [
    one({ key: 'retry', label: labelOfRetry(run), reason: why(run.whyNot.retry), act: start }),
    one({
      key: 'again',
      label: words.runAgain,
      reason: run.jobId === null ? words.jobGone : isOpen(run.status) ? words.notFinished : undefined,
      act: startAgain,
    }),
    one({
      key: 'cancel',
      label: run.cancelRequested && run.may.cancel ? words.cancelling : words.cancel,
      reason: run.cancelRequested && run.may.cancel ? words.cancelled : why(run.whyNot.cancel),
      act: () => setAsking('cancel'),
    }),
    one({
      key: 'files',
      label: words.actions.files,
      reason: run.fileNames.length === 0 ? words.actions.noFiles : undefined,
      act: () => void navigate({ to: '/artifacts', search: { run: run.id } }),
    }),
    one({ key: 'clone', label: words.clone, reason: undefined, act: () => void navigate({ to: '/jobs/new', search: { fromRun: run.id } }) }),
    one({ key: 'delete', label: words.actions.delete, reason: why(run.whyNot.delete), act: () => setAsking('delete') }),
  ];
  const acts = all.filter(({ key }) => NEEDS[key] === null || actions.includes(NEEDS[key]));
  const close = () => setAsking(null);
  const dialogs = (
    <>
      {asking === 'cancel' && <CancelDialog run={run} onClose={close} />}
      {asking === 'delete' && <DeleteDialog run={run} onClose={close} onGone={onGone} />}
    </>
  );
  return { acts, dialogs };
}

function labelOfRetry({ status, retryAt }: RunView): string {
  if (retryAt !== null) return words.actions.tryNow;
  return status === 'missed' ? words.actions.run : words.actions.retry;
}

function CancelDialog({ run, onClose }: { run: RunView; onClose: () => void }) {
  const cancel = useCancelRun();
  const confirm = () =>
    cancel.mutate(run.id, {
      onSuccess: () => {
        notifications.show({ message: words.cancelled, color: 'yellow' });
        onClose();
      },
    });
  return (
    <ConfirmDialog
      opened
      title={words.cancelTitle}
      text={words.cancelText}
      confirm={words.cancelConfirm}
      keep={words.keep}
      busy={cancel.isPending}
      error={cancel.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

function DeleteDialog({ run, onClose, onGone }: { run: RunView; onClose: () => void; onGone: () => void }) {
  const remove = useDeleteRun(() => {
    notifications.show({ message: words.deleted });
    onClose();
    onGone();
  });
  return (
    <ConfirmDialog
      opened
      title={words.deleteTitle}
      text={words.deleteText}
      confirm={words.actions.delete}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(run.id)}
      onClose={onClose}
    />
  );
}
