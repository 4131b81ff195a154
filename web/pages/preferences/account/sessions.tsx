import { Badge, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionList } from '../../../../src/contract/session.ts';
import { call } from '../../../api/client.ts';
import { useLeave } from '../../../api/mutations.ts';
import { words as account } from '../../../components/account/words.ts';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { ProblemAlert } from '../../../components/problem-alert.tsx';
import { TimeStamp } from '../../../components/time-stamp.tsx';
import { strings } from '../../../strings.ts';
import { deviceName } from './device.ts';

const { sessions: words } = account;

/** One's own open sessions. */
export function Sessions() {
  const { data, error } = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => call<SessionList>('GET', '/api/sessions', { signal }) });
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: (id: string) => call<undefined>('DELETE', `/api/sessions/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <Stack className="udm-card" p="lg" component="section" aria-label={words.title}>
      <div>
        <Title order={2} size="h4">
          {words.title}
        </Title>
        <Text size="sm" c="dimmed">
          {words.lead}
        </Text>
      </div>
      <ProblemAlert error={error ?? end.error} />
      <Table.ScrollContainer minWidth={560} type="native">
        <Table aria-label={words.title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.device}</Table.Th>
              <Table.Th>{words.address}</Table.Th>
              <Table.Th>{words.since}</Table.Th>
              <Table.Th>{words.used}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data?.items.map((one) => (
              <Row key={one.id} session={one} onEnd={() => end.mutate(one.id)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Everywhere />
    </Stack>
  );
}

function Row({ session, onEnd }: { session: SessionList['items'][number]; onEnd: () => void }) {
  const device = deviceName(session.agent) ?? words.unknown;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <Text size="sm">{device}</Text>
          {session.isThis && <Badge variant="light">{words.here}</Badge>}
          {session.isRemembered && (
            <Badge variant="light" color="gray" c="var(--mantine-color-text)">
              {words.remembered}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{session.address ?? strings.app.notAvailable}</Table.Td>
      <Table.Td>
        <TimeStamp at={session.createdAt} />
      </Table.Td>
      <Table.Td>
        <TimeStamp at={session.lastUsedAt} />
      </Table.Td>
      <Table.Td ta="right">
        {!session.isThis && (
          <Button variant="default" size="xs" onClick={onEnd} aria-label={words.endOf(device)}>
            {words.end}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Everywhere() {
  const [isAsked, setAsked] = useState(false);
  const leave = useLeave();
  const end = useMutation({ mutationFn: () => call<undefined>('DELETE', '/api/sessions'), onSuccess: leave });
  return (
    <>
      <Button variant="default" style={{ alignSelf: 'start' }} onClick={() => setAsked(true)}>
        {words.everywhere}
      </Button>
      <ConfirmDialog
        opened={isAsked}
        title={words.everywhereTitle}
        text={words.everywhereText}
        confirm={words.everywhere}
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate()}
        onClose={() => setAsked(false)}
      />
    </>
  );
}
