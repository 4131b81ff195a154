import { ActionIcon, Button, Fieldset, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { fieldError } from './own-field-error.ts';
import { PlusIcon, TrashIcon } from '../../components/icons.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { type CorrectionRow, newCorrection } from './request-form.ts';
import { fieldName, useCorrectableFields } from './use-correctable-fields.ts';
import { words } from './words.ts';

const { form } = words;
const LONGEST = 1_000;

interface Props {
  readonly rows: readonly CorrectionRow[];
  readonly error: unknown;
  readonly onChange: (rows: readonly CorrectionRow[]) => void;
}

/** Which fields of the person are wrong, and what is right. */
export function CorrectionRows({ rows, error, onChange }: Props) {
  const { data, error: unread } = useCorrectableFields();
  const fields = data?.items ?? [];
  const choices = fields.map(({ field, sources }) => ({ value: field, label: `${fieldName(field)} (${namesOf(sources)})` }));
  const readOnly = fields
    .filter(({ field }) => rows.some((row) => row.field === field))
    .flatMap(({ sources }) => sources.filter(({ mayChange }) => !mayChange));
  const change = (key: string, part: Partial<CorrectionRow>) => onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const textOf = (row: CorrectionRow, part: 'from' | 'to') => ({
    autoComplete: 'off',
    spellCheck: false,
    maxLength: LONGEST,
    value: row[part],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => change(row.key, { [part]: value }),
  });
  return (
    <Fieldset legend={form.corrections}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {form.correctionsHint}
        </Text>
        <ProblemAlert error={unread} />
        {data?.items.length === 0 && <WarningAlert title={form.noFields}>{form.noFieldsText}</WarningAlert>}
        {rows.map((row, index) => (
          <div key={row.key} className="udm-correction-row">
            <NativeSelect
              aria-label={form.field(index + 1)}
              error={fieldError(error, `corrections[${index}]`)}
              data={[{ value: '', label: form.chooseField }, ...choices]}
              value={row.field}
              onChange={({ currentTarget: { value } }) => change(row.key, { field: value })}
            />
            <TextInput aria-label={form.from(index + 1)} placeholder={form.fromLabel} {...textOf(row, 'from')} />
            <TextInput aria-label={form.to(index + 1)} placeholder={form.toLabel} {...textOf(row, 'to')} />
            <ActionIcon
              variant="subtle"
              color="gray"
              c="dimmed"
              size={36}
              aria-label={form.removeCorrection(index + 1)}
              disabled={rows.length === 1}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            >
              <TrashIcon />
            </ActionIcon>
          </div>
        ))}
        {readOnly.length > 0 && <WarningAlert title={form.cannotWrite(namesOf(readOnly))}>{form.cannotWriteText}</WarningAlert>}
        <div>
          <Button variant="default" size="xs" leftSection={<PlusIcon />} onClick={() => onChange([...rows, newCorrection()])}>
            {form.addCorrection}
          </Button>
        </div>
      </Stack>
    </Fieldset>
  );
}

function namesOf(sources: readonly { readonly name: string }[]): string {
  return [...new Set(sources.map(({ name }) => name))].join(', ');
}
