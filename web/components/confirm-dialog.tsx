import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';
import { ProblemAlert } from './problem-alert.tsx';

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly keep?: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly errorTitle?: string;
  /** The way out of the refusal. */
  readonly errorAction?: ReactNode;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is lost; a refusal shows inside the dialog. */
export function ConfirmDialog({ opened, title, text, confirm, keep, busy, error, errorTitle, errorAction, onConfirm, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <Stack>
        <Text size="sm">{text}</Text>
        <ProblemAlert error={error} action={errorAction} {...(errorTitle === undefined ? {} : { title: errorTitle })} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {keep ?? strings.app.cancel}
          </Button>
          <Button color="red.8" onClick={onConfirm} loading={busy}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
