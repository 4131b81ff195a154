import { Button, Group, Image, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { NewFactor, RecoveryCodes as Codes } from '../../../src/contract/second-factor.ts';
import { call } from '../../api/client.ts';
import { CopyButton } from '../copy-button.tsx';
import { ProblemAlert } from '../problem-alert.tsx';
import { words } from './words.ts';

const { factor } = words;

/** From nothing to an app that counts: secret, first code, recovery codes. `onDone`: the codes are kept. */
export function FactorSetUp({ onDone }: { onDone: () => void }) {
  const begin = useMutation({ mutationFn: () => call<NewFactor>('POST', '/api/second-factor') });
  const confirm = useMutation({ mutationFn: (code: string) => call<Codes>('POST', '/api/second-factor/confirmation', { body: { code } }) });
  if (confirm.data !== undefined) return <RecoveryCodes codes={confirm.data.recoveryCodes} onDone={onDone} />;
  if (begin.data !== undefined) return <FirstCode made={begin.data} onCode={confirm.mutate} isBusy={confirm.isPending} error={confirm.error} />;
  return (
    <Stack align="start">
      <ProblemAlert error={begin.error} />
      <Button onClick={() => begin.mutate()} loading={begin.isPending}>
        {factor.setUp}
      </Button>
    </Stack>
  );
}

interface FirstCodeProps {
  readonly made: NewFactor;
  readonly onCode: (code: string) => void;
  readonly isBusy: boolean;
  readonly error: unknown;
}

function FirstCode({ made, onCode, isBusy, error }: FirstCodeProps) {
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code !== '') onCode(code);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" fw={600}>
          {factor.scan}
        </Text>
        <QrCode text={made.address} />
        <div>
          <Text size="sm">{factor.byHand}</Text>
          <Group gap={4} wrap="nowrap">
            <span className="udm-code" style={{ overflowWrap: 'anywhere' }} data-secret>
              {made.secret.replaceAll(/.{4}(?=.)/g, '$& ')}
            </span>
            <CopyButton text={made.secret} what={factor.secret} />
          </Group>
        </div>
        <TextInput
          label={factor.firstCode}
          value={code}
          required
          maxLength={7}
          maw={240}
          inputMode="numeric"
          autoComplete="one-time-code"
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <ProblemAlert error={error} />
        <Group>
          <Button type="submit" loading={isBusy}>
            {factor.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Drawn in the browser: the secret goes to nobody. */
function QrCode({ text }: { text: string }) {
  const { data } = useQuery({
    queryKey: ['qr code', text],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => `data:image/svg+xml,${encodeURIComponent((await import('qr')).default(text, 'svg'))}`,
  });
  // Black on white in dark mode too: cameras want it so.
  return <Image src={data ?? null} alt={factor.qr} w={200} h={200} bg="white" p={8} radius="sm" />;
}

/** Shown this once. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <Stack align="start">
      <Text fw={600}>{factor.codesTitle}</Text>
      <Text size="sm">{factor.codesText}</Text>
      <Group gap={4} align="start" wrap="nowrap">
        <ul className="udm-code" style={{ listStyle: 'none', margin: 0, padding: 0 }} data-codes>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={codes.join('\n')} what={factor.codes} />
      </Group>
      <Button onClick={onDone}>{factor.kept}</Button>
    </Stack>
  );
}
