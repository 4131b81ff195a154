import { Anchor, Button, Checkbox, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../api/client.ts';
import { useSignIn } from '../../api/mutations.ts';
import { CodeField } from '../../components/account/proof-fields.tsx';
import { words } from '../../components/account/words.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';

interface Props {
  readonly tenant: string;
  readonly user: string;
  readonly onChange: () => void;
}

/** The password, and where the account has a second factor, its code after that. */
export function PasswordStep({ tenant, user, onChange }: Props) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [remember, setRemember] = useState(false);
  const [asksCode, setAsksCode] = useState(false);
  const [missing, setMissing] = useState(false);
  const signIn = useSignIn();
  const onError = (error: Error) => setAsksCode(error instanceof ApiProblem && error.code.startsWith('sign_in.code_'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = password === '' || (asksCode && code === '');
    setMissing(isMissing);
    if (isMissing) return;
    signIn.mutate({ ...(tenant !== '' && { tenant }), user, password, ...(asksCode && { code }), ...(remember && { remember }) }, { onError });
  };
  const shown = tenant === '' ? user : `${tenant}\\${user}`;
  const isFirstAsk = signIn.error instanceof ApiProblem && signIn.error.code === 'sign_in.code_required';
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {strings.signIn.as(shown)}
          </Text>
          <Anchor component="button" type="button" size="sm" onClick={onChange} className="udm-nowrap">
            {strings.signIn.change}
          </Anchor>
        </Group>
        <input type="text" name="username" autoComplete="username" value={shown} readOnly hidden />
        {asksCode ? (
          <>
            <Text size="sm">{words.codeLead}</Text>
            <CodeField value={code} error={missing && code === '' ? words.codeMissing : undefined} onChange={setCode} />
          </>
        ) : (
          <Password
            value={password}
            error={missing && password === '' ? strings.signIn.passwordMissing : undefined}
            isRefused={signIn.isError}
            onChange={setPassword}
          />
        )}
        <Checkbox label={words.remember} description={words.rememberHint} checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />
        {!isFirstAsk && <ProblemAlert error={signIn.error} />}
        <Button type="submit" fullWidth loading={signIn.isPending}>
          {strings.signIn.submit}
        </Button>
      </Stack>
    </form>
  );
}

interface PasswordProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly isRefused: boolean;
  readonly onChange: (value: string) => void;
}

function Password({ value, error, isRefused, onChange }: PasswordProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    if (isRefused) field.current?.select();
  }, [isRefused]);
  return (
    <PasswordInput
      ref={field}
      label={strings.signIn.password}
      value={value}
      maxLength={1024}
      required
      autoComplete="current-password"
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
