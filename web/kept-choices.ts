import { useSyncExternalStore } from 'react';

/** What a person chose for this browser alone: the zone times are shown in, and whether single keys do something. */
export interface Choices {
  readonly zone: 'tenant' | 'mine';
  readonly singleKeys: boolean;
}

const KEY = 'udm-choices';
const USUAL: Choices = { zone: 'tenant', singleKeys: true };

const listeners = new Set<() => void>();
let choices: Choices | undefined;

/** The choices as they are now. */
export function currentChoices(): Choices {
  choices ??= read();
  return choices;
}

export function useChoices(): Choices {
  return useSyncExternalStore(subscribe, currentChoices);
}

export function choose(change: Partial<Choices>): void {
  choices = { ...currentChoices(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is kept may be of an older version, or somebody's experiment: what is not understood is as usual. */
function read(): Choices {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    return { zone: kept['zone'] === 'mine' ? 'mine' : USUAL.zone, singleKeys: kept['singleKeys'] !== false };
  } catch {
    return USUAL;
  }
}
