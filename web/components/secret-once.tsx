import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { strings } from '../strings.ts';
import { CopyButton } from './copy-button.tsx';

interface Props {
  readonly title: string;
  readonly text: string;
  /** What it is called. */
  readonly what: string;
  readonly secret: string;
  readonly done: string;
  readonly onClose: () => void;
}

/** A secret that is shown once: it does not go away by a click beside it. */
export function SecretOnce({ title, text, what, secret, done, onClose }: Props) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': strings.app.close }}
      centered
    >
      <Stack>
        <Text size="sm">{text}</Text>
        <Group gap={4} wrap="nowrap">
          <code className="udm-code" style={{ overflowWrap: 'anywhere', userSelect: 'all' }}>
            {secret}
          </code>
          <CopyButton text={secret} what={what} />
        </Group>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
