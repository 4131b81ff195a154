import type { ArtifactView } from '../../../src/contract/artifact.ts';

/** How far it came, and what stood in the way. */
export interface Deletion {
  readonly deleted: number;
  readonly refused: { readonly artifact: ArtifactView; readonly error: unknown } | null;
}

/** Deletes one after the other until all are, one is refused, or the signal stops it. What is under way then is finished and counted. */
export async function deleteOneByOne(artifacts: readonly ArtifactView[], remove: (id: string) => Promise<unknown>, stop: AbortSignal): Promise<Deletion> {
  let deleted = 0;
  for (const artifact of artifacts) {
    if (stop.aborted) break;
    try {
      await remove(artifact.id);
    } catch (error) {
      return { deleted, refused: { artifact, error } };
    }
    deleted += 1;
  }
  return { deleted, refused: null };
}
