import type { Messages } from './field-problems.ts';
import type { JobForm } from './job-form.ts';

/** What every group of inputs of the form gets. */
export interface FieldProps {
  readonly form: JobForm;
  readonly messages: Messages;
  readonly onChange: (part: Partial<JobForm>) => void;
}
