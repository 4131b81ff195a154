import { Alert, Anchor, List, Text } from '@mantine/core';
import { ApiProblem } from '../../api/client.ts';
import { fieldMessage, ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { fieldLabel } from './field-labels.ts';
import { FORM_FIELDS, type FormField, formFieldOf } from './field-problems.ts';

const { editor: words } = strings;

interface Props {
  readonly error: unknown;
  readonly shown: ReadonlySet<FormField>;
  readonly onGoTo: (field: FormField) => void;
}

/** Why nothing was saved: every field that needs attention, each a step away. */
export function ErrorSummary({ error, shown, onGoTo }: Props) {
  if (!(error instanceof ApiProblem) || error.fields.length === 0) return <ProblemAlert error={error} />;
  const problems = error.fields.map((problem) => ({ problem, field: formFieldOf(problem.field, shown) }));
  return (
    <Alert color="red" variant="light" title={strings.problem.fieldsTitle(problems.length)} role="alert">
      <Text size="sm">{strings.problem.fieldsText}</Text>
      <List size="sm" mt={4}>
        {problems.map(({ problem, field }) => (
          <List.Item key={`${problem.field} ${problem.code}`}>
            {field === undefined ? (
              words.goTo(problem.field, fieldMessage(problem))
            ) : (
              <Anchor component="button" type="button" size="sm" ta="start" underline="always" onClick={() => onGoTo(field)}>
                {words.goTo(fieldLabel(field), fieldMessage(problem))}
              </Anchor>
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Moves the focus into the input of a field. */
export function focusField(page: HTMLElement | null, field: FormField): void {
  const marked = page?.querySelector<HTMLElement>(`[data-field="${field}"]`);
  const inputs = 'input:checked, input:not([type="hidden"]), select, textarea, button';
  const target = marked?.matches('input, select, textarea')
    ? marked
    : (marked?.querySelector<HTMLElement>('input:checked') ?? marked?.querySelector<HTMLElement>(inputs));
  target?.focus();
}

/** The first field, in the order of the screen, that a refusal is about. */
export function firstRefused(error: unknown, shown: ReadonlySet<FormField>): FormField | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const refused = new Set(error.fields.map(({ field }) => formFieldOf(field, shown)));
  return FORM_FIELDS.find((field) => refused.has(field));
}
