import { useEffect, useRef, useState } from 'react';
import type { SourceDraftInput } from '../../../src/contract/source.ts';
import type { SourceStep, SourceTestEvent } from '../../../src/contract/source-test.ts';
import { callLines } from '../../api/client.ts';

export type StepEvent = Extract<SourceTestEvent, { event: 'step' }>;
export type TestEnd = Extract<SourceTestEvent, { event: 'end' }>;

export interface SourceTest {
  readonly busy: boolean;
  readonly steps: Readonly<Partial<Record<SourceStep, StepEvent>>>;
  /** Null while it goes, or when it did not end by itself. */
  readonly end: TestEnd | null;
  readonly stopped: boolean;
  readonly error: unknown;
  /** The draft that was tested, as JSON; '' before the first test. */
  readonly tested: string;
  readonly start: (draft: SourceDraftInput) => void;
  readonly stop: () => void;
}

const NOTHING = { busy: false, steps: {}, end: null, stopped: false, error: null, tested: '' };

/** Runs a test and keeps what has come of it so far. Leaving the page stops it. */
export function useSourceTest(source: string | undefined): SourceTest {
  const [state, setState] = useState<Omit<SourceTest, 'start' | 'stop'>>(NOTHING);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = (draft: SourceDraftInput) => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    const update = (part: Partial<typeof state>) => running.current === mine && setState((known) => ({ ...known, ...part }));
    setState({ ...NOTHING, busy: true, tested: JSON.stringify(draft) });
    const follow = async () => {
      const body = { draft, ...(source !== undefined && { source }) };
      for await (const event of callLines<SourceTestEvent>('POST', '/api/sources/test', { body, signal: mine.signal })) {
        if (event.event === 'end') update({ end: event });
        else if (running.current === mine) setState((known) => ({ ...known, steps: { ...known.steps, [event.step]: event } }));
      }
    };
    follow()
      .catch((error: unknown) => update(mine.signal.aborted ? { stopped: true } : { error }))
      .finally(() => update({ busy: false }));
  };
  return { ...state, start, stop: () => running.current?.abort() };
}
