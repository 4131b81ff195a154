import { ApiProblem, type FieldProblem } from '../../api/client.ts';
import { fieldMessage } from '../../components/problem-alert.tsx';
import { words } from './words.ts';

const own: Readonly<Record<string, string>> = words.fieldProblems;

/** What is wrong, in the words of these pages where the server speaks to programs. */
export function ownFieldMessage(problem: FieldProblem): string {
  return own[problem.code] ?? fieldMessage(problem);
}

/** What the server said of this field, or of one of its entries, to stand beside it. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const found = error.fields.find((one) => one.field === field || one.field.startsWith(`${field}[`));
  return found && ownFieldMessage(found);
}
