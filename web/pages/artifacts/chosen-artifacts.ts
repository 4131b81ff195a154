import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { ApiProblem } from '../../api/client.ts';
import { strings } from '../../strings.ts';

const { artifacts: words } = strings;

/** What one bundle may hold; the server says the same. */
export const MOST_BUNDLED = 100;

/** The selected files, as far as they are known. */
export interface ChosenArtifacts {
  readonly ids: readonly string[];
  readonly found: readonly ArtifactView[];
  /** Some are still asked for. */
  readonly reading: boolean;
  /** Some could not be asked for; one that is no more is just not found. */
  readonly failed: boolean;
}

interface Answer {
  readonly data: ArtifactView | undefined;
  readonly error: Error | null;
}

/** Joins the rows that are shown with what the server said of the others. */
export function joinChosen(ids: readonly string[], rows: readonly ArtifactView[], answers: readonly Answer[]): ChosenArtifacts {
  const known = new Map([...answers.flatMap(({ data }) => data ?? []), ...rows].map((artifact) => [artifact.id, artifact]));
  const open = answers.filter(({ data }) => data === undefined);
  return {
    ids,
    found: ids.flatMap((id) => known.get(id) ?? []),
    reading: open.some(({ error }) => error === null),
    failed: open.some(({ error }) => error !== null && !isGone(error)),
  };
}

function isGone(error: Error): boolean {
  return error instanceof ApiProblem && error.code === 'not_found';
}

/** Why the files cannot come as one now; undefined when they can. */
export function whyNotBundle(chosen: ChosenArtifacts, inTray: boolean): string | undefined {
  if (!inTray) return words.oneByOne;
  const { ids, found } = chosen;
  if (ids.length > MOST_BUNDLED) return words.tooMany(MOST_BUNDLED);
  const gone = ids.length - found.filter(({ state }) => state === 'available').length;
  return whyUnknown(chosen) ?? (gone > 0 ? words.goneSelected(gone) : undefined);
}

/** Why there is nothing to delete now; undefined when there is. */
export function whyNotDelete(chosen: ChosenArtifacts): string | undefined {
  return whyUnknown(chosen) ?? (stillThere(chosen).length === 0 ? words.alreadyDeleted : undefined);
}

function whyUnknown({ ids, reading, failed }: ChosenArtifacts): string | undefined {
  if (ids.length === 0) return words.selectSome;
  if (failed) return words.selectedUnread;
  return reading ? words.selectedReading : undefined;
}

/** Those whose bytes can still be deleted. */
export function stillThere({ found }: ChosenArtifacts): readonly ArtifactView[] {
  return found.filter(({ state }) => state !== 'deleted' && state !== 'withdrawn');
}
