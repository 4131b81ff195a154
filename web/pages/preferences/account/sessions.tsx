import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionList } from '../../../../src/contract/session.ts';
import { call } from '../../../api/client.ts';
import { useLeave } from '../../../api/mutations.ts';
import { words as account } from '../../../components/account/words.ts';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../../components/data-table.tsx';
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
    <Stack component="section" aria-label={words.title}>
      <div>
        <Title order={2} size="h4">
          {words.title}
        </Title>
        <Text size="sm" c="dimmed">
          {words.lead}
        </Text>
      </div>
      <ProblemAlert error={error ?? end.error} />
      {data !== undefined && <DataTable label={words.list} columns={columnsOf((id) => end.mutate(id))} rows={data.items} id={({ id }) => id} />}
      <Everywhere />
    </Stack>
  );
}

type Session = SessionList['items'][number];

function columnsOf(onEnd: (id: string) => void): readonly Column<Session>[] {
  return [
    { key: 'device', label: words.device, cell: (session) => <Device session={session} /> },
    { key: 'address', label: words.address, cell: ({ address }) => address ?? strings.app.notAvailable },
    { key: 'since', label: words.since, cell: ({ createdAt }) => <TimeStamp at={createdAt} /> },
    { key: 'used', label: words.used, cell: ({ lastUsedAt }) => <TimeStamp at={lastUsedAt} /> },
    { key: 'actions', label: strings.table.actions, hideLabel: true, stays: true, cell: (session) => <End session={session} onEnd={onEnd} /> },
  ];
}

function Device({ session }: { session: Session }) {
  return (
    <Group gap={6}>
      <Text size="sm">{deviceName(session.agent) ?? words.unknown}</Text>
      {session.isThis && <Badge variant="light">{words.here}</Badge>}
      {session.isRemembered && (
        <Badge variant="light" color="gray" c="var(--mantine-color-text)">
          {words.remembered}
        </Badge>
      )}
    </Group>
  );
}

function End({ session, onEnd }: { session: Session; onEnd: (id: string) => void }) {
  if (session.isThis) return null;
  return (
    <Button variant="default" size="xs" onClick={() => onEnd(session.id)} aria-label={words.endOf(deviceName(session.agent) ?? words.unknown)}>
      {words.end}
    </Button>
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
