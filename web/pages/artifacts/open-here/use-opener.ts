import { useEffect, useRef, useState } from 'react';
import { saveAddress } from '../../../downloads/sinks.ts';
import type { Answer, Opened, Origin, ProblemName, Question } from './messages.ts';

export interface Failure {
  readonly problem: ProblemName;
  readonly place: string | null;
}

export interface Working {
  readonly done: number;
  readonly total: number;
  /** Seconds, as far as can be said. */
  readonly left: number | null;
}

export interface Opener {
  readonly working: Working | null;
  readonly opened: Opened | null;
  readonly failure: Failure | null;
  /** The entry that is being saved, and the one that was saved last. */
  readonly saving: string | null;
  readonly saved: string | null;
  readonly open: (origin: Origin, key: string, passphrase: string) => void;
  readonly save: (name: string) => Promise<void>;
  /** Stops, and forgets key and file. */
  readonly reset: () => void;
}

interface State extends Pick<Opener, 'working' | 'opened' | 'failure' | 'saving' | 'saved'> {}

const IDLE: State = { working: null, opened: null, failure: null, saving: null, saved: null };
/** Before this the speed is not yet known. */
const FIRST_GUESS_MS = 1_000;

/** Opens one file at a time in a worker of its own. */
export function useOpener(): Opener {
  const worker = useRef<Worker | null>(null);
  const began = useRef(0);
  const [state, setState] = useState<State>(IDLE);
  const stop = () => {
    worker.current?.terminate();
    worker.current = null;
  };
  useEffect(() => () => worker.current?.terminate(), []);

  const answered = (answer: Answer) => {
    if (answer.kind === 'saved' && answer.blob !== null) saveBlob(answer.blob, answer.name);
    setState((before) => after(before, answer, performance.now() - began.current));
  };
  const ask = (question: Question) => {
    began.current = performance.now();
    worker.current?.postMessage(question);
  };
  const open: Opener['open'] = (origin, key, passphrase) => {
    stop();
    const made = new Worker(new URL('./opener.worker.ts', import.meta.url), { type: 'module' });
    made.addEventListener('message', (event: MessageEvent<Answer>) => answered(event.data));
    made.addEventListener('error', () => answered({ kind: 'failed', problem: 'other', place: null }));
    worker.current = made;
    setState({ ...IDLE, working: { done: 0, total: 'blob' in origin ? origin.blob.size : origin.bytes, left: null } });
    ask({ kind: 'open', origin, key, passphrase });
  };
  const save: Opener['save'] = async (name) => {
    const to = await chooseFile(name);
    if (to === undefined) return;
    setState((before) => ({ ...before, saving: name, saved: null, failure: null, working: { done: 0, total: before.working?.total ?? 0, left: null } }));
    ask({ kind: 'save', name, to });
  };
  const reset = () => {
    stop();
    setState(IDLE);
  };
  return { ...state, open, save, reset };
}

function after(before: State, answer: Answer, elapsed: number): State {
  switch (answer.kind) {
    case 'progress': {
      const { done, total } = answer;
      const left = elapsed < FIRST_GUESS_MS || done === 0 ? null : ((elapsed / done) * Math.max(0, total - done)) / 1_000;
      return before.working === null ? before : { ...before, working: { done, total, left } };
    }
    case 'opened':
      return { ...IDLE, opened: { entries: answer.entries, signedBy: answer.signedBy, previews: answer.previews } };
    case 'saved':
      return { ...before, working: null, saving: null, saved: answer.name };
    case 'failed':
      return { ...before, working: null, failure: { problem: answer.problem, place: answer.place } };
  }
}

/** Where to save; null where the browser cannot ask, undefined when the person changed their mind. */
async function chooseFile(name: string): Promise<FileSystemFileHandle | null | undefined> {
  if (window.showSaveFilePicker === undefined) return null;
  try {
    return await window.showSaveFilePicker({ suggestedName: name });
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? undefined : null;
  }
}

const KEEP_MS = 10 * 60_000;

function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  saveAddress(address, name);
  setTimeout(() => URL.revokeObjectURL(address), KEEP_MS);
}
