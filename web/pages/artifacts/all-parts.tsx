import { useState } from 'react';
import { notifications } from '@mantine/notifications';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { call } from '../../api/client.ts';
import type { ArtifactList } from '../../api/lists.ts';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { DownloadIcon } from '../../components/icons.tsx';
import { describeProblem } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { MOST_BUNDLED } from './chosen-artifacts.ts';
import { useDownloadsOf } from './use-downloads-of.ts';

const { artifacts: words } = strings;

/** Downloads every part of the run of a file as one zip. */
export function AllParts({ artifact }: { artifact: ArtifactView }) {
  const downloads = useDownloadsOf();
  const [isAsking, setAsking] = useState(false);
  const { runId, whole } = artifact;
  const download = async () => {
    setAsking(true);
    try {
      const { items } = await call<ArtifactList>('GET', `/api/artifacts?run=${runId}&state=available&sort=part&limit=${MOST_BUNDLED}`);
      if (items.length < whole.parts) notifications.show({ title: words.bundleRefused, message: words.allPartsGone, color: 'red' });
      else
        await downloads.bundle(
          items.map(({ id }) => id),
          bundleName(artifact),
        );
    } catch (error) {
      notifications.show({ title: words.bundleRefused, message: describeProblem(error), color: 'red' });
    }
    setAsking(false);
  };
  return (
    <ExplainedButton
      size="compact-sm"
      variant="default"
      leftSection={<DownloadIcon />}
      loading={isAsking}
      reason={whyNot(whole.parts, downloads.inTray)}
      aria-label={words.allPartsOf(whole.parts, bundleName(artifact))}
      onClick={() => void download()}
    >
      {words.allParts(whole.parts)}
    </ExplainedButton>
  );
}

function whyNot(parts: number, inTray: boolean): string | undefined {
  if (!inTray) return words.oneByOne;
  return parts > MOST_BUNDLED ? words.tooMany(MOST_BUNDLED) : undefined;
}

/** The name that the parts share. */
function bundleName({ fileName }: ArtifactView): string {
  return fileName.replace(/(-p\d+)?\.zip\.p7m$/, '.zip');
}
