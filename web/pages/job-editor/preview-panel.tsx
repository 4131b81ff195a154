import { Alert, Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PreviewView } from '../../../src/contract/preview.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { ApiProblem } from '../../api/client.ts';
import { fieldMessage, ProblemAlert } from '../../components/problem-alert.tsx';
import { enumeration } from '../../format/numbers.ts';
import { monthName, plannedTime } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { EditWarnings } from './edit-warnings.tsx';
import { type FormField, problemsElsewhere } from './field-problems.ts';
import { PlannedRuns } from './planned-runs.tsx';
import { PreviewYear } from './preview-year.tsx';
import type { FormPreview } from './use-form-preview.ts';

const { editor, preview: words } = strings;

interface Props {
  readonly preview: FormPreview;
  readonly shown: ReadonlySet<FormField>;
  readonly isEdit: boolean;
  readonly sources: readonly SourceView[];
}

/** What the server makes of the form as it stands; where that cannot be said yet, what is missing. Only the words at the top are read out. */
export function PreviewPanel({ preview, shown, isEdit, sources }: Props) {
  const { missing, data, error, isOld } = preview;
  if (missing.length > 0) return <Spoken>{words.missing(enumeration(missing, editor.and))}</Spoken>;
  if (error instanceof ApiProblem && error.fields.length > 0) return <Refused error={error} shown={shown} />;
  if (error !== null && data === undefined) return <Unreachable error={error} onRetry={preview.retry} />;
  if (data === undefined) return <Waiting />;
  return (
    <Stack gap="md" className="udm-preview" aria-busy={isOld}>
      {isOld && (
        <Text size="xs" className="udm-old">
          {words.old}
        </Text>
      )}
      <Facts data={data} />
      {data.edit !== null && <EditWarnings edit={data.edit} zone={data.timeZone} sources={sources} />}
      <PlannedRuns preview={data} />
      <PreviewYear year={data.year} zone={data.timeZone} isEdit={isEdit} />
    </Stack>
  );
}

function Spoken({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" component="div" aria-live="polite">
      {children}
    </Text>
  );
}

/** The fields carry their own messages; only what belongs to none is named here. */
function Refused({ error, shown }: { error: ApiProblem; shown: ReadonlySet<FormField> }) {
  const others = problemsElsewhere(error, shown);
  return (
    <Spoken>
      {others.length === 0 ? (
        words.mend
      ) : (
        <List size="sm">
          {others.map((problem) => (
            <List.Item key={`${problem.field} ${problem.code}`}>{fieldMessage(problem)}</List.Item>
          ))}
        </List>
      )}
    </Spoken>
  );
}

function Unreachable({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <ProblemAlert
      error={error}
      title={words.refused}
      action={
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {strings.app.retry}
        </Button>
      }
    />
  );
}

function Waiting() {
  return (
    <Group gap="xs" role="status">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        {words.loading}
      </Text>
    </Group>
  );
}

/** Said above in the words of the form. */
const SAID: ReadonlySet<string> = new Set(['run.months_skipped', 'start.moved']);

function Facts({ data }: { data: PreviewView }) {
  const { sentence, start, askedTimeZone, timeZone, skippedMonths } = data;
  const notes = data.notes.filter(({ code }) => !SAID.has(code));
  return (
    <Spoken>
      <Text fw={550}>{sentence}</Text>
      {start !== null && start.moved !== 'none' && (
        <Text size="sm" mt={4}>
          {words.start(plannedTime(start.local, timeZone, start.at))} {words.meaning[start.moved]}
        </Text>
      )}
      {askedTimeZone !== null && (
        <Text size="sm" mt={4}>
          {words.alias(askedTimeZone, timeZone)}
        </Text>
      )}
      {skippedMonths.length > 0 && (
        <Text size="sm" mt={4}>
          {words.skipped(enumeration(skippedMonths.map(monthName), editor.and))}
        </Text>
      )}
      {notes.length > 0 && (
        <Alert variant="light" color="indigo" mt="sm" title={words.notes} role="note">
          {notes.map(({ code, text }) => (
            <Text size="sm" key={`${code} ${text}`}>
              {text}
            </Text>
          ))}
        </Alert>
      )}
    </Spoken>
  );
}
