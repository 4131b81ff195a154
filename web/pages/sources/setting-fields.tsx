import { NativeSelect, PasswordInput, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core';
import type { SourceDetailView } from '../../../src/contract/source.ts';
import { fieldError } from '../../components/field-error.ts';
import { isThisMachine, type SourceForm } from './source-form.ts';
import { words } from './words.ts';

const { editor } = words;

interface Props {
  readonly form: SourceForm;
  readonly stored: SourceDetailView | null;
  readonly error: unknown;
  readonly disabled: boolean;
  readonly onChange: (form: SourceForm) => void;
}

/** Every setting with what it is for, and what the server said of it. */
export function SettingFields({ form, stored, error, disabled, onChange }: Props) {
  const text = (name: Exclude<keyof SourceForm, 'tls'>) => ({
    value: form[name],
    error: fieldError(error, name),
    disabled,
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => onChange({ ...form, [name]: value }),
  });
  const host = {
    ...text('host'),
    // A new source follows its host, until somebody chooses.
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      onChange({
        ...form,
        host: value,
        ...(stored === null && isThisMachine(value) !== isThisMachine(form.host) && { tls: isThisMachine(value) ? 'off' : 'verified' }),
      }),
  };
  const catalogs = [...(form.catalog === '' ? [{ value: '', label: '' }] : []), ...Object.entries(editor.catalogs).map(([value, label]) => ({ value, label }))];
  return (
    <>
      <TextInput label={editor.name} description={editor.nameHelp} required autoComplete="off" {...text('name')} />
      <NativeSelect label={editor.catalog} description={editor.catalogHelp} required data={catalogs} {...text('catalog')} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={editor.host} description={editor.hostHelp} required autoComplete="off" spellCheck={false} {...host} />
        <TextInput label={editor.port} description={editor.portHelp} inputMode="numeric" {...text('port')} />
        <TextInput label={editor.database} description={editor.databaseHelp} required autoComplete="off" spellCheck={false} {...text('database')} />
        <TextInput label={editor.user} description={editor.userHelp} required autoComplete="off" spellCheck={false} {...text('user')} />
      </SimpleGrid>
      {!disabled && (
        <PasswordInput
          label={editor.password}
          description={stored === null ? editor.passwordHelp : `${editor.passwordHelp} ${editor.passwordKept}`}
          required={stored === null}
          autoComplete="new-password"
          {...text('password')}
        />
      )}
      <TextInput label={editor.writer} description={editor.writerHelp} autoComplete="off" spellCheck={false} {...text('writerUser')} />
      {!disabled && form.writerUser !== '' && (
        <PasswordInput
          label={editor.writerPassword}
          description={stored?.writerUser ? `${editor.passwordHelp} ${editor.passwordKept}` : editor.passwordHelp}
          required={!stored?.writerUser}
          autoComplete="new-password"
          {...text('writerPassword')}
        />
      )}
      <NativeSelect
        label={editor.tls}
        description={editor.tlsHelp[form.tls]}
        data={(['verified', 'required', 'off'] as const).map((value) => ({ value, label: words.tls[value] }))}
        value={form.tls}
        error={fieldError(error, 'tls')}
        disabled={disabled}
        onChange={({ currentTarget: { value } }) => onChange({ ...form, tls: value as SourceForm['tls'] })}
      />
      {form.tls !== 'off' && (
        <Textarea label={editor.ca} description={editor.caHelp} autosize minRows={2} maxRows={8} spellCheck={false} {...text('caCertificate')} />
      )}
      {stored?.ca.map(({ subject, validUntil }) => (
        <Text key={subject} size="xs" c="dimmed">
          {editor.caUntil(subject, validUntil.slice(0, 10))}
        </Text>
      ))}
      <TextInput label={editor.settle} description={editor.settleHelp} inputMode="numeric" {...text('settleSeconds')} />
    </>
  );
}
