import { TextInput } from '@mantine/core';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly message: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A date and time of the job's zone. */
export function MomentInput({ label, value, message, onChange }: Props) {
  return (
    <TextInput
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
