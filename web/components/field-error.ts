import { ApiProblem } from '../api/client.ts';
import { fieldMessage } from './problem-alert.tsx';

/** What the server said of this field, or of one of its entries, to stand beside it. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const found = error.fields.find((one) => one.field === field || one.field.startsWith(`${field}[`));
  return found && fieldMessage(found);
}
