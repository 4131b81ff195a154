import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { OneTimePasswordView, UserView } from '../../../src/contract/user.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { fieldError } from '../../components/field-error.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { peopleWords } from '../../own-people-words.ts';
import { strings } from '../../strings.ts';
import { useAddUser, useSetEmail, useSetRoles } from './use-users.ts';

const { users: words } = peopleWords;

interface FormProps {
  readonly title: string;
  readonly save: string;
  readonly busy: boolean;
  readonly children: ReactNode;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

function FormDialog({ title, save, busy, children, onSubmit, onClose }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {strings.app.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface RolesProps {
  readonly roles: readonly string[];
  readonly chosen: readonly string[];
  readonly error: unknown;
  readonly onChange: (chosen: readonly string[]) => void;
}

function Roles({ roles, chosen, error, onChange }: RolesProps) {
  const labelOf = (name: string) => strings.user.roles[name] ?? name;
  return (
    <ChooseMany
      label={words.roles}
      names={roles}
      labelOf={labelOf}
      hintOf={(name) => words.what[name]}
      chosen={chosen}
      error={fieldError(error, 'roles')}
      onChange={onChange}
    />
  );
}

/** A new user; what comes back holds their password, once. */
export function AddUser({ roles, onMade, onClose }: { roles: readonly string[]; onMade: (made: OneTimePasswordView) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const add = useAddUser();
  const submit = () => add.mutate({ name: name.trim(), email: email.trim() || null, roles: [...chosen] }, { onSuccess: onMade });
  return (
    <FormDialog title={words.addTitle} save={words.add} busy={add.isPending} onSubmit={submit} onClose={onClose}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        data-autofocus
        required
        autoComplete="off"
        value={name}
        error={fieldError(add.error, 'name')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label={words.email}
        type="email"
        autoComplete="off"
        value={email}
        error={fieldError(add.error, 'email')}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Roles roles={roles} chosen={chosen} error={add.error} onChange={setChosen} />
      <ProblemAlert error={add.error} shown={({ field }) => field === 'name' || field === 'email' || field.startsWith('roles')} />
    </FormDialog>
  );
}

export function ChangeRoles({ user, roles, onClose }: { user: UserView; roles: readonly string[]; onClose: () => void }) {
  const [chosen, setChosen] = useState<readonly string[]>(user.roles);
  const change = useSetRoles();
  const submit = () => change.mutate({ id: user.id, roles: chosen }, { onSuccess: () => changed(user, onClose) });
  return (
    <FormDialog title={words.rolesTitle(user.name)} save={words.save} busy={change.isPending} onSubmit={submit} onClose={onClose}>
      <Text size="sm">{words.rolesText}</Text>
      <Roles roles={roles} chosen={chosen} error={change.error} onChange={setChosen} />
      <ProblemAlert error={change.error} shown={({ field }) => field.startsWith('roles')} />
    </FormDialog>
  );
}

export function ChangeEmail({ user, onClose }: { user: UserView; onClose: () => void }) {
  const [email, setEmail] = useState(user.email ?? '');
  const change = useSetEmail();
  const submit = () => change.mutate({ id: user.id, email: email.trim() || null }, { onSuccess: () => changed(user, onClose) });
  return (
    <FormDialog title={words.emailTitle(user.name)} save={words.save} busy={change.isPending} onSubmit={submit} onClose={onClose}>
      <TextInput
        label={words.email}
        type="email"
        data-autofocus
        autoComplete="off"
        value={email}
        error={fieldError(change.error, 'email')}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <ProblemAlert error={change.error} shown={({ field }) => field === 'email'} />
    </FormDialog>
  );
}

function changed(user: UserView, onClose: () => void): void {
  notifications.show({ message: words.changed(user.name), color: 'green' });
  onClose();
}
