import { Stack, Switch, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { SecondFactorView } from '../../../src/contract/second-factor.ts';
import type { SsoView } from '../../../src/contract/sso.ts';
import { call } from '../../api/client.ts';
import { words as account } from '../../components/account/words.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { SsoForm } from './sso-form.tsx';

const { tenant: words } = account;

const PLACE = 'sign-in';

/** What the administrator decides about everybody's sign-in; an address that ends in #sign-in leads here. */
export function TenantSignIn() {
  const { data, error } = useQuery({ queryKey: ['sso'], queryFn: ({ signal }) => call<SsoView>('GET', '/api/sso', { signal }) });
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (window.location.hash === `#${PLACE}`) here.current?.scrollIntoView();
  }, []);
  return (
    <Stack ref={here} className="udm-card" p="lg" component="section" id={PLACE} aria-label={words.title}>
      <div>
        <Title order={2} size="h4">
          {words.title}
        </Title>
        <Text size="sm" c="dimmed">
          {words.lead}
        </Text>
      </div>
      <Requirement />
      <div>
        <Title order={3} size="h5">
          {words.sso}
        </Title>
        <Text size="sm" c="dimmed" maw={760}>
          {words.ssoLead}
        </Text>
      </div>
      <ProblemAlert error={error} />
      {data !== undefined && <SsoForm key={JSON.stringify(data.settings)} view={data} />}
    </Stack>
  );
}

function Requirement() {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['second factor'],
    queryFn: ({ signal }) => call<SecondFactorView>('GET', '/api/second-factor', { signal }),
  });
  const change = useMutation({
    mutationFn: (isRequired: boolean) => call<undefined>('PUT', '/api/second-factor/requirement', { body: { isRequired } }),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['second factor'] }), client.invalidateQueries({ queryKey: ['session'] })]),
  });
  return (
    <>
      <Switch
        label={words.required}
        description={words.requiredHint}
        checked={data?.isRequired ?? false}
        disabled={data === undefined || change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
      />
      <ProblemAlert error={change.error} />
    </>
  );
}
