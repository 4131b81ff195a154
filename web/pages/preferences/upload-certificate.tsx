import { Button, FileInput, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type DragEvent, type FormEvent, useState } from 'react';
import { ApiProblem } from '../../api/client.ts';
import { useAddCertificate } from '../../api/mutations.ts';
import { Command } from '../../components/command.tsx';
import { fieldMessage, ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { contentOfFile, contentOfText } from './certificate-content.ts';

const { preferences: words } = strings;

/** What is typed and chosen, and sending it: a private key stays here. */
function useUpload() {
  const [file, setFile] = useState<File | null>(null);
  const [pasted, setPasted] = useState('');
  const [label, setLabel] = useState('');
  const [refused, setRefused] = useState<string>();
  const add = useAddCertificate();
  const stored = (name: string) => {
    notifications.show({ message: words.uploaded(name), color: 'green' });
    setFile(null);
    setPasted('');
    setLabel('');
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    add.reset();
    const content = file === null ? contentOfText(pasted) : await contentOfFile(file);
    setRefused('refused' in content ? content.refused : undefined);
    if ('refused' in content) return;
    const body = label.trim() === '' ? content : { ...content, label: label.trim() };
    add.mutate(body, { onSuccess: (certificate) => stored(certificate.label) });
  };
  const change =
    <Value,>(set: (value: Value) => void) =>
    (value: Value) => {
      set(value);
      setRefused(undefined);
    };
  return { file, pasted, label, refused, setLabel, setFile: change(setFile), setPasted: change(setPasted), submit, error: add.error, busy: add.isPending };
}

/** Takes a file that is dropped. */
function useDrop(onFile: (file: File) => void) {
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const take = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) onFile(file);
  };
  return { isOver, drop: { onDragOver: over, onDragLeave: () => setOver(false), onDrop: take } };
}

/** By file, dropped or pasted; the certificate only, never a key. */
export function UploadCertificate() {
  const form = useUpload();
  const { file, refused } = form;
  const { isOver, drop } = useDrop(form.setFile);
  return (
    <Stack className="udm-card udm-drop" p="lg" component="section" aria-label={words.upload} data-over={isOver} {...drop}>
      <Title order={2} size="h4">
        {words.upload}
      </Title>
      <Text size="sm" c="dimmed">
        {words.drop}
      </Text>
      <form onSubmit={(event) => void form.submit(event)} noValidate>
        <Stack maw={640}>
          <FileInput
            label={words.file}
            description={words.fileHint}
            placeholder={words.filePlaceholder}
            accept=".pem,.crt,.cer,.der,application/x-x509-ca-cert,application/pkix-cert"
            clearable
            clearButtonProps={{ 'aria-label': words.clearFile }}
            value={file}
            error={file === null ? undefined : refused}
            onChange={form.setFile}
          />
          <Textarea
            label={words.paste}
            placeholder={words.pastePlaceholder}
            disabled={file !== null}
            autosize
            minRows={3}
            maxRows={10}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
            value={form.pasted}
            error={file === null ? refused : undefined}
            onChange={(event) => form.setPasted(event.currentTarget.value)}
          />
          <TextInput
            label={words.label}
            description={words.labelHint}
            maxLength={200}
            value={form.label}
            error={labelError(form.error)}
            onChange={(event) => form.setLabel(event.currentTarget.value)}
          />
          <ProblemAlert error={form.error} shown={(problem) => problem.field === 'label'} />
          <div>
            <Button type="submit" loading={form.busy}>
              {words.submit}
            </Button>
          </div>
        </Stack>
      </form>
      <HowToMake />
    </Stack>
  );
}

/** What is wrong with the name, if the server said so. */
export function labelError(error: unknown): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const problem = error.fields.find((item) => item.field === 'label');
  return problem === undefined ? undefined : fieldMessage(problem);
}

function HowToMake() {
  return (
    <Stack gap={6} mt="sm" maw={760}>
      <Command title={words.howTo} what={words.howToCopy} text={words.howToCommand} />
      <Text size="sm" c="dimmed">
        {words.howToAfter}
      </Text>
    </Stack>
  );
}
