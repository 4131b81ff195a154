import { Group, Radio, Stack, Switch } from '@mantine/core';
import { strings } from '../../strings.ts';
import type { JobForm } from './job-form.ts';
import { MomentInput } from './moment-input.tsx';
import type { FieldProps } from './field-props.ts';

const { schedule: words } = strings;

/** From when to when a repeating job runs. */
export function BoundsFields({ form, messages, onChange }: FieldProps) {
  const atMoment = form.startKind === 'at';
  const startMessage = atMoment ? undefined : messages['run.start'];
  return (
    <Group align="flex-start" style={{ columnGap: 48, rowGap: 0 }}>
      <Stack gap="xs">
        <Radio.Group
          {...(atMoment ? {} : { 'data-field': 'run.start' })}
          label={words.start}
          value={form.startKind}
          error={startMessage}
          onChange={(value) => onChange({ startKind: value as JobForm['startKind'] })}
        >
          <Stack gap={8} mt={8} mb={startMessage === undefined ? 0 : 6}>
            <Radio value="now" label={words.startNow} />
            <Radio value="at" label={words.startAt} />
          </Stack>
        </Radio.Group>
        {atMoment && (
          <MomentInput
            field="run.start"
            label={words.startMoment}
            value={form.start}
            message={messages['run.start']}
            onChange={(start) => onChange({ start })}
          />
        )}
      </Stack>
      <Stack gap="xs">
        <Switch
          {...(form.hasEnd ? {} : { 'data-field': 'run.end' })}
          mt={30}
          label={words.hasEnd}
          checked={form.hasEnd}
          error={form.hasEnd ? undefined : messages['run.end']}
          onChange={(event) => onChange({ hasEnd: event.currentTarget.checked })}
        />
        {form.hasEnd && <MomentInput field="run.end" label={words.end} value={form.end} message={messages['run.end']} onChange={(end) => onChange({ end })} />}
      </Stack>
    </Group>
  );
}
