import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { RunView } from '../../../src/contract/run.ts';
import { strings } from '../../strings.ts';

/** Tells those who listen, without interrupting them, that a run on screen began or ended; progress is not read out. */
export function RunAnnouncer({ runs }: { runs: readonly RunView[] }) {
  const known = useRef(new Map<string, RunView['status']>());
  const [text, setText] = useState('');
  useEffect(() => {
    const news = runs.filter((run) => (known.current.get(run.id) ?? run.status) !== run.status);
    known.current = new Map(runs.map((run) => [run.id, run.status]));
    if (news.length > 0) setText(news.map((run) => strings.history.nowIs(run.jobTitle, strings.status[run.status])).join('. '));
  }, [runs]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}
