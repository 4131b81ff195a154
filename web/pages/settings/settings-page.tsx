import { Button, NativeSelect, NumberInput, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SettingsView } from '../../../src/contract/settings.ts';
import { call } from '../../api/client.ts';
import { useMay, useTimeZones } from '../../api/queries.ts';
import { fieldError } from '../../components/field-error.ts';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { byteSize, count } from '../../format/numbers.ts';
import { peopleWords } from '../../own-people-words.ts';
import { RequestSettings } from './request-settings.tsx';
import { TenantSignIn } from './tenant-sign-in.tsx';
import { SETTINGS_KEY, useChangeSettings } from './use-settings.ts';

const { settings: words } = peopleWords;
const GIGABYTE = 1_000_000_000;

/** Settings of the tenant, how much of its quotas is used, and how everybody signs in. */
export function SettingsPage() {
  const mayChange = useMay('settings.change');
  const { data, error } = useQuery({ queryKey: SETTINGS_KEY, queryFn: ({ signal }) => call<SettingsView>('GET', '/api/settings', { signal }) });
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <ProblemAlert error={error} />
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <Stack gap="lg">
          <SettingsForm settings={data} />
          <RequestSettings settings={data} />
          <Quotas settings={data} />
          {mayChange && <TenantSignIn />}
        </Stack>
      )}
    </>
  );
}

function SettingsForm({ settings }: { settings: SettingsView }) {
  const mayChange = useMay('settings.change');
  const { data: zones } = useTimeZones();
  const [timeZone, setTimeZone] = useState(settings.timeZone);
  const [retentionDays, setRetentionDays] = useState<number | string>(settings.retentionDays);
  const change = useChangeSettings();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ timeZone, retentionDays: Number(retentionDays) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack className="udm-card" p="lg">
        <Stack maw={420}>
          <NativeSelect
            label={words.timeZone}
            description={words.timeZoneHint}
            disabled={!mayChange}
            data={[...new Set([timeZone, ...(zones?.items ?? [])])]}
            value={timeZone}
            error={fieldError(change.error, 'timeZone')}
            onChange={(event) => setTimeZone(event.currentTarget.value)}
          />
          <NumberInput
            label={words.retentionDays}
            description={words.retentionHint}
            disabled={!mayChange}
            min={1}
            max={3_650}
            clampBehavior="none"
            allowDecimal={false}
            value={retentionDays}
            error={fieldError(change.error, 'retentionDays')}
            onChange={setRetentionDays}
          />
        </Stack>
        <ProblemAlert error={change.error} shown={({ field }) => field === 'timeZone' || field === 'retentionDays'} />
        {mayChange ? (
          <Button type="submit" loading={change.isPending} style={{ alignSelf: 'start' }}>
            {words.save}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {words.readOnly}
          </Text>
        )}
      </Stack>
    </form>
  );
}

function Quotas({ settings }: { settings: SettingsView }) {
  const { jobs, jobQuota, users, userQuota, storedBytes, storageQuotaGigabytes: most } = settings;
  const stored = byteSize(storedBytes);
  const rows: readonly (readonly [string, string])[] = [
    [words.jobs, words.of(count(jobs), count(jobQuota))],
    [words.users, words.of(count(users), count(userQuota))],
    [words.storage, most === null ? words.unlimited(stored) : words.of(stored, byteSize(most * GIGABYTE))],
  ];
  return (
    <Stack className="udm-card" p="lg" component="section" aria-label={words.quotas}>
      <div>
        <Title order={2} size="h4">
          {words.quotas}
        </Title>
        <Text size="sm" c="dimmed">
          {words.quotasLead}
        </Text>
      </div>
      <Table maw={560} withRowBorders={false}>
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={500}>
                {label}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
