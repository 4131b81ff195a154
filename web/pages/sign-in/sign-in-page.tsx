import { Alert, Button, Divider, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { queryString } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import { words } from '../../components/account/words.ts';
import { strings } from '../../strings.ts';
import { PasswordStep } from './password-step.tsx';

/** Tenant and user name first, the password second. */
export function SignInPage() {
  const { next, problem } = useSearch({ from: '/sign-in' });
  const { data: session } = useQuery(sessionQuery);
  const [tenant, setTenant] = useState('');
  const [user, setUser] = useState('');
  const [step, setStep] = useState<'name' | 'password'>('name');
  useEffect(() => {
    document.title = `${strings.signIn.title} – ${strings.app.name}`;
  }, []);
  if (session !== null && session !== undefined) return <SignedIn target={safeTarget(next)} />;
  return (
    <main style={{ minHeight: '100vh', display: 'grid', placeItems: 'center', padding: 16 }}>
      <Stack className="udm-card" p="xl" w="100%" maw={420} gap="lg">
        <div>
          <Group gap={10} mb="xs">
            <img src="/icon.svg" alt="" width={28} height={28} />
            <Text fw={650}>{strings.app.name}</Text>
          </Group>
          <Title order={1} size="h2">
            {strings.signIn.title}
          </Title>
          <Text c="dimmed" mt={4}>
            {strings.signIn.lead}
          </Text>
        </div>
        {problem !== undefined && step === 'name' && (
          <Alert color="red" variant="light" role="alert">
            {words.ssoProblems[problem] ?? words.ssoFailed}
          </Alert>
        )}
        {step === 'name' ? (
          <NameStep tenant={tenant} user={user} onTenant={setTenant} onUser={setUser} onNext={() => setStep('password')} next={safeTarget(next)} />
        ) : (
          <PasswordStep tenant={tenant.trim()} user={user.trim()} onChange={() => setStep('name')} />
        )}
      </Stack>
    </main>
  );
}

function SignedIn({ target }: { target: string }) {
  const router = useRouter();
  useEffect(() => router.history.replace(target), [router, target]);
  return null;
}

/** Only a path of this app: an address from elsewhere must not send people away. */
export function safeTarget(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

/** The tenant may stand before the user name, as at every sign-in. */
function ssoAddress(tenant: string, user: string, next: string): string {
  const cut = user.indexOf('\\');
  const named = cut > 0 ? user.slice(0, cut) : tenant;
  return `/api/sso/start${queryString({ tenant: named.trim(), next })}`;
}

interface NameProps {
  readonly tenant: string;
  readonly user: string;
  readonly onTenant: (value: string) => void;
  readonly onUser: (value: string) => void;
  readonly onNext: () => void;
  /** Where to go once signed in. */
  readonly next: string;
}

function NameStep({ tenant, user, onTenant, onUser, onNext, next }: NameProps) {
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (user.trim() === '') setMissing(true);
    else onNext();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={strings.signIn.tenant}
          description={strings.signIn.tenantHint}
          value={tenant}
          maxLength={200}
          autoComplete="organization"
          autoCapitalize="none"
          onChange={(event) => onTenant(event.currentTarget.value)}
        />
        <TextInput
          label={strings.signIn.user}
          value={user}
          maxLength={400}
          required
          autoFocus
          data-autofocus
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          error={missing && user.trim() === '' ? strings.signIn.userMissing : undefined}
          onChange={(event) => onUser(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth mt="xs">
          {strings.signIn.next}
        </Button>
        <Divider />
        <Button component="a" href={ssoAddress(tenant, user, next)} variant="default" fullWidth>
          {words.sso}
        </Button>
        <Text size="xs" c="dimmed" ta="center">
          {words.ssoHint}
        </Text>
      </Stack>
    </form>
  );
}
