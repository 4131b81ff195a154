import { TextInput } from '@mantine/core';
import type { FormField } from './field-problems.ts';

interface Props {
  readonly field: FormField;
  readonly label: string;
  readonly value: string;
  readonly message: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A date and time of the job's zone. */
export function MomentInput({ field, label, value, message, onChange }: Props) {
  return (
    <TextInput
      data-field={field}
      label={label}
      required
      type="datetime-local"
      max="9999-12-31T23:59"
      maw={260}
      value={value}
      error={message}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
