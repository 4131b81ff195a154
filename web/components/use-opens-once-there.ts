import { useEffect, useState } from 'react';

/**
 * For a dialog whose code is loaded when it is first asked for: closed in its first render, then as `opened` says. Mantine notes where the
 * focus was, to give it back at the end, only when a dialog that is there already opens.
 */
export function useOpensOnceThere(opened: boolean): boolean {
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return there && opened;
}
