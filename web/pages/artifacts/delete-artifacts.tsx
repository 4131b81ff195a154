import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useDeleteArtifact } from '../../api/mutations.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { byteSize } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';

const { artifacts: words } = strings;

/** Asks, then deletes one after the other; stops at the first refusal. Deleting again what is deleted already is no refusal. */
export function DeleteArtifacts({ artifacts, onClose }: { artifacts: readonly ArtifactView[]; onClose: (done: boolean) => void }) {
  const remove = useDeleteArtifact();
  const [refused, setRefused] = useState<{ title: string; error: unknown } | null>(null);
  const [busy, setBusy] = useState(false);
  const close = (done: boolean) => {
    setRefused(null);
    onClose(done);
  };
  const confirm = async () => {
    setBusy(true);
    setRefused(null);
    for (const artifact of artifacts) {
      try {
        await remove.mutateAsync(artifact.id);
      } catch (error) {
        setRefused({ title: words.notDeleted(artifact.fileName), error });
        setBusy(false);
        return;
      }
    }
    setBusy(false);
    notifications.show({ message: words.deletedDone(artifacts.length), color: 'green' });
    close(true);
  };
  const size = artifacts.reduce((sum, artifact) => sum + artifact.bytes, 0);
  return (
    <ConfirmDialog
      opened={artifacts.length > 0}
      title={words.deleteTitle(artifacts.length)}
      text={words.deleteText(artifacts.length, byteSize(size))}
      confirm={words.deleteConfirm(artifacts.length)}
      busy={busy}
      error={refused?.error}
      {...(refused === null ? {} : { errorTitle: refused.title })}
      onConfirm={() => void confirm()}
      onClose={() => close(false)}
    />
  );
}
