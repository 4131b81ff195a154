import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { JobDraft, JobView } from '../../../src/contract/job.ts';
import { randomId } from '../../api/client.ts';
import { useCreateJob, useEditJob } from '../../api/mutations.ts';
import { fullTimeIn } from '../../format/time.ts';
import { strings } from '../../strings.ts';

const { editor: words } = strings;

export interface SaveJob {
  readonly start: (draft: JobDraft) => void;
  readonly error: Error | null;
  readonly busy: boolean;
  /** The draft that was sent last, as JSON. */
  readonly sent: string;
}

interface SaveHooks {
  /** Called before the page is left. */
  readonly onSaved: () => void;
  /** Called once the refusal is on screen. */
  readonly onRefused: (error: Error) => void;
}

/**
 * Creates the job, or changes `edited` if it is still of the version that was read. One key per content of the form: sending
 * the same again after a broken connection makes no second job.
 */
export function useSaveJob(edited: JobView | undefined, { onSaved, onRefused }: SaveHooks): SaveJob {
  const create = useCreateJob();
  const edit = useEditJob();
  const navigate = useNavigate();
  const key = useRef('');
  const [sent, setSent] = useState('');
  const done = {
    onSuccess: (job: JobView) => {
      onSaved();
      notifications.show({ message: savedWords(job), color: 'green' });
      void navigate({ to: '/jobs' });
    },
    onError: (error: Error) => requestAnimationFrame(() => onRefused(error)),
  };
  const start = (draft: JobDraft) => {
    const content = JSON.stringify(draft);
    if (content !== sent) key.current = randomId();
    setSent(content);
    if (edited === undefined) create.mutate({ draft, key: key.current }, done);
    else edit.mutate({ id: edited.id, version: edited.version, draft }, done);
  };
  return { start, error: create.error ?? edit.error, busy: create.isPending || edit.isPending, sent };
}

function savedWords(job: JobView): string {
  if (job.run.kind === 'once' && 'start' in job.run) return words.savedNow(job.title);
  return job.nextRunAt === null ? words.saved(job.title) : words.savedNext(job.title, fullTimeIn(job.timeZone, job.nextRunAt));
}
