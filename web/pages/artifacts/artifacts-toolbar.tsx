import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { ExplainedButton } from '../../components/explained-button.tsx';
import { DownloadIcon, TrashIcon } from '../../components/icons.tsx';
import { strings } from '../../strings.ts';
import { DeleteArtifacts } from './delete-artifacts.tsx';
import { MOST_BUNDLED, useDownloadsOf } from './use-downloads-of.ts';

const { artifacts: words } = strings;

/** What can be done with the selected files; a button that cannot be used says why. */
export function ArtifactsToolbar({ selected, onClear }: { selected: readonly ArtifactView[]; onClear: () => void }) {
  const downloads = useDownloadsOf();
  const [deleting, setDeleting] = useState<readonly ArtifactView[]>([]);
  const there = selected.filter(({ state }) => state !== 'deleted');
  const close = (done: boolean) => {
    setDeleting([]);
    if (done) onClear();
  };
  return (
    <>
      <Group gap="xs" role="toolbar" aria-label={words.toolbar}>
        <ExplainedButton
          variant="default"
          leftSection={<DownloadIcon />}
          reason={whyNotBundle(selected, downloads.inTray)}
          onClick={() => void downloads.bundle(selected.map(({ id }) => id))}
        >
          {words.bundle}
        </ExplainedButton>
        <ExplainedButton
          variant="default"
          leftSection={<TrashIcon />}
          reason={selected.length === 0 ? words.selectSome : there.length === 0 ? words.alreadyDeleted : undefined}
          onClick={() => setDeleting(there)}
        >
          {words.delete}
        </ExplainedButton>
        {selected.length > 0 && (
          <>
            <Text size="sm">{words.selected(selected.length)}</Text>
            <Button variant="subtle" size="compact-sm" onClick={onClear}>
              {words.clearSelection}
            </Button>
          </>
        )}
      </Group>
      <DeleteArtifacts artifacts={deleting} onClose={close} />
    </>
  );
}

function whyNotBundle(selected: readonly ArtifactView[], inTray: boolean): string | undefined {
  const gone = selected.filter(({ state }) => state !== 'available').length;
  if (!inTray) return words.oneByOne;
  if (selected.length === 0) return words.selectSome;
  if (selected.length > MOST_BUNDLED) return words.tooMany(MOST_BUNDLED);
  return gone > 0 ? words.goneSelected(gone) : undefined;
}
