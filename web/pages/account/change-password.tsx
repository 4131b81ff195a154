import { Button, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SessionView } from '../../../src/contract/session.ts';
import type { PasswordChange } from '../../../src/contract/user.ts';
import { ApiProblem, call, rememberCsrfToken } from '../../api/client.ts';
import { useSession } from '../../api/queries.ts';
import { fieldError } from '../../components/field-error.ts';
import { plainCause, plainFix, ProblemAlert } from '../../components/problem-alert.tsx';
import { peopleWords } from '../../own-people-words.ts';

const { password: words } = peopleWords;

/** One's own password: every other session ends, and this one is replaced. */
export function ChangePassword() {
  const { tenant, user } = useSession();
  const [present, setPresent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [isUnlike, setUnlike] = useState(false);
  const change = useChangePassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUnlike(password !== again);
    if (password !== again) return;
    const done = () => {
      notifications.show({ message: words.saved, color: 'green' });
      for (const empty of [setPresent, setPassword, setAgain]) empty('');
    };
    change.mutate({ present, password }, { onSuccess: done });
  };
  const wrong = wrongPassword(change.error);
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={420}>
        {/* For password managers: whose password it is. */}
        <input type="text" autoComplete="username" value={`${tenant}\\${user}`} readOnly hidden />
        <PasswordInput
          label={words.present}
          autoComplete="current-password"
          required
          value={present}
          error={wrong}
          onChange={(event) => setPresent(event.currentTarget.value)}
        />
        <PasswordInput
          label={words.own}
          description={words.hint}
          autoComplete="new-password"
          required
          value={password}
          error={fieldError(change.error, 'password')}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <PasswordInput
          label={words.again}
          autoComplete="new-password"
          required
          value={again}
          error={isUnlike ? words.notSame : undefined}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        {wrong === undefined && <ProblemAlert error={change.error} shown={({ field }) => field === 'password'} />}
        <Button type="submit" loading={change.isPending} style={{ alignSelf: 'start' }}>
          {words.save}
        </Button>
      </Stack>
    </form>
  );
}

/** What is said beside the present password. */
function wrongPassword(error: unknown): string | undefined {
  if (!(error instanceof ApiProblem) || error.code !== 'password.wrong') return undefined;
  return `${plainCause(error.code, error.document.title)} ${plainFix(error.code, error.document.fix)}`;
}

function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PasswordChange) => call<SessionView>('PUT', '/api/session/password', { body }),
    onSuccess: (session) => {
      rememberCsrfToken(session.csrfToken);
      client.setQueryData(['session'], session);
    },
  });
}
