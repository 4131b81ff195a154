import { Alert, Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { strings } from '../../strings.ts';
import { FormatFields } from './format-fields.tsx';
import type { FieldProps } from './field-props.ts';
import { type JobForm, splitMegabytesOf } from './job-form.ts';

const words = strings.editor.file;

/** Above it openssl, which holds a file three times over in memory, can no longer be counted on. */
const OPENSSL_MEGABYTES = 1_400;

/** How the file is made: in which format, in one piece or in parts, and how small. */
export function FileFields({ form, messages, onChange }: FieldProps) {
  const message = messages.splitMegabytes;
  const tooBig = (splitMegabytesOf(form) ?? 0) > OPENSSL_MEGABYTES;
  return (
    <Stack gap="md">
      <FormatFields form={form} messages={messages} onChange={onChange} />
      <Radio.Group
        {...(form.isSplit ? {} : { 'data-field': 'splitMegabytes' })}
        label={words.split}
        description={words.splitHint}
        value={form.isSplit ? 'split' : 'single'}
        error={form.isSplit ? undefined : message}
        onChange={(value) => onChange({ isSplit: value === 'split' })}
      >
        <Stack gap={8} mt={8}>
          <Radio value="single" label={words.single} />
          <Radio value="split" label={words.parts} />
        </Stack>
      </Radio.Group>
      {form.isSplit && (
        <Group align="flex-start" gap="sm">
          <TextInput
            data-field="splitMegabytes"
            label={words.most}
            required
            inputMode="numeric"
            w={130}
            value={form.splitSize}
            error={message}
            onChange={(event) => onChange({ splitSize: event.currentTarget.value })}
          />
          <NativeSelect
            label={words.unit}
            w={90}
            value={form.splitUnit}
            data={['MB', 'GB']}
            onChange={(event) => onChange({ splitUnit: event.currentTarget.value as JobForm['splitUnit'] })}
          />
        </Group>
      )}
      {form.isSplit && tooBig && (
        <Alert variant="light" color="yellow" role="status" title={words.bigTitle} maw={620}>
          {words.bigText}
        </Alert>
      )}
      <NativeSelect
        data-field="compression"
        label={words.compression}
        description={words.compressionHint}
        maw={420}
        value={form.compression}
        error={messages.compression}
        onChange={(event) => onChange({ compression: event.currentTarget.value as JobForm['compression'] })}
        data={Object.entries(words.compressions).map(([value, label]) => ({ value, label }))}
      />
    </Stack>
  );
}
