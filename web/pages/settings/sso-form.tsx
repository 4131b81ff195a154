import { Alert, Button, Group, PasswordInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SsoView } from '../../../src/contract/sso.ts';
import { ApiProblem, call } from '../../api/client.ts';
import { words as account } from '../../components/account/words.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { fieldMessage, ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { mapOf, mapText } from './role-map.ts';

const { tenant: words } = account;
/** As src/domain/permission-table.ts names them; the server refuses any other. */
const ROLES = Object.keys(strings.user.roles).join(', ');

/** The provider of the tenant; it has to answer before it is stored. */
export function SsoForm({ view }: { view: SsoView }) {
  const { settings, redirectUri } = view;
  const [form, setForm] = useState({
    issuer: settings?.issuer ?? '',
    clientId: settings?.clientId ?? '',
    clientSecret: '',
    nameClaim: settings?.nameClaim ?? 'preferred_username',
    roleClaim: settings?.roleClaim ?? 'roles',
    map: mapText(settings?.roles ?? {}),
  });
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (body: object) => call<SsoView>('PUT', '/api/sso', { body }),
    onSuccess: (saved) => client.setQueryData(['sso'], saved),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { map, clientSecret, ...rest } = form;
    // Empty keeps what is stored; where nothing is, the client is public.
    save.mutate({ ...rest, roles: mapOf(map), ...(clientSecret !== '' && { clientSecret }) });
  };
  const field = (name: keyof typeof form) => ({
    value: form[name],
    error: problemOf(save.error, name),
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [name]: event.currentTarget.value }),
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={560}>
        <Register address={redirectUri} />
        <TextInput label={words.issuer} description={words.issuerHint} required maxLength={500} autoCapitalize="none" spellCheck={false} {...field('issuer')} />
        <TextInput label={words.clientId} required maxLength={200} autoCapitalize="none" spellCheck={false} {...field('clientId')} />
        <PasswordInput
          label={words.clientSecret}
          description={settings?.hasSecret === true ? words.secretKept : words.secretNone}
          maxLength={1000}
          autoComplete="off"
          {...field('clientSecret')}
        />
        <TextInput label={words.nameClaim} required maxLength={100} {...field('nameClaim')} />
        <TextInput label={words.roleClaim} required maxLength={100} {...field('roleClaim')} />
        <Textarea label={words.map} description={`${words.mapHint} ${words.mapRoles(ROLES)}`} autosize minRows={2} spellCheck={false} {...field('map')} />
        <ProblemAlert error={save.error} shown={(problem) => problem.field in form} />
        {save.isSuccess && <Alert color="green">{words.saved}</Alert>}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {words.save}
          </Button>
          {settings !== null && <Remove />}
        </Group>
      </Stack>
    </form>
  );
}

function problemOf(error: unknown, name: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const found = error.fields.find(({ field }) => field === name || (name === 'map' && field.startsWith('roles')));
  return found === undefined ? undefined : fieldMessage(found);
}

function Register({ address }: { address: string | null }) {
  if (address === null) return <Alert color="yellow">{words.noAddress}</Alert>;
  return (
    <div>
      <Text size="sm" fw={600}>
        {words.register}
      </Text>
      <Group gap={4} wrap="nowrap">
        <span className="udm-code" style={{ overflowWrap: 'anywhere' }}>
          {address}
        </span>
        <CopyButton text={address} what={words.register} />
      </Group>
    </div>
  );
}

function Remove() {
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call<undefined>('DELETE', '/api/sso'),
    onSuccess: () => {
      setAsked(false);
      void client.invalidateQueries({ queryKey: ['sso'] });
    },
  });
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {words.remove}
      </Button>
      <ConfirmDialog
        opened={isAsked}
        title={words.removeTitle}
        text={words.removeText}
        confirm={words.remove}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsked(false)}
      />
    </>
  );
}
