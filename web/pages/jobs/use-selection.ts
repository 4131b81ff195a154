import { useState } from 'react';
import type { FilterValues } from '../../search.ts';
import type { Selection } from './use-bulk.ts';

/** What is selected: rows, which stay selected on other pages, or every job that the filters find. Other filters begin a new selection. */
export function useSelection(filter: FilterValues) {
  const key = JSON.stringify(filter);
  const [state, setState] = useState<{ key: string; ids: ReadonlySet<string>; everything: boolean }>({ key, ids: new Set(), everything: false });
  const { ids, everything } = state.key === key ? state : { ids: new Set<string>(), everything: false };
  const set = (next: ReadonlySet<string>, all = false) => setState({ key, ids: next, everything: all });
  const selection: Selection = everything ? { filter } : { ids: [...ids] };
  return {
    ids,
    everything,
    selection,
    toggle(id: string, shown: readonly string[]) {
      // One row taken out of "all that match" leaves the rows of the page.
      const next = new Set(everything ? shown : ids);
      if (!next.delete(id)) next.add(id);
      set(next);
    },
    selectAll: () => set(new Set(), true),
    clear: () => set(new Set()),
  };
}
