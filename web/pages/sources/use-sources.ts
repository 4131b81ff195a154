import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SourceDetailView, SourceDraftInput, SourceView } from '../../../src/contract/source.ts';
import { call } from '../../api/client.ts';

const LOOK_AGAIN_MS = 5_000;

/** The list that other pages know under the same key has less in it for them to see. */
export function useAllSources() {
  return useQuery({
    queryKey: ['sources', 'all'],
    queryFn: ({ signal }) => call<{ items: SourceView[] }>('GET', '/api/sources', { signal }),
    // Nobody tells of its end, and it is rare.
    refetchInterval: ({ state }) => (state.data?.items.some(({ erasuresToRepeat }) => erasuresToRepeat > 0) ? LOOK_AGAIN_MS : false),
  });
}

export function useSource(id: string) {
  return useQuery({
    queryKey: ['sources', 'one', id],
    // What is being written is not taken away by what is read meanwhile.
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) => call<SourceDetailView>('GET', `/api/sources/${id}`, { signal }),
  });
}

/** Makes one, or changes the one that was read. */
export function useSaveSource(stored: SourceDetailView | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SourceDraftInput) =>
      stored === null
        ? call<SourceDetailView>('POST', '/api/sources', { body })
        : call<SourceDetailView>('PUT', `/api/sources/${stored.id}`, { body, ifMatch: stored.version }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sources'] }),
  });
}

/** After a restore: has what the ledger knows erased in it again. */
export function useReplaySource() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call<{ erasures: number }>('POST', `/api/sources/${id}/replay`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sources', 'all'] }),
  });
}

export function useDeleteSource() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call<void>('DELETE', `/api/sources/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sources', 'all'] }),
  });
}
