import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { SessionView } from '../../../src/contract/session.ts';
import { call } from '../../api/client.ts';
import { answerProofs } from '../../api/proof.ts';
import { strings } from '../../strings.ts';
import { ProblemAlert } from '../problem-alert.tsx';
import { CodeField, PasswordField } from './proof-fields.tsx';
import { SsoProof } from './sso-proof.tsx';
import { words } from './words.ts';

const { proof } = words;

/** Asks for a proof in the middle of a request that demands one; the request goes on when it is given. */
export function ProofDialog({ session }: { session: SessionView }) {
  const [isAsked, setAsked] = useState(false);
  const waiting = useRef<((isGiven: boolean) => void)[]>([]);
  useEffect(
    () =>
      answerProofs(
        () =>
          new Promise((resolve) => {
            waiting.current.push(resolve);
            setAsked(true);
          }),
      ),
    [],
  );
  const end = useCallback((isGiven: boolean) => {
    setAsked(false);
    for (const resolve of waiting.current.splice(0)) resolve(isGiven);
  }, []);
  const proved = useCallback(() => end(true), [end]);
  return (
    <Modal opened={isAsked} onClose={() => end(false)} title={proof.title} closeButtonProps={{ 'aria-label': strings.app.close }} zIndex={300} centered>
      {isAsked &&
        (session.method === 'sso' && session.secondFactor !== 'on' ? (
          <BySso session={session} onProved={proved} />
        ) : (
          <ByHand session={session} onProved={proved} />
        ))}
    </Modal>
  );
}

interface Props {
  readonly session: SessionView;
  readonly onProved: () => void;
}

function BySso({ session, onProved }: Props) {
  return (
    <Stack>
      <Text size="sm">{proof.text}</Text>
      <SsoProof tenant={session.tenant} label={proof.sso} onProved={onProved} />
    </Stack>
  );
}

function ByHand({ session, onProved }: Props) {
  const hasBoth = session.method === 'password' && session.secondFactor === 'on';
  const [way, setWay] = useState<'password' | 'code'>(session.secondFactor === 'on' ? 'code' : 'password');
  const [value, setValue] = useState('');
  const prove = useMutation({ mutationFn: (body: object) => call<undefined>('POST', '/api/session/proof', { body }), onSuccess: onProved });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (value !== '') prove.mutate({ [way]: value });
  };
  const change = () => {
    setWay(way === 'code' ? 'password' : 'code');
    setValue('');
    prove.reset();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{proof.text}</Text>
        {way === 'code' ? (
          <CodeField value={value} onChange={setValue} />
        ) : (
          <PasswordField account={`${session.tenant}\\${session.user}`} value={value} onChange={setValue} />
        )}
        <ProblemAlert error={prove.error} />
        <Group justify="space-between">
          <Button type="submit" loading={prove.isPending}>
            {proof.submit}
          </Button>
          {hasBoth && (
            <Anchor component="button" type="button" size="sm" onClick={change}>
              {way === 'code' ? proof.withPassword : proof.withCode}
            </Anchor>
          )}
        </Group>
      </Stack>
    </form>
  );
}
