import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import type { JobView } from '../../../src/contract/job.ts';
import { useDeleteJob } from '../../api/mutations.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { strings } from '../../strings.ts';

/** Asks, then deletes one after the other; stops at the first refusal (a run in progress) and shows it. */
export function DeleteJobs({ jobs, onClose }: { jobs: readonly JobView[]; onClose: () => void }) {
  const remove = useDeleteJob();
  const [refused, setRefused] = useState<{ title: string; error: unknown } | null>(null);
  const [busy, setBusy] = useState(false);
  const done = useRef(new Set<string>());
  const open = jobs.length > 0;
  useEffect(() => {
    if (open) {
      setRefused(null);
      done.current = new Set();
    }
  }, [open]);
  const confirm = async () => {
    setBusy(true);
    setRefused(null);
    for (const job of jobs.filter(({ id }) => !done.current.has(id))) {
      try {
        await remove.mutateAsync(job.id);
        done.current.add(job.id);
      } catch (error) {
        setRefused({ title: strings.jobs.notDeleted(job.title), error });
        setBusy(false);
        return;
      }
    }
    setBusy(false);
    notifications.show({ message: strings.jobs.deleted(jobs.length), color: 'green' });
    onClose();
  };
  return (
    <ConfirmDialog
      opened={open}
      title={strings.jobs.deleteTitle(jobs.length)}
      text={strings.jobs.deleteText}
      confirm={strings.jobs.deleteConfirm}
      busy={busy}
      error={refused?.error}
      {...(refused === null ? {} : { errorTitle: refused.title })}
      onConfirm={() => void confirm()}
      onClose={onClose}
    />
  );
}
