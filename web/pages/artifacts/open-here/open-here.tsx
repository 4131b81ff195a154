import { Button, FileInput, Group, Modal, PasswordInput, Progress, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ArtifactView } from '../../../../src/contract/artifact.ts';
import { ProblemBox } from '../../../components/problem-alert.tsx';
import { byteSize } from '../../../format/numbers.ts';
import { duration } from '../../../format/time.ts';
import { strings } from '../../../strings.ts';
import type { OpeningWords } from './messages.ts';
import { OpenedFile } from './opened-file.tsx';
import { type Failure, type Opener, useOpener, type Working } from './use-opener.ts';

interface Props {
  readonly words: OpeningWords;
  /** Read from the server; null for a file on the person's disk. */
  readonly artifact: ArtifactView | null;
  readonly onClose: () => void;
}

/** Decrypts, checks and unpacks a file on the person's machine, with a key that stays there. */
export function OpenHere({ words, artifact, onClose }: Props) {
  const opener = useOpener();
  const { opened, working, saving, failure } = opener;
  return (
    <Modal opened onClose={onClose} size="xl" title={words.title} closeButtonProps={{ 'aria-label': strings.app.close }}>
      <Stack>
        {opened === null ? <Choose words={words} artifact={artifact} opener={opener} /> : <OpenedFile words={words} opened={opened} opener={opener} />}
        <div role="status">{working !== null && <Bar words={words} working={working} what={saving === null ? words.working : words.saving(saving)} />}</div>
        {working !== null && opened === null && (
          <Button variant="default" onClick={opener.reset}>
            {words.cancel}
          </Button>
        )}
        {failure !== null && <Failed words={words} failure={failure} title={saving === null ? words.failed : words.notSaved(saving)} />}
      </Stack>
    </Modal>
  );
}

function Choose({ words, artifact, opener }: Pick<Props, 'words' | 'artifact'> & { opener: Opener }) {
  const [file, setFile] = useState<File | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const [keyFile, setKeyFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const origin = artifact === null ? file && { blob: file } : { url: `/api/artifacts/${artifact.id}/content`, bytes: artifact.bytes };
  const chooseKey = (chosen: File | null) => {
    setKeyFile(chosen);
    setKey(null);
    setPassphrase('');
    // What cannot be read is told as a key that cannot be read.
    void chosen
      ?.slice(0, 64 * 1024)
      .text()
      .then(setKey, () => setKey(''));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (origin !== null && key !== null) opener.open(origin, key, passphrase);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{words.lead}</Text>
        {artifact === null ? (
          <FileInput
            data-autofocus
            label={words.file}
            placeholder={words.filePlaceholder}
            accept=".p7m"
            clearable
            clearButtonProps={{ 'aria-label': words.clear }}
            value={file}
            onChange={setFile}
          />
        ) : (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {words.server(artifact.fileName, byteSize(artifact.bytes))}
          </Text>
        )}
        <FileInput
          label={words.key}
          description={words.keyHint}
          placeholder={words.keyPlaceholder}
          clearable
          clearButtonProps={{ 'aria-label': words.clear }}
          value={keyFile}
          onChange={chooseKey}
        />
        {key?.includes('ENCRYPTED') === true && (
          <PasswordInput label={words.passphrase} autoComplete="off" value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} />
        )}
        <Group>
          <Button type="submit" disabled={origin === null || key === null} loading={opener.working !== null}>
            {words.open}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Bar({ words, working: { done, total, left }, what }: { words: OpeningWords; working: Working; what: string }) {
  const percent = total === 0 ? 0 : Math.min(100, (done / total) * 100);
  const parts = [words.progress(byteSize(done), byteSize(total)), ...(left === null ? [] : [words.left(duration(left))])];
  return (
    <Stack gap={4}>
      <Text size="sm">{what}</Text>
      <Progress value={percent} aria-label={what} />
      <Text size="xs" c="dimmed">
        {parts.join(', ')}
      </Text>
    </Stack>
  );
}

function Failed({ words, failure: { problem, place }, title }: { words: OpeningWords; failure: Failure; title: string }) {
  const { text, fix } = words.problems[problem];
  return <ProblemBox title={title} detail={place === null ? text : `${text} ${words.place(place)}`} fix={fix} />;
}
