import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { currentChoices } from './kept-choices.ts';

export interface Shortcut {
  /** Keys as the browser names them, one after another: "g j", "/", "?". */
  readonly keys: string;
  readonly label: string;
  /** Works on every page, not only on the present one. */
  readonly everywhere?: boolean;
}

interface Registered extends Shortcut {
  readonly run: () => void;
}

/** The second key counts while the first is not forgotten. */
const FORGOTTEN_MS = 2_000;
/** Keys belong to whoever types, chooses or plays there. */
const TAKES_KEYS = 'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"], [role="menu"], [role="slider"]';

const registered = new Map<symbol, Registered>();
const listeners = new Set<() => void>();
let listed: readonly Shortcut[] = [];

function changed(): void {
  listed = [...registered.values()];
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Those of the present page and of the shell, as `?` lists them. */
export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => listed);
}

/** Lets keys do something while the component is on screen. Without `run` they do nothing and are not listed. */
export function useShortcut({ keys, label, everywhere = false }: Shortcut, run: (() => void) | undefined): void {
  const latest = useRef(run);
  latest.current = run;
  const isOn = run !== undefined;
  // Before it is painted: who sees the page may press the key at once.
  useLayoutEffect(() => {
    if (!isOn) return;
    const id = Symbol(keys);
    registered.set(id, { keys, label, everywhere, run: () => latest.current?.() });
    changed();
    return () => {
      registered.delete(id);
      changed();
    };
  }, [keys, label, everywhere, isOn]);
}

interface Pressed {
  readonly key: string;
  readonly at: number;
}

/** Which shortcut a key completes, if any: a later one wins, so a page may give a key of the shell its own meaning. */
export function shortcutFor<One extends Shortcut>(all: readonly One[], before: Pressed | undefined, now: Pressed): One | undefined {
  const pair = before !== undefined && now.at - before.at <= FORGOTTEN_MS ? `${before.key} ${now.key}` : undefined;
  return all.findLast(({ keys }) => keys === pair) ?? all.findLast(({ keys }) => keys === now.key);
}

/** Starts to listen; the answer stops it. Nothing happens while somebody types, while a dialog is open, or with Ctrl, Alt or Meta. */
export function listenToKeys(): () => void {
  let before: Pressed | undefined;
  const onKey = (event: KeyboardEvent) => {
    if (!currentChoices().singleKeys || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Shift' || isTaken(event.target) || document.querySelector('[role="dialog"]') !== null) return;
    const now = { key: event.key, at: event.timeStamp };
    const found = shortcutFor([...registered.values()], before, now);
    before = found === undefined ? now : undefined;
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function isTaken(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TAKES_KEYS) !== null && !target.matches('input[type="checkbox"], input[type="radio"]');
}

const HELP = 'udm-show-shortcuts';

/** Opens the list of shortcuts from elsewhere. */
export function showShortcuts(): void {
  window.dispatchEvent(new Event(HELP));
}

/** `?`, and whoever else asks for the list. */
export function useHelpKey(label: string, open: () => void): void {
  const latest = useRef(open);
  latest.current = open;
  useShortcut({ keys: '?', label, everywhere: true }, open);
  useEffect(() => {
    const onAsk = () => latest.current();
    window.addEventListener(HELP, onAsk);
    return () => window.removeEventListener(HELP, onAsk);
  }, []);
}
