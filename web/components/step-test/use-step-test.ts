import { useEffect, useRef, useState } from 'react';

/** What a test streams: its steps as they happen, then its end. */
type TestEvent = { readonly event: 'step'; readonly step: string } | { readonly event: 'end'; readonly ok: boolean };

type StepOf<Event extends TestEvent> = Extract<Event, { event: 'step' }>;
type EndOf<Event extends TestEvent> = Extract<Event, { event: 'end' }>;

export interface StepTest<Draft, Event extends TestEvent> {
  readonly busy: boolean;
  /** By the name of the step. */
  readonly steps: Readonly<Record<string, StepOf<Event>>>;
  /** Null while it goes, or when it did not end by itself. */
  readonly end: EndOf<Event> | null;
  readonly stopped: boolean;
  readonly error: unknown;
  /** The draft that was tested, as JSON; '' before the first test. */
  readonly tested: string;
  readonly start: (draft: Draft) => void;
  readonly stop: () => void;
}

const NOTHING = { busy: false, steps: {}, end: null, stopped: false, error: null, tested: '' };

/** Runs a test of settings step by step and keeps what has come of it so far. Leaving the page stops it. */
export function useStepTest<Draft, Event extends TestEvent>(ask: (draft: Draft, signal: AbortSignal) => AsyncIterable<Event>): StepTest<Draft, Event> {
  const [state, setState] = useState<Omit<StepTest<Draft, Event>, 'start' | 'stop'>>(NOTHING);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = (draft: Draft) => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    const update = (part: Partial<typeof state>) => running.current === mine && setState((known) => ({ ...known, ...part }));
    setState({ ...NOTHING, busy: true, tested: JSON.stringify(draft) });
    const follow = async () => {
      for await (const event of ask(draft, mine.signal)) {
        if (event.event === 'end') update({ end: event as EndOf<Event> });
        else if (running.current === mine) setState((known) => ({ ...known, steps: { ...known.steps, [event.step]: event as StepOf<Event> } }));
      }
    };
    follow()
      .catch((error: unknown) => update(mine.signal.aborted ? { stopped: true } : { error }))
      .finally(() => update({ busy: false }));
  };
  return { ...state, start, stop: () => running.current?.abort() };
}

export interface OutcomeWords {
  readonly allGood: string;
  readonly someFailed: string;
  readonly stopped: string;
  /** It ended without saying how. */
  readonly broken: string;
}

/** How a test ended, in one sentence; '' before it did. */
export function outcomeOf(test: Pick<StepTest<never, TestEvent>, 'busy' | 'end' | 'stopped' | 'error' | 'tested'>, words: OutcomeWords): string {
  if (test.end !== null) return test.end.ok ? words.allGood : words.someFailed;
  if (test.stopped) return words.stopped;
  return test.tested === '' || test.busy || test.error !== null ? '' : words.broken;
}
