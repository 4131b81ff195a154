import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { SessionView } from '../../src/contract/session.ts';
import { useLeave, useSignInAgain } from '../api/mutations.ts';
import { useSessionEnded } from '../api/session-ended.ts';
import { strings } from '../strings.ts';
import { ProblemAlert } from './problem-alert.tsx';

const { sessionEnded: words } = strings;

/** Asks for the password over the page that was open, which keeps what is typed in it. */
export function SessionEnded({ session }: { session: SessionView }) {
  const isEnded = useSessionEnded();
  return (
    <Modal
      opened={isEnded}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={words.title}
      overlayProps={{ blur: 6 }}
      zIndex={400}
    >
      {isEnded && <Again session={session} />}
    </Modal>
  );
}

function Again({ session }: { session: SessionView }) {
  const [password, setPassword] = useState('');
  const signIn = useSignInAgain();
  const leave = useLeave();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A form of the page below must not take this for its own.
    event.stopPropagation();
    if (password !== '') signIn.mutate({ tenant: session.tenant, user: session.user, password });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{words.text}</Text>
        <Text size="sm">{strings.signIn.as(`${session.tenant}\\${session.user}`)}</Text>
        <input type="text" name="username" autoComplete="username" value={`${session.tenant}\\${session.user}`} readOnly hidden />
        <PasswordInput
          label={strings.signIn.password}
          data-autofocus
          required
          maxLength={1024}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={signIn.error} />
        <Group justify="space-between">
          <Button type="submit" loading={signIn.isPending}>
            {words.submit}
          </Button>
          <Button variant="subtle" onClick={leave}>
            {words.other}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
