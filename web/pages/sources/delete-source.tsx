import { Anchor, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import type { SourceView } from '../../../src/contract/source.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Loading } from '../../components/list-body.tsx';
import { strings } from '../../strings.ts';
import { useDeleteSource, useSource } from './use-sources.ts';
import { words } from './words.ts';

const { removal } = words;

/** Says what goes and what stays before it is done; while jobs use the source, which. */
export function DeleteSource({ source, onClose }: { source: SourceView; onClose: () => void }) {
  const remove = useDeleteSource();
  if (source.jobs > 0) return <InUse source={source} onClose={onClose} />;
  const confirm = () =>
    remove.mutate(source.id, {
      onSuccess: () => {
        notifications.show({ message: removal.done(source.name), color: 'green' });
        onClose();
      },
    });
  return (
    <ConfirmDialog
      opened
      title={removal.title(source.name)}
      text={removal.text}
      confirm={removal.confirm}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

function InUse({ source, onClose }: { source: SourceView; onClose: () => void }) {
  const { data } = useSource(source.id);
  return (
    <Modal opened onClose={onClose} title={removal.title(source.name)} closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <Stack>
        <Text size="sm">{removal.used}</Text>
        {data === undefined ? <Loading /> : <JobLinks jobs={data.usedBy} />}
        <Text size="sm">{removal.usedText}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {strings.app.close}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function JobLinks({ jobs }: { jobs: readonly { readonly id: string; readonly title: string }[] }) {
  return (
    <List size="sm">
      {jobs.map(({ id, title }) => (
        <List.Item key={id}>
          <Anchor component={Link} to={`/jobs/${id}/edit`} size="sm">
            {title}
          </Anchor>
        </List.Item>
      ))}
    </List>
  );
}
