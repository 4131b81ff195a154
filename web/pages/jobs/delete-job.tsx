import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useDeleteJob } from '../../api/mutations.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { strings } from '../../strings.ts';
import { RunLink } from './run-link.tsx';
import { runOf } from '../../components/use-run-now.tsx';

const { jobs: words } = strings;

interface Props {
  /** Null while nothing is asked. */
  readonly job: JobView | null;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks, then deletes the job; a run that stands in the way is named, with the way to cancel it. */
export function DeleteJob({ job, onClose, onDeleted }: Props) {
  const remove = useDeleteJob();
  const { reset } = remove;
  useEffect(() => {
    if (job !== null) reset();
  }, [job, reset]);
  const confirm = () =>
    job !== null &&
    remove.mutate(job.id, {
      onSuccess: () => {
        notifications.show({ message: words.deleted(1), color: 'green' });
        onDeleted();
        onClose();
      },
    });
  const run = runOf(remove.error);
  return (
    <ConfirmDialog
      opened={job !== null}
      title={words.deleteTitle(1)}
      text={job === null ? '' : `“${job.title}”: ${words.deleteText}`}
      confirm={words.deleteConfirm}
      busy={remove.isPending}
      error={remove.error}
      {...(remove.error === null || job === null ? {} : { errorTitle: words.notDeleted(job.title) })}
      {...(run === undefined || job === null ? {} : { errorAction: <RunLink job={job} run={run} text={words.showRunToCancel} /> })}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
