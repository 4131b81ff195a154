import './requests.css';
import { Alert, Button, FileInput, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiProblem, type FieldProblem } from '../../api/client.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { DownloadIcon } from '../../components/icons.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { count } from '../../format/numbers.ts';
import { BackToRequests } from './back-to-requests.tsx';
import { type FileProblem, fileProblemOf, linesOfEntries } from './file-problems.ts';
import { ownFieldMessage } from './own-field-error.ts';
import { templateText } from './request-template.ts';
import { useSubmitFile } from './use-submit.ts';
import { words } from './words.ts';

const { file: labels } = words;
const MOST_BYTES = 16 * 1024 * 1024;

/** A file of many people: all of them or none, with everything that is wrong told at once. */
export function RequestFilePage() {
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [lines, setLines] = useState<readonly number[]>([]);
  const send = useSubmitFile();
  const isTooBig = file !== null && file.size > MOST_BYTES;
  const choose = (next: File | null) => {
    setFile(next);
    send.reset();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (file === null || isTooBig) return;
    setLines(linesOfEntries(await file.text()));
    send.mutate(file, {
      onSuccess: ({ made }) => {
        notifications.show({ message: labels.made(count(made)), color: 'green' });
        void navigate({ to: '/requests' });
      },
    });
  };
  return (
    <>
      <BackToRequests />
      <PageHeader title={labels.title} lead={labels.lead} />
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack maw={760}>
          <FileInput
            label={labels.file}
            description={labels.hint}
            placeholder={labels.placeholder}
            accept=".json,application/json"
            clearable
            clearButtonProps={{ 'aria-label': labels.clear }}
            value={file}
            error={isTooBig ? labels.tooBig : undefined}
            onChange={choose}
          />
          <Group>
            <Button type="submit" disabled={file === null || isTooBig} loading={send.isPending}>
              {labels.submit}
            </Button>
            <Button
              component="a"
              variant="default"
              leftSection={<DownloadIcon />}
              href={`data:application/json;charset=utf-8,${encodeURIComponent(templateText())}`}
              download="data-requests.json"
            >
              {labels.template}
            </Button>
          </Group>
        </Stack>
      </form>
      <Refusal error={send.error} lines={lines} />
    </>
  );
}

function Refusal({ error, lines }: { error: unknown; lines: readonly number[] }) {
  const told = problemsOf(error);
  if (told.length === 0) return <ProblemAlert error={error} />;
  return (
    <Stack mt="lg">
      <Alert color="red" variant="light" title={labels.problems} role="alert">
        <Text size="sm">{labels.problemsText(told.length)}</Text>
      </Alert>
      <DataTable label={labels.problems} columns={columnsWith(lines)} rows={told.map(fileProblemOf)} id={idOf} />
    </Stack>
  );
}

/** All problems the server names; where the text cannot be read at all, that one place. */
function problemsOf(error: unknown): readonly FieldProblem[] {
  if (!(error instanceof ApiProblem)) return [];
  const { fields, document } = error;
  if (fields.length > 0) return fields;
  if (document.code !== 'gdpr.file_format') return [];
  return [{ field: 'file', value: document.value, code: document.code, message: document.title, fix: document.fix }];
}

function idOf({ problem: { field, code } }: FileProblem): string {
  return `${field} ${code}`;
}

function columnsWith(lines: readonly number[]): readonly Column<FileProblem>[] {
  return [
    { key: 'entry', label: labels.entry, cell: ({ entry }) => (entry === null ? labels.whole : count(entry)) },
    { key: 'line', label: labels.line, cell: ({ entry, place }) => lineOf(entry, place, lines) },
    { key: 'field', label: labels.field, cell: ({ field }) => <span className="udm-code">{field}</span> },
    { key: 'problem', label: labels.problem, cell: ({ problem }) => `${ownFieldMessage(problem)}${taken(problem.range)}` },
  ];
}

/** What is taken instead, where it is a list. */
function taken(range: unknown): string {
  return Array.isArray(range) ? ` (${range.join(', ')})` : '';
}

function lineOf(entry: number | null, place: FileProblem['place'], lines: readonly number[]): string {
  if (place !== null) return labels.place(place.line, place.column);
  const line = entry === null ? undefined : lines[entry - 1];
  return line === undefined ? '' : count(line);
}
