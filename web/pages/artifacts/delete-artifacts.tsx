import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useDeleteArtifact } from '../../api/mutations.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { describeProblem } from '../../components/problem-alert.tsx';
import { byteSize } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { type Advance, oneByOne } from './one-by-one.ts';

const { artifacts: words } = strings;

/** Asks, then deletes one after the other; stops at the first refusal, or when it is cancelled. Deleting again what is deleted already is no refusal. */
export function DeleteArtifacts({ artifacts, onClose }: { artifacts: readonly ArtifactView[]; onClose: (done: boolean) => void }) {
  const remove = useDeleteArtifact();
  const client = useQueryClient();
  const [refused, setRefused] = useState<Advance['refused']>(null);
  const [busy, setBusy] = useState(false);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const close = (done: boolean) => {
    stop.current.abort();
    setRefused(null);
    onClose(done);
  };
  const confirm = async () => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    setBusy(true);
    setRefused(null);
    const { done: deleted, refused } = await oneByOne(artifacts, remove.mutateAsync, signal);
    setBusy(false);
    // What the selection knows of files on other pages.
    void client.invalidateQueries({ queryKey: ['artifact'] });
    if (refused !== null && !signal.aborted) return setRefused(refused);
    if (refused !== null) notifications.show({ title: words.notDeleted(refused.artifact.fileName), message: describeProblem(refused.error), color: 'red' });
    if (deleted < artifacts.length) return notifications.show({ message: words.deletedOf(deleted, artifacts.length) });
    notifications.show({ message: words.deletedDone(artifacts.length), color: 'green' });
    if (!signal.aborted) close(true);
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
      {...(refused === null ? {} : { errorTitle: words.notDeleted(refused.artifact.fileName) })}
      onConfirm={() => void confirm()}
      onClose={() => close(false)}
    />
  );
}
