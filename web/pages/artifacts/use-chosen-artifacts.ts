import { useQueries } from '@tanstack/react-query';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { call } from '../../api/client.ts';
import { type ChosenArtifacts, joinChosen } from './chosen-artifacts.ts';

/** The selected files, also those on other pages: the address has their ids, the server what they are. */
export function useChosenArtifacts(ids: readonly string[], rows: readonly ArtifactView[]): ChosenArtifacts {
  const shown = new Set(rows.map((row) => row.id));
  const others = ids.filter((id) => !shown.has(id));
  const answers = useQueries({
    queries: others.map((id) => ({
      queryKey: ['artifact', id],
      staleTime: 60_000,
      queryFn: ({ signal }: { signal: AbortSignal }) => call<ArtifactView>('GET', `/api/artifacts/${encodeURIComponent(id)}`, { signal }),
    })),
  });
  return joinChosen(ids, rows, answers);
}
