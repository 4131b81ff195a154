import { NativeSelect, Radio, Stack } from '@mantine/core';
import { strings } from '../../strings.ts';
import { formats as german } from '../../strings/de/formats.ts';
import { formats as english } from '../../strings/formats.ts';
import { currentLanguage } from '../../language.ts';
import type { FieldProps } from './field-props.ts';
import type { JobForm } from './job-form.ts';

/** They come with the form of a job, in both languages: the first page has no room for them. */
const words = currentLanguage() === 'de' ? german : english;

/** In what the data are written; of CSV, what becomes of texts that a spreadsheet would calculate. */
export function FormatFields({ form, messages, onChange }: FieldProps) {
  return (
    <>
      <NativeSelect
        data-field="format"
        label={strings.editor.file.format}
        description={words.hint}
        maw={420}
        value={form.format}
        error={messages.format}
        onChange={(event) => onChange({ format: event.currentTarget.value as JobForm['format'] })}
        data={Object.entries(words.choices).map(([value, label]) => ({ value, label }))}
      />
      {form.format === 'csv' && (
        <Radio.Group
          data-field="csvFormulas"
          label={strings.editor.file.formulas}
          description={words.formulasHint}
          value={form.csvFormulas}
          error={messages.csvFormulas}
          onChange={(value) => onChange({ csvFormulas: value as JobForm['csvFormulas'] })}
        >
          <Stack gap={8} mt={8} maw={620}>
            <Radio value="keep" label={words.formulaWays.keep} description={words.formulaEffects.keep} />
            <Radio value="escape" label={words.formulaWays.escape} description={words.formulaEffects.escape} />
          </Stack>
        </Radio.Group>
      )}
    </>
  );
}
