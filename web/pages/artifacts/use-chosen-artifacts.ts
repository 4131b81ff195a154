import { useQueries } from '@tanstack/react-query';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { call } from '../../api/client.ts';

/** The selected files, also those on other pages: the address has their ids, the server what they are. Ids of files that are no more are left out. */
export function useChosenArtifacts(ids: readonly string[], rows: readonly ArtifactView[]): readonly ArtifactView[] {
  const shown = new Map(rows.map((row) => [row.id, row]));
  const others = ids.filter((id) => !shown.has(id));
  const found = useQueries({
    queries: others.map((id) => ({
      queryKey: ['artifact', id],
      staleTime: 60_000,
      retry: false,
      queryFn: ({ signal }: { signal: AbortSignal }) => call<ArtifactView>('GET', `/api/artifacts/${encodeURIComponent(id)}`, { signal }),
    })),
  });
  const known = new Map(found.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])));
  return ids.flatMap((id) => shown.get(id) ?? known.get(id) ?? []);
}
