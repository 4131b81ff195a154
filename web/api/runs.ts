import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunDetailsView } from '../../src/contract/run-details.ts';
import type { RunTimelineView } from '../../src/contract/run-timeline.ts';
import type { RunView } from '../../src/contract/run.ts';
import { call, queryString } from './client.ts';
import { noteDeleted } from './deleted-here.ts';
import type { RunList } from './lists.ts';

/** What goes stale when runs change; the server says when that is. */
export const RUN_QUERIES = ['run details', 'run timeline', 'runs needing attention'] as const;

/** Everything about one run. */
export function useRunDetails(id: string | undefined) {
  return useQuery({
    queryKey: ['run details', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => call<RunDetailsView>('GET', `/api/runs/${encodeURIComponent(id ?? '')}/details`, { signal }),
  });
}

export interface TimelineQuery {
  readonly from: string;
  readonly to: string;
  readonly job?: string | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
}

/** Past and planned runs of a stretch of time; while another is read the one before stays. */
export function useRunTimeline(query: TimelineQuery) {
  return useQuery({
    queryKey: ['run timeline', query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<RunTimelineView>('GET', `/api/runs/timeline${queryString({ ...query })}`, { signal }),
  });
}

/** Runs again, for the same window; `retries` is what the person saw, so that a second click changes nothing. */
export function useRetryRun() {
  const refresh = useRefresh('runs', 'run', 'jobs', ...RUN_QUERIES);
  return useMutation({
    mutationFn: ({ id, retries }: Pick<RunView, 'id' | 'retries'>) => call<RunView>('POST', `/api/runs/${id}/retry`, { body: { retries } }),
    onSuccess: refresh,
  });
}

/** Takes a run out of History. `onDeleted` comes when the lists are without it, also when what asked went with the row. */
export function useDeleteRun(onDeleted: () => void) {
  // The run itself is not read again: there is none.
  const refresh = useRefresh('runs', 'jobs', 'run timeline', 'runs needing attention');
  return useMutation({
    mutationFn: (id: string) => call<undefined>('DELETE', `/api/runs/${id}`),
    onSuccess: async (_none, id) => {
      noteDeleted(id);
      await refresh();
      onDeleted();
    },
  });
}

function useRefresh(...names: string[]) {
  const client = useQueryClient();
  return () => Promise.all(names.map((name) => client.invalidateQueries({ queryKey: [name] })));
}

/** The run a form is filled from: read anew, and never changed under the form. */
export function useRunForForm(id: string | undefined) {
  return useQuery({
    queryKey: ['run for form', id],
    enabled: id !== undefined,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    queryFn: ({ signal }) => call<RunDetailsView>('GET', `/api/runs/${encodeURIComponent(id ?? '')}/details`, { signal }),
  });
}

/** How many runs need somebody; undefined while it is not known. */
export function useAttentionCount(): RunList['total'] | undefined {
  return useQuery({
    queryKey: ['runs needing attention'],
    queryFn: ({ signal }) => call<RunList>('GET', `/api/runs${queryString({ view: 'attention', limit: 1 })}`, { signal }),
  }).data?.total;
}
