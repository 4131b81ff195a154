import type { ArtifactQuery } from '../src/contract/artifact-list.ts';
import type { AuditQuery } from '../src/contract/audit.ts';
import type { RequestQuery } from '../src/contract/data-request.ts';
import type { JobQuery } from '../src/contract/job-list.ts';
import type { RunQuery } from '../src/contract/run-list.ts';

/** Filters of the lists, as the server takes them. */
const FILTERS = [
  'source',
  'type',
  'text',
  'state',
  'schedule',
  'status',
  'trigger',
  'view',
  'job',
  'run',
  'part',
  'sha256',
  'nextFrom',
  'nextTo',
  'lastFrom',
  'lastTo',
  'windowFrom',
  'windowTo',
  'scheduledFrom',
  'scheduledTo',
  'startedFrom',
  'startedTo',
  'createdFrom',
  'createdTo',
  'expiresFrom',
  'expiresTo',
  'durationMin',
  'durationMax',
  'rowsMin',
  'rowsMax',
  'sizeMin',
  'sizeMax',
  'user',
  'by',
  'action',
  'objectKind',
  'object',
  'from',
  'to',
  'kind',
  'overdue',
] as const satisfies readonly (keyof JobQuery | keyof RunQuery | keyof ArtifactQuery | keyof AuditQuery | keyof RequestQuery)[];

export type FilterName = (typeof FILTERS)[number];
export type FilterValues = { readonly [Name in FilterName]?: string | undefined };

/** What a list keeps in the address: filters, order, place; `show` is the run whose details are open, `chosen` what is selected. */
export interface ListSearch extends FilterValues {
  readonly sort?: string | undefined;
  readonly cursor?: string | undefined;
  readonly show?: string | undefined;
  readonly chosen?: string | undefined;
}

const TEXTS = [...FILTERS, 'sort', 'cursor', 'show', 'chosen'] as const;

/** Reads the address; what is not understood is left out rather than refused. */
export function listSearch(raw: Record<string, unknown>): ListSearch {
  const search: { -readonly [Key in keyof ListSearch]: ListSearch[Key] } = {};
  for (const name of TEXTS) {
    const value = raw[name];
    if ((typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && value !== '') search[name] = String(value);
  }
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

/** The filters alone. */
export function filtersOf(search: ListSearch): FilterValues {
  return Object.fromEntries(FILTERS.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])));
}

/** What is asked of the server. */
export function queryOf(search: ListSearch): FilterValues & Pick<ListSearch, 'sort' | 'cursor'> {
  return { ...filtersOf(search), sort: search.sort, cursor: search.cursor };
}

/** Whether anything narrows the list. */
export function isFiltered(search: ListSearch): boolean {
  return FILTERS.some((name) => search[name] !== undefined);
}
