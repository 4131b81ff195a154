import { Checkbox, Group, Input, NativeSelect, Stack, Switch, Text } from '@mantine/core';
import type { SourceView } from '../../../src/contract/source.ts';
import { strings } from '../../strings.ts';
import type { FieldProps } from './field-props.ts';
import { typeOf } from './job-form.ts';
import { TypeInsight } from './type-insight.tsx';

const { editor: words } = strings;

interface Props extends FieldProps {
  readonly sources: readonly SourceView[];
}

/** Source, type, entity types: each choice narrows the next. */
export function DataFields({ form, sources, messages, onChange }: Props) {
  const source = sources.find(({ name }) => name === form.source);
  const types = source?.types ?? [];
  const chooseSource = (name: string) => {
    const offered = sources.find((entry) => entry.name === name)?.types ?? [];
    onChange({ source: name, type: offered.length === 1 ? (offered[0]?.type ?? '') : '', entityTypes: [] });
  };
  return (
    <>
      {sources.length === 0 && <Text size="sm">{words.noSources}</Text>}
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <NativeSelect
          data-field="source"
          label={words.fields.source}
          required
          miw={200}
          value={form.source}
          error={messages.source}
          onChange={(event) => chooseSource(event.currentTarget.value)}
          data={[{ value: '', label: words.chooseSource }, ...sources.map(({ name }) => ({ value: name, label: name }))]}
        />
        <NativeSelect
          data-field="type"
          label={words.fields.type}
          required
          miw={200}
          value={form.type}
          error={messages.type}
          onChange={(event) => onChange({ type: event.currentTarget.value, entityTypes: [] })}
          data={[
            { value: '', label: source === undefined ? words.chooseSourceFirst : words.chooseType },
            ...types.map(({ type }) => ({ value: type, label: type })),
          ]}
        />
      </Group>
      <EntityTypes form={form} sources={sources} messages={messages} onChange={onChange} />
    </>
  );
}

function EntityTypes({ form, sources, messages, onChange }: Props) {
  const offered = typeOf(form, sources)?.entityTypes ?? [];
  return (
    <Stack gap="xs">
      <Stack gap="xs" data-field="entityTypes">
        <Input.Label component="span">{words.fields.entityTypes}</Input.Label>
        <Switch label={words.allEntityTypes} checked={form.allEntityTypes} onChange={(event) => onChange({ allEntityTypes: event.currentTarget.checked })} />
        {form.allEntityTypes && messages.entityTypes !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)">
            {messages.entityTypes}
          </Text>
        )}
        {!form.allEntityTypes && (
          <Checkbox.Group
            label={words.entityTypesOf}
            withAsterisk
            value={[...form.entityTypes]}
            error={messages.entityTypes}
            onChange={(entityTypes) => onChange({ entityTypes })}
          >
            <Group mt={6} gap="lg" mb={messages.entityTypes === undefined ? 0 : 6}>
              {offered.length === 0 && (
                <Text size="sm" c="dimmed">
                  {words.typeFirst}
                </Text>
              )}
              {offered.map((name) => (
                <Checkbox key={name} value={name} label={name} />
              ))}
            </Group>
          </Checkbox.Group>
        )}
      </Stack>
      {offered.length > 0 && (
        <TypeInsight
          key={`${form.source} ${form.type}`}
          source={form.source}
          type={form.type}
          entityTypes={form.allEntityTypes || form.entityTypes.length === 0 ? offered : form.entityTypes}
        />
      )}
    </Stack>
  );
}
