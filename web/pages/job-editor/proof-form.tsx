import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useCheckProof } from '../../api/trial.ts';
import { Command } from '../../components/command.tsx';
import { DownloadIcon } from '../../components/icons.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { openCommands } from '../artifacts/open-commands.ts';
import type { TestFile } from './use-job-test.ts';

const { trial: words } = strings;

/** The file of a test to be opened by its recipient, and the word inside to be typed: only who can open it knows it. */
export function ProofForm({ file }: { file: TestFile }) {
  const [word, setWord] = useState('');
  const [isTyped, setTyped] = useState(false);
  const check = useCheckProof();
  const address = useFileAddress(file);
  const commands = openCommands(file.name, file.sha256);
  const send = () => {
    setTyped(false);
    check.mutate({ proof: file.proof, word });
  };
  const opened = isTyped ? undefined : check.data?.opened;
  return (
    <Stack gap="sm" component="section" aria-label={words.proofTitle} className="udm-proof">
      <Title order={3} size="h5">
        {words.proofTitle}
      </Title>
      <Text size="sm">{words.proofLead}</Text>
      <Group>
        <Button component="a" variant="default" href={address} download={file.name} leftSection={<DownloadIcon />}>
          {words.download}
        </Button>
      </Group>
      <Command title={words.commandOpenssl} what={words.commandOpenssl} text={commands.openssl} />
      <Command title={words.commandUdm} what={words.commandUdm} text={commands.udm} />
      <Group align="flex-end">
        <TextInput
          label={words.word}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={word}
          error={opened === false ? words.wrong : undefined}
          onChange={(event) => {
            setWord(event.currentTarget.value);
            setTyped(true);
          }}
          onKeyDown={(event) => {
            // Enter would save the job.
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (word.trim() !== '') send();
          }}
        />
        <Button variant="default" loading={check.isPending} disabled={word.trim() === ''} onClick={send}>
          {words.check}
        </Button>
      </Group>
      <div role="status">
        {opened === true && <Alert color="green" variant="light" title={words.right} styles={{ title: { color: 'var(--mantine-color-text)' } }} />}
      </div>
      <ProblemAlert error={check.error} />
    </Stack>
  );
}

/** An address of the bytes inside this page; given back when the page is left. */
function useFileAddress({ content }: TestFile): string {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    const made = URL.createObjectURL(new Blob([bytes], { type: 'application/pkcs7-mime' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [content]);
  return address;
}
