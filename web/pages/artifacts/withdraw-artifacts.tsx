import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useWithdrawArtifact } from '../../api/mutations.ts';
import { describeProblem, ProblemAlert } from '../../components/problem-alert.tsx';
import { words as kept } from '../../components/retention/words.ts';
import { strings } from '../../strings.ts';
import { type Advance, oneByOne } from './one-by-one.ts';

const { withdraw: words, reasons } = kept;

type Reason = keyof typeof reasons;

/** Asks why, then withdraws one after the other; stops at the first refusal, or when it is closed. Withdrawing again what is withdrawn is no refusal. */
export function WithdrawArtifacts({ artifacts, onClose }: { artifacts: readonly ArtifactView[]; onClose: (done: boolean) => void }) {
  const withdraw = useWithdrawArtifact();
  const client = useQueryClient();
  const [reason, setReason] = useState<Reason | null>(null);
  const [refused, setRefused] = useState<Advance['refused']>(null);
  const [busy, setBusy] = useState(false);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const confirm = async (why: Reason) => {
    const { signal } = stop.current;
    setBusy(true);
    setRefused(null);
    const { done, refused: first } = await oneByOne(artifacts, (id) => withdraw.mutateAsync({ id, reason: why }), signal);
    setBusy(false);
    // What the selection knows of files on other pages.
    void client.invalidateQueries({ queryKey: ['artifact'] });
    if (first !== null && !signal.aborted) return setRefused(first);
    // The dialog is gone: what was refused is told all the same.
    if (first !== null) notifications.show({ title: words.refused(first.artifact.fileName), message: describeProblem(first.error), color: 'red' });
    if (done < artifacts.length) return notifications.show({ message: words.stopped(done, artifacts.length) });
    notifications.show({ message: words.done(artifacts.length), color: 'green' });
    if (!signal.aborted) onClose(true);
  };
  return (
    <Modal opened onClose={() => onClose(false)} title={words.title(artifacts.length)} closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <Stack>
        <Text size="sm">{words.text}</Text>
        <Radio.Group label={words.why} withAsterisk value={reason} onChange={(value) => setReason(value as Reason)}>
          <Stack gap="xs" mt="xs">
            {(Object.keys(reasons) as Reason[]).map((one) => (
              <Radio key={one} value={one} label={reasons[one]} />
            ))}
          </Stack>
        </Radio.Group>
        <ProblemAlert error={refused?.error} {...(refused === null ? {} : { title: words.refused(refused.artifact.fileName) })} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(false)}>
            {strings.app.cancel}
          </Button>
          <Button color="red.8" disabled={reason === null} loading={busy} onClick={() => reason !== null && void confirm(reason)}>
            {words.confirm(artifacts.length)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
