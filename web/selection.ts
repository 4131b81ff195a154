import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import type { ListState } from './list-state.ts';
import { type FilterValues, filtersOf } from './search.ts';
import { strings } from './strings.ts';

/** What is selected: rows one by one, or all that the filters find, on whichever page they stand. */
export type Chosen =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'filter'; readonly filter: FilterValues; readonly count: number; readonly exact: boolean };

export interface ListSelection {
  readonly chosen: Chosen;
  readonly count: number;
  /** Of the page that is shown. */
  readonly ids: ReadonlySet<string>;
  toggle(id: string): void;
  /** Selects the whole page, or takes it out again. */
  togglePage(): void;
  chooseAll(): void;
  clear(): void;
}

/** An address must stay short enough to be sent: whoever wants more selects by filter. */
const MOST_CHOSEN = 200;
const ALL = 'all';

/** The first of them that find room in an address, and how many do not. */
export function roomFor(ids: readonly string[]): { readonly ids: readonly string[]; readonly left: number } {
  const all = [...new Set(ids)];
  return { ids: all.slice(0, MOST_CHOSEN), left: Math.max(0, all.length - MOST_CHOSEN) };
}

/** The selection of a list, which stands in the address; `pageIds` are the rows that are shown. */
export function useSelection(state: ListState, pageIds: readonly string[], total: { count: number; exact: boolean } | undefined): ListSelection {
  const inAddress = state.search.chosen;
  // A box is ticked with the click; the address follows a moment later, and rules from then on.
  const [clicked, setClicked] = useState<{ readonly text: string | undefined } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change that counts
  useEffect(() => setClicked(null), [inAddress]);
  const text = clicked === null ? inAddress : clicked.text;
  const choose = (next: string | undefined) => {
    setClicked({ text: next });
    state.choose(next);
  };
  const everything = text === ALL;
  const ids = everything || text === undefined ? [] : text.split(',');
  const shown = new Set(everything ? pageIds : pageIds.filter((id) => ids.includes(id)));
  const set = (next: readonly string[]) => {
    const { ids: kept, left } = roomFor(next);
    if (left > 0) notifications.show({ id: 'selection full', color: 'yellow', message: strings.table.selectionFull(MOST_CHOSEN, left) });
    choose(kept.length === 0 ? undefined : kept.join(','));
  };
  return {
    chosen: everything ? { kind: 'filter', filter: filtersOf(state.search), count: total?.count ?? 0, exact: total?.exact ?? false } : { kind: 'ids', ids },
    count: everything ? (total?.count ?? 0) : ids.length,
    ids: shown,
    toggle(id) {
      const before = everything ? pageIds : ids;
      set(before.includes(id) ? before.filter((one) => one !== id) : [...before, id]);
    },
    togglePage() {
      const whole = pageIds.length > 0 && shown.size === pageIds.length;
      set(whole ? ids.filter((id) => !pageIds.includes(id)) : [...ids, ...pageIds]);
    },
    chooseAll: () => choose(ALL),
    clear: () => choose(undefined),
  };
}
