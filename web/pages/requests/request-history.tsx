import { Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { DataRequestDetails, RequestHistory as History } from '../../../src/contract/data-request.ts';
import { call } from '../../api/client.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { words } from './words.ts';

const { history: labels } = words;

/** What was done with the request, by whom and when, the newest first. */
export function RequestHistory({ request: { id, version } }: { request: DataRequestDetails }) {
  const { data, error } = useQuery<History>({
    // Whatever is done with it makes a new version.
    queryKey: ['requests', 'history', id, version],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<History>('GET', `/api/requests/${encodeURIComponent(id)}/history`, { signal }),
  });
  return (
    <Stack className="udm-card" p="lg" gap="sm" component="section" aria-label={labels.title}>
      <Title order={2} size="h4">
        {labels.title}
      </Title>
      <ProblemAlert error={error} />
      <ol className="udm-happened">
        {(data?.items ?? []).map((record) => (
          <li key={`${record.at} ${record.action}`}>
            <Text size="sm">
              {labels.acts[record.action] ?? record.action}, {whoDid(record)}
            </Text>
            <Text size="xs" c="dimmed">
              <TimeStamp at={record.at} precision="second" />
            </Text>
          </li>
        ))}
      </ol>
    </Stack>
  );
}

function whoDid({ by, user }: History['items'][number]): string {
  if (by === 'system') return labels.system;
  return user ?? labels.gone;
}
