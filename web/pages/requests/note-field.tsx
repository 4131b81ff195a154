import { Textarea } from '@mantine/core';

const LONGEST_NOTE = 1_000;

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly error: string | undefined;
  /** The dialog begins here. */
  readonly isFirst?: boolean;
  readonly onChange: (value: string) => void;
}

/** A note or reason of an officer, which the server keeps sealed. */
export function NoteField({ label, hint, value, error, isFirst = true, onChange }: Props) {
  return (
    <Textarea
      label={label}
      description={hint}
      required
      data-autofocus={isFirst || undefined}
      autosize
      minRows={2}
      maxRows={10}
      maxLength={LONGEST_NOTE}
      value={value}
      error={error}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
