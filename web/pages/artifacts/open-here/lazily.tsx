import { lazy, Suspense } from 'react';
import type { ArtifactView } from '../../../../src/contract/artifact.ts';
import { currentLanguage } from '../../../language.ts';

/** What opens a file, with its words: loaded when somebody opens one. */
const Loaded = lazy(async () => {
  const [{ OpenHere }, { opening }] = await Promise.all([
    import('./open-here.tsx'),
    currentLanguage() === 'de' ? import('../../../strings/de/opening.ts') : import('../../../strings/opening.ts'),
  ]);
  return { default: (props: { artifact: ArtifactView | null; onClose: () => void }) => <OpenHere {...props} words={opening} /> };
});

/** A file of the list, or with `null` one on the person's disk. */
export function OpenHereLazily(props: { artifact: ArtifactView | null; onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}
