import { useEffect, useState } from 'react';
import type { RunView } from '../../../src/contract/run.ts';
import { duration } from '../../format/time.ts';
import { strings } from '../../strings.ts';

/** How long a run took, or counts on while it runs. */
export function RunDuration({ run }: { run: RunView }) {
  const [now, setNow] = useState(() => Date.now());
  const ticking = run.status === 'running';
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  if (run.startedAt === null) return <>{strings.app.notAvailable}</>;
  const end = run.finishedAt === null ? now : Date.parse(run.finishedAt);
  return <>{duration((end - Date.parse(run.startedAt)) / 1000)}</>;
}
