import { PasswordInput, Text, TextInput } from '@mantine/core';
import { strings } from '../../strings.ts';
import { words } from './words.ts';

interface Props {
  readonly value: string;
  readonly error?: string | undefined;
  readonly onChange: (value: string) => void;
}

/** The password of the person whose name stands above. */
export function PasswordField({ value, error, onChange, account }: Props & { account: string }) {
  return (
    <>
      <Text size="sm">{strings.signIn.as(account)}</Text>
      <input type="text" name="username" autoComplete="username" value={account} readOnly hidden />
      <PasswordInput
        label={strings.signIn.password}
        data-autofocus
        autoFocus
        required
        maxLength={1024}
        autoComplete="current-password"
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </>
  );
}

/** A code of the app, or a recovery code. */
export function CodeField({ value, error, onChange }: Props) {
  return (
    <TextInput
      label={words.code}
      description={words.codeHint}
      data-autofocus
      autoFocus
      required
      maxLength={40}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
