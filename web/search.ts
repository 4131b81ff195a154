import type { ListQuery } from './api/lists.ts';

const TEXTS = ['source', 'type', 'status', 'state', 'text', 'sort', 'job', 'run', 'show'] as const;

/** What a list keeps in the address: filters, sort, page; `show` is the run whose details are open. */
export interface ListSearch extends ListQuery {
  readonly show?: string | undefined;
}

/** Reads the address; what is not understood is left out rather than refused. */
export function listSearch(raw: Record<string, unknown>): ListSearch {
  const search: { -readonly [Key in keyof ListSearch]: ListSearch[Key] } = {};
  for (const name of TEXTS) {
    const value = raw[name];
    if ((typeof value === 'string' || typeof value === 'number') && value !== '') search[name] = String(value);
  }
  const page = Number(raw['page']);
  if (Number.isSafeInteger(page) && page > 1) search.page = page;
  return search;
}

export function textSearch<Name extends string>(...names: Name[]): (raw: Record<string, unknown>) => Partial<Record<Name, string>> {
  return (raw) => {
    const search: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = raw[name];
      if (typeof value === 'string' && value !== '') search[name] = value;
    }
    return search;
  };
}

/** Whether anything narrows the list. */
export function isFiltered(search: ListSearch): boolean {
  return [search.source, search.type, search.status, search.state, search.text, search.job, search.run].some((value) => value !== undefined);
}
