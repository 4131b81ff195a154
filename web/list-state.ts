import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FilterName, type FilterValues, filtersOf, isFiltered, type ListSearch, queryOf } from './search.ts';

/** A list as its address has it, and the ways to change it. Every change is in the address, so that reload, back and a link show the same. */
export interface ListState {
  readonly search: ListSearch;
  /** What is asked of the server. */
  readonly query: ReturnType<typeof queryOf>;
  readonly sort: string;
  readonly filtered: boolean;
  changeSort(sort: string): void;
  /** Undefined or empty takes the filter away. The list begins at its first page again, and nothing is selected. */
  changeFilters(changes: Partial<Record<FilterName, string | undefined>>): void;
  clearFilters(): void;
  /** Goes to the page of this cursor; undefined is the first. `instead`: the present page leaves no trace in the history. */
  goTo(cursor: string | undefined, instead?: boolean): void;
  show(id: string | undefined): void;
  choose(chosen: string | undefined): void;
}

/** `usualSort` is the order when the address names none. `kept` are no filters of the person's, but of the view they are in. */
export function useListState(usualSort: string, kept: readonly FilterName[] = []): ListState {
  const search = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  // From what the address says by then: two changes in one moment are both made.
  const go = (next: (before: ListSearch) => ListSearch, replace = false) => void navigate({ to: '.', search: next as never, replace, resetScroll: false });
  return {
    search,
    query: queryOf(search),
    sort: search.sort ?? sortOf(search) ?? usualSort,
    filtered: isFiltered({ ...search, ...without(kept) }),
    changeSort: (sort) => go((before) => ({ ...before, sort, cursor: undefined }), true),
    changeFilters(changes) {
      go((before) => {
        const set = Object.entries({ ...filtersOf(before), ...changes }).filter(([, value]) => value !== undefined && value !== '');
        return { ...Object.fromEntries(set), sort: before.sort };
      }, true);
    },
    clearFilters: () => go((before) => ({ sort: before.sort, ...Object.fromEntries(kept.map((name) => [name, before[name]])) })),
    goTo: (cursor, instead) => go((before) => ({ ...before, cursor }), instead),
    show: (id) => go((before) => ({ ...before, show: id })),
    choose: (chosen) => go((before) => ({ ...before, chosen }), true),
  };
}

function without(names: readonly FilterName[]): FilterValues {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** What is asked for by a time is sorted by that time, as the server does it. */
function sortOf({ startedFrom, startedTo, windowFrom, windowTo, expiresFrom, expiresTo }: ListSearch): string | undefined {
  if (startedFrom !== undefined || startedTo !== undefined) return '-startedAt';
  if (windowFrom !== undefined || windowTo !== undefined) return '-window';
  return expiresFrom !== undefined || expiresTo !== undefined ? '-expiresAt' : undefined;
}
