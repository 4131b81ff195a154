import { ActionIcon, Button, Fieldset, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { fieldError } from './own-field-error.ts';
import { PlusIcon, TrashIcon } from '../../components/icons.tsx';
import { type IdentifierRow, newIdentifier } from './request-form.ts';
import { words } from './words.ts';

const { form, types } = words;
const TYPES = Object.entries(types).map(([value, label]) => ({ value, label }));
const LONGEST = 4_000;

interface Props {
  readonly rows: readonly IdentifierRow[];
  readonly error: unknown;
  readonly onChange: (rows: readonly IdentifierRow[]) => void;
}

/** Whose data it is about, one kind and value a row. Browsers are asked not to remember what is typed. */
export function IdentifierRows({ rows, error, onChange }: Props) {
  const change = (key: string, part: Partial<IdentifierRow>) => onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <Fieldset legend={form.identifiers}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {form.identifiersHint}
        </Text>
        {rows.map((row, index) => (
          <div key={row.key} className="udm-identifier-row">
            <NativeSelect
              aria-label={form.typeOf(index + 1)}
              data={TYPES}
              value={row.type}
              onChange={({ currentTarget: { value } }) => change(row.key, { type: value })}
            />
            <TextInput
              aria-label={form.valueOf(index + 1)}
              placeholder={form.value}
              autoComplete="off"
              spellCheck={false}
              maxLength={LONGEST}
              value={row.value}
              error={fieldError(error, `identifiers[${index}]`)}
              onChange={({ currentTarget: { value } }) => change(row.key, { value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              c="dimmed"
              size={36}
              aria-label={form.removeIdentifier(index + 1)}
              disabled={rows.length === 1}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            >
              <TrashIcon />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button variant="default" size="xs" leftSection={<PlusIcon />} onClick={() => onChange([...rows, newIdentifier()])}>
            {form.addIdentifier}
          </Button>
        </div>
      </Stack>
    </Fieldset>
  );
}
