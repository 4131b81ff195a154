import { ApiProblem, type FieldProblem } from '../../api/client.ts';
import { fieldMessage } from '../../components/problem-alert.tsx';

/** The inputs of the form that can carry a message; order is the order on screen. */
export const FORM_FIELDS = [
  'title',
  'description',
  'source',
  'type',
  'entityTypes',
  'run',
  'range',
  'range.count',
  'range.unit',
  'range.from',
  'range.to',
  'recipients',
] as const;

export type FormField = (typeof FORM_FIELDS)[number];

/** `entityTypes[0]` belongs to `entityTypes`, `run.start` to `run`, `range.kind` to `range`. */
export function formFieldOf(field: string): FormField | undefined {
  const plain = field
    .replace(/\[\d+\].*$/, '')
    .replace(/^\//, '')
    .replaceAll('/', '.');
  const exact = FORM_FIELDS.find((name) => name === plain);
  return exact ?? FORM_FIELDS.find((name) => plain.startsWith(`${name}.`));
}

export function belongsToForm(problem: FieldProblem): boolean {
  return formFieldOf(problem.field) !== undefined;
}

/** One message per input, from everything the server found at once. */
export function messagesByField(error: unknown): Partial<Record<FormField, string>> {
  const messages: Partial<Record<FormField, string>> = {};
  if (!(error instanceof ApiProblem)) return messages;
  for (const problem of error.fields) {
    const name = formFieldOf(problem.field);
    if (name === undefined) continue;
    const text = fieldMessage(problem);
    const known = messages[name];
    if (known === undefined) messages[name] = text;
    else if (!known.includes(text)) messages[name] = `${known} ${text}`;
  }
  return messages;
}
