import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { MouseEvent } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useRunWindowAgain } from '../../api/mutations.ts';
import { useMay } from '../../api/queries.ts';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { DownloadIcon, PlayIcon } from '../../components/icons.tsx';
import { describeProblem } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { AllParts } from './all-parts.tsx';
import { useDownloadsOf } from './use-downloads-of.ts';

const { artifacts: words } = strings;

interface Props {
  readonly artifact: ArtifactView;
  readonly onGuide: (artifact: ArtifactView) => void;
  /** All parts of its run can be had here. */
  readonly offersAll: boolean;
}

/** Download and "How to open" while the file is there, "Run this window again" once it is not; nothing of it that this person may not do. */
export function ArtifactActions({ artifact, onGuide, offersAll }: Props) {
  const mayDownload = useMay('artifacts.download');
  const mayRun = useMay('jobs.change');
  if (artifact.state !== 'available' || artifact.file.state !== 'kept') return mayRun ? <RunAgain artifact={artifact} /> : null;
  return (
    <div className="udm-actions">
      {mayDownload && <DownloadLink artifact={artifact} />}
      <Button size="compact-sm" variant="default" aria-label={words.openOf(artifact.fileName)} onClick={() => onGuide(artifact)}>
        {words.open}
      </Button>
      {offersAll && mayDownload && <AllParts artifact={artifact} />}
    </div>
  );
}

/** A true link, so that it can be copied or saved by the browser itself; a plain click downloads in the tray, where it can be paused. */
function DownloadLink({ artifact }: { artifact: ArtifactView }) {
  const downloads = useDownloadsOf();
  const click = (event: MouseEvent) => {
    if (!downloads.inTray || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void downloads.one(artifact);
  };
  return (
    <Button
      component="a"
      href={`/api/artifacts/${artifact.id}/content`}
      download={artifact.fileName}
      size="compact-sm"
      leftSection={<DownloadIcon />}
      aria-label={words.downloadOf(artifact.fileName)}
      onClick={click}
    >
      {words.download}
    </Button>
  );
}

function RunAgain({ artifact }: { artifact: ArtifactView }) {
  const again = useRunWindowAgain();
  const run = () =>
    again.mutate(artifact.id, {
      onSuccess: () => notifications.show({ message: words.againDone(artifact.jobTitle), color: 'green' }),
      onError: (error) => notifications.show({ title: words.againRefused, message: describeProblem(error), color: 'red' }),
    });
  return (
    <ExplainedButton
      className="udm-again"
      size="compact-sm"
      variant="default"
      leftSection={<PlayIcon />}
      loading={again.isPending}
      reason={artifact.runAgain === 'possible' ? undefined : words.againNot[artifact.runAgain]}
      aria-label={words.againOf(artifact.fileName)}
      onClick={run}
    >
      {words.again}
    </ExplainedButton>
  );
}
