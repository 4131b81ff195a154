import { Anchor, Group, NativeSelect, Radio, Stack, Switch, Text, TextInput } from '@mantine/core';
import { strings } from '../../strings.ts';
import { type JobForm, type RangeKind, type RangeUnit, rangeKindsOf, withFixedBy } from './job-form.ts';
import { MomentInput } from './moment-input.tsx';
import type { FieldProps } from './field-props.ts';

const { editor: words } = strings;

/** Date range of data: what a run exports, seen from the time it is planned for. */
export function RangeFields({ form, hasTime, messages, onChange }: FieldProps & { readonly hasTime: boolean }) {
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
  const choose = (part: Partial<JobForm>) => onChange({ ...part, rangeChosen: true });
  const props = { form, messages, onChange: choose };
  return (
    <Stack gap="md">
      <Radio.Group
        data-field="range"
        label={words.fields.range}
        withAsterisk
        value={form.rangeKind}
        error={messages.range}
        onChange={(kind) => choose({ rangeKind: kind as RangeKind })}
      >
        <Stack gap={8} mt={6} mb={messages.range === undefined ? 0 : 6}>
          {rangeKindsOf(form).map((kind) => (
            <Radio key={kind} value={kind} label={words.range[kind]} {...(kind === form.rangeKind ? { description: words.rangeHint[kind] } : {})} />
          ))}
        </Stack>
      </Radio.Group>
      {form.rangeKind === 'since_previous' && <DataFromFields {...props} />}
      {form.rangeKind === 'last' && <LastFields {...props} />}
      {form.rangeKind === 'fixed' && <FixedFields {...props} />}
    </Stack>
  );
}

function DataFromFields({ form, messages, onChange }: FieldProps) {
  const atMoment = form.dataFromKind === 'at';
  return (
    <Group align="flex-start">
      <NativeSelect
        {...(atMoment ? {} : { 'data-field': 'range.dataFrom' })}
        label={words.dataFrom}
        description={words.dataFromHint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={form.dataFromKind}
        error={atMoment ? undefined : messages['range.dataFrom']}
        onChange={(event) => onChange({ dataFromKind: event.currentTarget.value as JobForm['dataFromKind'] })}
        data={Object.entries(words.dataFromKinds).map(([value, label]) => ({ value, label }))}
      />
      {atMoment && (
        <MomentInput
          field="range.dataFrom"
          label={words.dataFromMoment}
          value={form.dataFrom}
          message={messages['range.dataFrom']}
          onChange={(dataFrom) => onChange({ dataFrom })}
        />
      )}
    </Group>
  );
}

function LastFields({ form, messages, onChange }: FieldProps) {
  return (
    <Stack gap="sm">
      <Group align="flex-start">
        <TextInput
          data-field="range.count"
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
          data-field="range.unit"
          label={words.unit}
          required
          value={form.unit}
          error={messages['range.unit']}
          onChange={(event) => onChange({ unit: event.currentTarget.value as RangeUnit })}
          data={Object.entries(strings.units).map(([value, label]) => ({ value, label }))}
        />
      </Group>
      <Switch
        data-field="range.calendar"
        label={words.calendar(form.unit)}
        description={words.calendarHint(form.unit)}
        checked={form.calendar}
        error={messages['range.calendar']}
        onChange={(event) => onChange({ calendar: event.currentTarget.checked })}
      />
    </Stack>
  );
}

/** By days unless somebody asks for times: the last day belongs to the interval, as people mean it. */
function FixedFields({ form, messages, onChange }: FieldProps) {
  const byDate = form.fixedBy === 'date';
  const input = (bound: 'from' | 'to', label: string) => (
    <TextInput
      data-field={`range.${bound}`}
      label={label}
      required
      type={byDate ? 'date' : 'datetime-local'}
      max={byDate ? '9999-12-31' : '9999-12-31T23:59'}
      value={form[bound]}
      error={messages[`range.${bound}`]}
      onChange={(event) => onChange({ [bound]: event.currentTarget.value })}
    />
  );
  return (
    <Stack gap={6}>
      <Group align="flex-start">
        {input('from', byDate ? words.firstDay : words.from)}
        {input('to', byDate ? words.lastDay : words.to)}
      </Group>
      <Text size="sm" c="dimmed">
        {byDate ? words.daysHint(form.timeZone) : words.zoneHint(form.timeZone)}{' '}
        <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onChange(withFixedBy(form, byDate ? 'time' : 'date'))}>
          {byDate ? words.withTimes : words.withDays}
        </Anchor>
      </Text>
    </Stack>
  );
}
