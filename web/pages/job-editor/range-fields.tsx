import { Group, NativeSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useSession } from '../../api/queries.ts';
import { strings } from '../../strings.ts';
import type { FormField } from './field-problems.ts';
import type { JobForm, RangeKind, RangeUnit } from './job-form.ts';

const { editor: words } = strings;

interface Props {
  readonly form: JobForm;
  readonly messages: Partial<Record<FormField, string>>;
  readonly onChange: (part: Partial<JobForm>) => void;
}

/** Date range of data: everything, a rolling stretch, or from … to in the tenant's zone. */
export function RangeFields({ form, hasTime, messages, onChange }: Props & { readonly hasTime: boolean }) {
  if (!hasTime) {
    return (
      <div>
        <Text size="sm" fw={500}>
          {words.fields.range}
        </Text>
        <Text size="sm" c="dimmed">
          {words.rangeNoTime}
        </Text>
      </div>
    );
  }
  return (
    <Stack gap="sm">
      <Radio.Group
        label={words.fields.range}
        withAsterisk
        value={form.rangeKind}
        error={messages.range}
        onChange={(kind) => onChange({ rangeKind: kind as RangeKind })}
      >
        <Stack gap={8} mt={6} mb={messages.range === undefined ? 0 : 6}>
          <Radio value="all" label={words.range.all} />
          <Radio value="last" label={words.range.last} />
          <Radio value="fixed" label={words.range.fixed} />
        </Stack>
      </Radio.Group>
      {form.rangeKind === 'last' && <LastFields form={form} messages={messages} onChange={onChange} />}
      {form.rangeKind === 'fixed' && <FixedFields form={form} messages={messages} onChange={onChange} />}
    </Stack>
  );
}

function LastFields({ form, messages, onChange }: Props) {
  return (
    <Group align="flex-start">
      <TextInput
        label={words.count}
        required
        type="number"
        inputMode="numeric"
        min={1}
        max={100_000}
        step={1}
        w={130}
        value={form.count}
        error={messages['range.count']}
        onChange={(event) => onChange({ count: event.currentTarget.value })}
      />
      <NativeSelect
        label={words.unit}
        required
        value={form.unit}
        error={messages['range.unit']}
        onChange={(event) => onChange({ unit: event.currentTarget.value as RangeUnit })}
        data={Object.entries(strings.units).map(([value, label]) => ({ value, label }))}
      />
    </Group>
  );
}

function FixedFields({ form, messages, onChange }: Props) {
  const { timeZone } = useSession();
  return (
    <Stack gap={6}>
      <Group align="flex-start">
        <TextInput
          label={words.from}
          required
          type="datetime-local"
          max="9999-12-31T23:59"
          value={form.from}
          error={messages['range.from']}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
        />
        <TextInput
          label={words.to}
          required
          type="datetime-local"
          max="9999-12-31T23:59"
          value={form.to}
          error={messages['range.to']}
          onChange={(event) => onChange({ to: event.currentTarget.value })}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {words.zoneHint(timeZone)}
      </Text>
    </Stack>
  );
}
