import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { strings } from '../../strings.ts';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly submit: string;
  /** Something ends by it. */
  readonly ends?: boolean;
  readonly busy: boolean;
  readonly size?: string;
  readonly children?: ReactNode;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/** A few fields, and the one thing that is done with them. */
export function FormDialog({ title, text, submit, ends = false, busy, size = 'md', children, onSubmit, onClose }: Props) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': strings.app.close }} size={size} centered>
      <form onSubmit={send} noValidate>
        <Stack>
          <Text size="sm">{text}</Text>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {strings.app.cancel}
            </Button>
            <Button type="submit" loading={busy} {...(ends && { color: 'red.8' })}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
