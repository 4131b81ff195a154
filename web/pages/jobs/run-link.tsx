import { Anchor } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { JobView } from '../../../src/contract/job.ts';
import { strings } from '../../strings.ts';

/** Opens the run in the history of its job. */
export function RunLink({ job, run, text }: { job: JobView; run: string; text: string }) {
  const navigate = useNavigate();
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      aria-label={strings.jobs.fixOf(job.title, text)}
      onClick={() => void navigate({ to: '/history', search: { job: job.id, show: run } })}
    >
      {text}
    </Anchor>
  );
}
