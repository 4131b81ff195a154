import { Checkbox, Group, NativeSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import type { JobView } from '../../../src/contract/job.ts';
import { strings } from '../../strings.ts';
import { type JobForm, type RunKind, withRunKind } from './job-form.ts';
import { BoundsFields } from './bounds-fields.tsx';
import type { FieldProps } from './field-props.ts';
import type { FormField } from './field-problems.ts';
import { MomentInput } from './moment-input.tsx';
import { TimeZoneField } from './time-zone-field.tsx';

const { editor, schedule: words } = strings;

/** When the job runs: the way of running, what that way needs, start and end, zone, and what becomes of missed runs. */
export function RunFields({ form, messages, onChange }: FieldProps) {
  const immediately = form.runKind === 'once' && form.onceStart === 'immediately';
  return (
    <Stack gap="md">
      <Group align="flex-start" style={{ columnGap: 32, rowGap: 12 }}>
        <NativeSelect
          data-field="run"
          label={editor.fields.run}
          required
          miw={150}
          value={form.runKind}
          error={messages.run}
          onChange={(event) => onChange(withRunKind(form, event.currentTarget.value as RunKind))}
          data={Object.entries(words.runs).map(([value, label]) => ({ value, label }))}
        />
        <RuleFields form={form} messages={messages} onChange={onChange} />
      </Group>
      {form.runKind !== 'once' && <BoundsFields form={form} messages={messages} onChange={onChange} />}
      <TimeZoneField form={form} message={messages.timeZone} onChange={onChange} />
      {!immediately && (
        <div>
          <NativeSelect
            data-field="missedRuns"
            label={words.missedRuns}
            description={words.missedHint}
            maw={420}
            value={form.missedRuns}
            error={messages.missedRuns}
            onChange={(event) => onChange({ missedRuns: event.currentTarget.value as JobView['missedRuns'] })}
            data={Object.entries(words.missed).map(([value, label]) => ({ value, label }))}
          />
          <Text size="sm" c="dimmed" mt={6} maw={620}>
            {words.missedExample[form.missedRuns]}
          </Text>
        </div>
      )}
    </Stack>
  );
}

function RuleFields(props: FieldProps) {
  switch (props.form.runKind) {
    case 'once':
      return <OnceFields {...props} />;
    case 'hourly':
      return <HourlyFields {...props} />;
    case 'daily':
      return <TimeInput {...props} />;
    case 'weekly':
      return <WeeklyFields {...props} />;
    case 'monthly':
      return <MonthlyFields {...props} />;
  }
}

function OnceFields({ form, messages, onChange }: FieldProps) {
  return (
    <Stack gap="xs">
      <Radio.Group
        data-field="run.start"
        label={words.start}
        value={form.onceStart}
        error={messages['run.start']}
        onChange={(value) => onChange({ onceStart: value as JobForm['onceStart'] })}
      >
        <Stack gap={8} mt={8} mb={messages['run.start'] === undefined ? 0 : 6}>
          <Radio value="immediately" label={words.immediately} />
          <Radio value="at" label={words.configure} />
        </Stack>
      </Radio.Group>
      {form.onceStart === 'at' && (
        <MomentInput field="run.at" label={words.at} value={form.at} message={messages['run.at']} onChange={(at) => onChange({ at })} />
      )}
    </Stack>
  );
}

function HourlyFields({ form, messages, onChange }: FieldProps) {
  return (
    <>
      <NumberInput
        field="run.every"
        label={words.every}
        hint={words.everyHint}
        range={[1, 23]}
        value={form.every}
        message={messages['run.every']}
        onChange={(every) => onChange({ every })}
      />
      <NumberInput
        field="run.minute"
        label={words.minute}
        hint={words.minuteHint}
        range={[0, 59]}
        value={form.minute}
        message={messages['run.minute']}
        onChange={(minute) => onChange({ minute })}
      />
    </>
  );
}

function WeeklyFields({ form, messages, onChange }: FieldProps) {
  const message = messages['run.weekdays'];
  return (
    <>
      <Checkbox.Group
        data-field="run.weekdays"
        label={words.weekdays}
        withAsterisk
        value={[...form.weekdays]}
        error={message}
        onChange={(weekdays) => onChange({ weekdays })}
      >
        <Group mt={8} gap="md" maw={420} mb={message === undefined ? 0 : 6}>
          {words.weekdayNames.map((name, index) => (
            <Checkbox key={name} value={String(index + 1)} label={name} />
          ))}
        </Group>
      </Checkbox.Group>
      <TimeInput form={form} messages={messages} onChange={onChange} />
    </>
  );
}

const DAYS = Array.from({ length: 31 }, (_, index) => String(index + 1));

function MonthlyFields({ form, messages, onChange }: FieldProps) {
  return (
    <>
      <NativeSelect
        data-field="run.day"
        label={words.day}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        value={form.day}
        error={messages['run.day']}
        onChange={(event) => onChange({ day: event.currentTarget.value })}
        data={[...DAYS, { value: 'last', label: words.lastDay }]}
        {...(Number(form.day) > 28 ? { description: words.dayHint } : {})}
      />
      <TimeInput form={form} messages={messages} onChange={onChange} />
    </>
  );
}

function TimeInput({ form, messages, onChange }: FieldProps) {
  return (
    <TextInput
      data-field="run.time"
      label={words.time}
      required
      type="time"
      w={130}
      value={form.time}
      error={messages['run.time']}
      onChange={(event) => onChange({ time: event.currentTarget.value })}
    />
  );
}

interface NumberProps {
  readonly field: FormField;
  readonly label: string;
  readonly hint: string;
  readonly range: readonly [number, number];
  readonly value: string;
  readonly message: string | undefined;
  readonly onChange: (value: string) => void;
}

function NumberInput({ field, label, hint, range: [min, max], value, message, onChange }: NumberProps) {
  return (
    <TextInput
      data-field={field}
      label={label}
      description={hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      required
      type="number"
      inputMode="numeric"
      min={min}
      max={max}
      step={1}
      w={170}
      value={value}
      error={message}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
