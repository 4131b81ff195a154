import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { SessionView } from '../../../src/contract/session.ts';
import { ApiProblem } from '../../api/client.ts';
import { useLeave, useSignInAgain } from '../../api/mutations.ts';
import { useSessionEnded } from '../../api/session-ended.ts';
import { strings } from '../../strings.ts';
import { ProblemAlert } from '../problem-alert.tsx';
import { CodeField, PasswordField } from './proof-fields.tsx';
import { SsoProof } from './sso-proof.tsx';
import { words as account } from './words.ts';

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
      {isEnded && (session.method === 'sso' ? <AgainBySso session={session} /> : <Again session={session} />)}
    </Modal>
  );
}

function Again({ session }: { session: SessionView }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const signIn = useSignInAgain();
  const asksCode = code !== '' || (signIn.error instanceof ApiProblem && signIn.error.code.startsWith('sign_in.code_'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A form of the page below must not take this for its own.
    event.stopPropagation();
    if (password !== '') signIn.mutate({ tenant: session.tenant, user: session.user, password, ...(code !== '' && { code }) });
  };
  const isFirstAsk = signIn.error instanceof ApiProblem && signIn.error.code === 'sign_in.code_required';
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{asksCode ? account.codeLead : words.text}</Text>
        {asksCode ? (
          <CodeField value={code} onChange={setCode} />
        ) : (
          <PasswordField account={`${session.tenant}\\${session.user}`} value={password} onChange={setPassword} />
        )}
        {!isFirstAsk && <ProblemAlert error={signIn.error} />}
        <Buttons isBusy={signIn.isPending} />
      </Stack>
    </form>
  );
}

function Buttons({ isBusy }: { isBusy: boolean }) {
  const leave = useLeave();
  return (
    <Group justify="space-between">
      <Button type="submit" loading={isBusy}>
        {words.submit}
      </Button>
      <Button variant="subtle" onClick={leave}>
        {words.other}
      </Button>
    </Group>
  );
}

function AgainBySso({ session }: { session: SessionView }) {
  const leave = useLeave();
  return (
    <Stack>
      <Text size="sm">{words.text}</Text>
      <SsoProof tenant={session.tenant} label={account.sso} onProved={() => undefined} />
      <Button variant="subtle" onClick={leave}>
        {words.other}
      </Button>
    </Stack>
  );
}
