import type { ArtifactView } from '../../../src/contract/artifact.ts';

/** How far it came, and what stood in the way. */
export interface Advance {
  readonly done: number;
  readonly refused: { readonly artifact: ArtifactView; readonly error: unknown } | null;
}

/** Acts on one file after the other until it did on all, one is refused, or the signal stops it. What is under way then is finished and counted. */
export async function oneByOne(artifacts: readonly ArtifactView[], act: (id: string) => Promise<unknown>, stop: AbortSignal): Promise<Advance> {
  let done = 0;
  for (const artifact of artifacts) {
    if (stop.aborted) break;
    try {
      await act(artifact.id);
    } catch (error) {
      return { done, refused: { artifact, error } };
    }
    done += 1;
  }
  return { done, refused: null };
}
