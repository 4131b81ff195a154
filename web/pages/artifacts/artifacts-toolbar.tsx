import { Button, Group, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useMay } from '../../api/queries.ts';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { words as kept } from '../../components/retention/words.ts';
import { DownloadIcon, TrashIcon } from '../../components/icons.tsx';
import { strings } from '../../strings.ts';
import { type ChosenArtifacts, stillThere, whyNotBundle, whyNotDelete } from './chosen-artifacts.ts';
import { DeleteArtifacts } from './delete-artifacts.tsx';
import { useDownloadsOf } from './use-downloads-of.ts';

const { artifacts: words } = strings;

const WithdrawArtifacts = lazy(() => import('./withdraw-artifacts.tsx').then((loaded) => ({ default: loaded.WithdrawArtifacts })));

/** What can be done with the selected files; a button that cannot be used says why, and one that this person may not use is not there. */
export function ArtifactsToolbar({ selected, onClear, onOpenHere }: { selected: ChosenArtifacts; onClear: () => void; onOpenHere: () => void }) {
  const downloads = useDownloadsOf();
  const mayDownload = useMay('artifacts.download');
  const mayDelete = useMay('artifacts.delete');
  const mayWithdraw = useMay('artifacts.withdraw');
  const [deleting, setDeleting] = useState<readonly ArtifactView[]>([]);
  const [withdrawing, setWithdrawing] = useState<readonly ArtifactView[]>([]);
  const close = (done: boolean) => {
    setDeleting([]);
    setWithdrawing([]);
    if (done) onClear();
  };
  return (
    <>
      <Group gap="xs" role="toolbar" aria-label={words.toolbar}>
        {mayDownload && (
          <ExplainedButton
            variant="default"
            leftSection={<DownloadIcon />}
            reason={whyNotBundle(selected, downloads.inTray)}
            onClick={() => void downloads.bundle(selected.ids)}
          >
            {words.bundle}
          </ExplainedButton>
        )}
        {mayDelete && (
          <ExplainedButton variant="default" leftSection={<TrashIcon />} reason={whyNotDelete(selected)} onClick={() => setDeleting(stillThere(selected))}>
            {words.delete}
          </ExplainedButton>
        )}
        {mayWithdraw && (
          <ExplainedButton variant="default" reason={whyNotDelete(selected)} onClick={() => setWithdrawing(stillThere(selected))}>
            {kept.withdraw.open}
          </ExplainedButton>
        )}
        <Button variant="default" onClick={onOpenHere}>
          {words.openHere}
        </Button>
        {selected.ids.length > 0 && (
          <>
            <Text size="sm">{words.selected(selected.ids.length)}</Text>
            <Button variant="subtle" size="compact-sm" onClick={onClear}>
              {words.clearSelection}
            </Button>
          </>
        )}
      </Group>
      <DeleteArtifacts artifacts={deleting} onClose={close} />
      {withdrawing.length > 0 && (
        <Suspense fallback={null}>
          <WithdrawArtifacts artifacts={withdrawing} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
