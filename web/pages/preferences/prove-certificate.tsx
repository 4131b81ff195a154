import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import { ApiProblem } from '../../api/client.ts';
import { useChallenge, useProof } from '../../api/prove.ts';
import { DownloadIcon } from '../../components/icons.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { saveAddress } from '../../downloads/sinks.ts';
import { strings } from '../../strings.ts';

const { preferences: words } = strings;

/** A file only the holder of the key can open, and the word inside to be typed. */
export function ProveCertificate({ certificate: { id }, onClose }: { certificate: CertificateView; onClose: () => void }) {
  const challenge = useChallenge();
  const check = useProof();
  const [word, setWord] = useState('');
  const proof = challenge.data?.proof;
  const download = async () => {
    check.reset();
    const { content, fileName } = await challenge.mutateAsync(id);
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    const address = URL.createObjectURL(new Blob([bytes], { type: 'application/pkcs7-mime' }));
    saveAddress(address, fileName);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (proof !== undefined && word.trim() !== '') check.mutate({ id, proof, word });
  };
  const isWrong = check.error instanceof ApiProblem && check.error.code === 'certificate.challenge_failed';
  return (
    <Modal opened onClose={onClose} title={words.proveTitle} closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">{words.proveLead}</Text>
          <Group>
            <Button variant="default" leftSection={<DownloadIcon />} loading={challenge.isPending} onClick={() => void download().catch(() => undefined)}>
              {words.proveFile}
            </Button>
          </Group>
          <TextInput
            label={words.proveWord}
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            disabled={proof === undefined}
            value={word}
            error={isWrong ? words.proveWrong : undefined}
            onChange={(event) => {
              setWord(event.currentTarget.value);
              check.reset();
            }}
          />
          <div role="status">
            {check.isSuccess && <Alert color="green" variant="light" title={words.proved} styles={{ title: { color: 'var(--mantine-color-text)' } }} />}
          </div>
          <ProblemAlert error={challenge.error ?? (isWrong ? null : check.error)} />
          <Group justify="flex-end">
            <Button type="submit" loading={check.isPending} disabled={proof === undefined || word.trim() === ''}>
              {words.proveCheck}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
