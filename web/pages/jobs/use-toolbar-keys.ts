import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/** A toolbar is one stop of the Tab key; inside it the arrow keys, Home and End go from button to button (WAI-ARIA toolbar pattern). */
export function useToolbarKeys(): {
  ref: RefObject<HTMLDivElement | null>;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: (event: { target: Element }) => void;
} {
  const ref = useRef<HTMLDivElement | null>(null);
  const current = useRef<Element | null>(null);
  const buttons = () => [...(ref.current?.querySelectorAll<HTMLElement>('button:not([role])') ?? [])];
  const makeOneStop = () => {
    const all = buttons();
    if (current.current === null || !all.includes(current.current as HTMLElement)) current.current = all[0] ?? null;
    for (const button of all) button.tabIndex = button === current.current ? 0 : -1;
  };
  // After every rendering: buttons come and go, and React knows nothing of the stop.
  useEffect(makeOneStop);
  return {
    ref,
    onKeyDown(event) {
      const step = STEPS[event.key];
      const all = buttons();
      const at = all.indexOf(document.activeElement as HTMLElement);
      if (!step || at < 0) return;
      event.preventDefault();
      all[step(at, all.length - 1)]?.focus();
    },
    onFocus({ target }) {
      if (!buttons().includes(target as HTMLElement)) return;
      current.current = target;
      makeOneStop();
    },
  };
}
