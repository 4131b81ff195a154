import { Alert, List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem, type FieldProblem } from '../api/client.ts';
import { fullTimeIn } from '../format/time.ts';
import { strings } from '../strings.ts';

/** What one field problem says on screen: the form's words where there are some, else the server's. */
export function fieldMessage(problem: FieldProblem): string {
  const text = strings.fieldProblem[problem.code] ?? `${plainCause(problem.code, problem.message)} ${plainFix(problem.code, problem.fix)}`;
  const clock = serverTimeIn(problem.value);
  return clock === undefined ? text : `${text} ${strings.problem.serverTime(clock)}`;
}

/** What a refusal over "past" and "future" was measured by: it need not be the clock of this computer. */
function serverTimeIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('serverTime' in value)) return undefined;
  const { serverTime } = value;
  return typeof serverTime === 'string' && !Number.isNaN(Date.parse(serverTime)) ? fullTimeIn('UTC', serverTime) : undefined;
}

/** What went wrong, in the person's language; `text` is the server's English. */
export function plainCause(code: string, text: string): string {
  return strings.serverProblem[code]?.text ?? text;
}

/** What to do next, in the words of this page and the person's language. */
export function plainFix(code: string, fix: string): string {
  return strings.fix[code] ?? strings.serverProblem[code]?.fix ?? fix;
}

/** An error in one line, for a notification. */
export function describeProblem(error: unknown): string {
  if (!(error instanceof ApiProblem)) return `${strings.problem.unexpected} ${strings.problem.unexpectedFix}`;
  const { document, fields } = error;
  if (fields.length > 0) return fields.map(fieldMessage).join(' ');
  return `${plainCause(document.code, document.title)} ${plainFix(document.code, document.fix)}`;
}

interface Props {
  readonly error: unknown;
  readonly title?: string;
  /** Field problems the form already shows beside their fields. */
  readonly shown?: (problem: FieldProblem) => boolean;
  readonly action?: ReactNode;
}

/** An error with its cause and what to do next. */
export function ProblemAlert({ error, title, shown, action }: Props) {
  if (error === null || error === undefined) return null;
  if (!(error instanceof ApiProblem)) {
    return <ProblemBox title={title} detail={strings.problem.unexpected} fix={strings.problem.unexpectedFix} action={action} />;
  }
  const { document, fields } = error;
  if (fields.length === 0) {
    const cause = plainCause(document.code, document.title);
    const listed = describeValue(document.value);
    return (
      <ProblemBox
        title={title}
        detail={listed === '' ? cause : `${cause} (${listed})`}
        fix={plainFix(document.code, document.fix)}
        requestId={document.status >= 500 ? document.requestId : undefined}
        action={action}
      />
    );
  }
  const others = fields.filter((problem) => shown?.(problem) !== true);
  return (
    <Alert color="red" variant="light" title={title ?? strings.problem.fieldsTitle(fields.length)} role="alert">
      {others.length === 0 && <Text size="sm">{strings.problem.fieldsText}</Text>}
      {others.length > 0 && (
        <List size="sm">
          {others.map((problem) => (
            <List.Item key={`${problem.field} ${problem.code}`}>
              {problem.field === '' ? '' : `${problem.field}: `}
              {fieldMessage(problem)}
            </List.Item>
          ))}
        </List>
      )}
      {action}
    </Alert>
  );
}

function describeValue(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.slice(0, 5).join(', ');
  return '';
}

interface BoxProps {
  readonly title: string | undefined;
  readonly detail: string;
  readonly fix: string;
  readonly requestId?: string | undefined;
  readonly action?: ReactNode;
}

/** A problem in words: what it is and what to do next. */
export function ProblemBox({ title, detail, fix, requestId, action }: BoxProps) {
  return (
    <Alert color="red" variant="light" title={title ?? strings.problem.title} role="alert">
      <Text size="sm">{detail}</Text>
      <Text size="sm" mt={4}>
        <b>{strings.problem.fix}</b>
        {fix}
      </Text>
      {requestId !== undefined && (
        <Text size="xs" mt={4} c="dimmed">
          {strings.problem.requestId(requestId)}
        </Text>
      )}
      {action}
    </Alert>
  );
}
