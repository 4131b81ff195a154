import { useEffect, useRef, useState } from 'react';
import type { JobDraft } from '../../../src/contract/job.ts';
import type { JobTestEvent, TestStep } from '../../../src/contract/job-test.ts';
import { testSettings } from '../../api/trial.ts';

export type StepEvent = Extract<JobTestEvent, { event: 'step' }>;
export type TestFile = NonNullable<Extract<JobTestEvent, { event: 'end' }>['file']>;

export interface JobTest {
  readonly busy: boolean;
  readonly steps: Readonly<Partial<Record<TestStep, StepEvent>>>;
  /** Null while it goes, or when it did not end by itself. */
  readonly end: { readonly ok: boolean; readonly file: TestFile | null } | null;
  readonly stopped: boolean;
  readonly error: unknown;
  /** The draft that was tested, as JSON; '' before the first test. */
  readonly tested: string;
  readonly start: (draft: JobDraft) => void;
  readonly stop: () => void;
}

const NOTHING = { busy: false, steps: {}, end: null, stopped: false, error: null, tested: '' };

/** Runs a test and keeps what has come of it so far. Leaving the page stops it. */
export function useJobTest(job: string | undefined): JobTest {
  const [state, setState] = useState<Omit<JobTest, 'start' | 'stop'>>(NOTHING);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = (draft: JobDraft) => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    const update = (part: Partial<typeof state>) => running.current === mine && setState((known) => ({ ...known, ...part }));
    setState({ ...NOTHING, busy: true, tested: JSON.stringify(draft) });
    const follow = async () => {
      for await (const event of testSettings(draft, job, mine.signal)) {
        if (event.event === 'end') update({ end: { ok: event.ok, file: event.file } });
        else if (running.current === mine) setState((known) => ({ ...known, steps: { ...known.steps, [event.step]: event } }));
      }
    };
    follow()
      .catch((error: unknown) => update(mine.signal.aborted ? { stopped: true } : { error }))
      .finally(() => update({ busy: false }));
  };
  return { ...state, start, stop: () => running.current?.abort() };
}
