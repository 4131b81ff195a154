import { Checkbox, Stack } from '@mantine/core';

interface Props {
  readonly label: string;
  readonly names: readonly string[];
  readonly labelOf: (name: string) => string;
  readonly hintOf: (name: string) => string | undefined;
  readonly chosen: readonly string[];
  readonly error?: string | undefined;
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Several of a few, each with what it means. */
export function ChooseMany({ label, names, labelOf, hintOf, chosen, error, onChange }: Props) {
  return (
    <Checkbox.Group label={label} value={[...chosen]} onChange={onChange} {...(error === undefined ? {} : { error })}>
      <Stack gap="xs" mt="xs">
        {names.map((name) => (
          <Checkbox key={name} value={name} label={labelOf(name)} description={hintOf(name)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
