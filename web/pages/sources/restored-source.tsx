import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { SourceView } from '../../../src/contract/source.ts';
import { useSession } from '../../api/queries.ts';
import { Command } from '../../components/command.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { quoted } from '../artifacts/open-commands.ts';
import { useAllSources, useReplaySource } from './use-sources.ts';
import { words } from './words.ts';

const { restored } = words;

/** Asks before what the ledger knows is erased in the source again, and says how much that is. */
export function RestoredDialog({ source, onClose }: { source: SourceView; onClose: () => void }) {
  const replay = useReplaySource();
  const confirm = () =>
    replay.mutate(source.id, {
      onSuccess: ({ erasures }) => {
        notifications.show({ message: erasures === 0 ? restored.none(source.name) : restored.done(erasures, source.name), color: 'green' });
        onClose();
      },
    });
  return (
    <ConfirmDialog
      opened
      title={restored.title(source.name)}
      text={restored.text}
      confirm={restored.confirm}
      busy={replay.isPending}
      error={replay.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

/** On the page of a source: that it was restored, and what is still to be done since. It may be restored once more before all of that is done. */
export function RestoredSource({ source }: { source: SourceView }) {
  const [isAsking, setIsAsking] = useState(false);
  // The list is read again until all is done; the source itself is not, while somebody changes it.
  const { data } = useAllSources();
  const now = data?.items.find(({ id }) => id === source.id) ?? source;
  const section = now.erasuresToRepeat > 0 ? restored.sectionAgain : restored.section;
  return (
    <>
      {now.erasuresToRepeat > 0 && <ErasuresWait source={now} />}
      {now.may.replay && (
        <section aria-label={section}>
          <Text fw={550} mt="md">
            {section}
          </Text>
          <Text size="sm" mb="xs">
            {restored.sectionText}
          </Text>
          <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
            {restored.act}
          </Button>
          {isAsking && <RestoredDialog source={source} onClose={() => setIsAsking(false)} />}
        </section>
      )}
    </>
  );
}

function ErasuresWait({ source: { name, erasuresToRepeat, erasuresHeld } }: { source: SourceView }) {
  const { tenant } = useSession();
  return (
    <WarningAlert title={restored.waits}>
      <Stack gap="xs">
        <Text size="sm">{restored.waitsText(erasuresToRepeat)}</Text>
        <Command title={restored.commandTitle} what={restored.command} text={`./udm request replay --tenant ${quoted(tenant)} --source ${quoted(name)}`} />
        {erasuresHeld > 0 && <Text size="sm">{restored.held(erasuresHeld)}.</Text>}
      </Stack>
    </WarningAlert>
  );
}
