import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { OneTimePasswordView, UserView } from '../../../src/contract/user.ts';
import { useMay } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { MoreIcon } from '../../components/icons.tsx';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { describeProblem, ProblemAlert } from '../../components/problem-alert.tsx';
import { SecretOnce } from '../../components/secret-once.tsx';
import { peopleWords } from '../../own-people-words.ts';
import { strings } from '../../strings.ts';
import { type UserAct, UserActDialog } from './user-acts.tsx';
import { AddUser } from './user-forms.tsx';
import { useResumeUser, useUsers } from './use-users.ts';

const { users: words } = peopleWords;

/** Who signs in to the tenant, and what they may do. */
export function UsersPage() {
  const { data, error } = useUsers();
  const mayChange = useMay('users.change');
  const [isAdding, setAdding] = useState(false);
  const [doing, setDoing] = useState<{ act: UserAct; user: UserView } | null>(null);
  const [made, setMade] = useState<OneTimePasswordView | null>(null);
  const roles = data?.roles.map((one) => one.name) ?? [];
  const show = (password: OneTimePasswordView) => {
    setAdding(false);
    setDoing(null);
    setMade(password);
  };
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        {mayChange && <Button onClick={() => setAdding(true)}>{words.add}</Button>}
      </PageHeader>
      <ProblemAlert error={error} />
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <DataTable
            label={words.title}
            columns={columnsOf(mayChange, (act, user) => setDoing({ act, user }))}
            rows={data.items}
            id={({ id }) => id}
            faded={isSuspended}
          />
          <Text size="sm" c="dimmed" mt="xs">
            {words.quota(data.items.length, data.quota)}
          </Text>
        </>
      )}
      {isAdding && <AddUser roles={roles} onMade={show} onClose={() => setAdding(false)} />}
      {doing !== null && <UserActDialog act={doing.act} user={doing.user} roles={roles} onPassword={show} onClose={() => setDoing(null)} />}
      {made !== null && (
        <SecretOnce
          title={words.passwordTitle(made.user.name)}
          text={words.passwordText}
          what={words.password}
          secret={made.password}
          done={words.done}
          onClose={() => setMade(null)}
        />
      )}
    </>
  );
}

function isSuspended({ state }: UserView): boolean {
  return state === 'suspended';
}

function columnsOf(mayChange: boolean, onAct: (act: UserAct, user: UserView) => void): readonly Column<UserView>[] {
  const { columns: labels } = words;
  const columns: Column<UserView>[] = [
    { key: 'name', label: labels.name, cell: ({ name, isYou }) => (isYou ? `${name} (${words.you})` : name) },
    { key: 'roles', label: labels.roles, cell: ({ roles }) => roles.map((role) => strings.user.roles[role] ?? role).join(', ') || words.noRoles },
    { key: 'state', label: labels.state, cell: stateOf },
    { key: 'factor', label: labels.factor, cell: ({ hasSecondFactor }) => (hasSecondFactor ? words.factorOn : words.factorOff) },
    { key: 'email', label: labels.email, cell: ({ email }) => email ?? words.noEmail },
  ];
  const acts: Column<UserView> = { key: 'acts', label: labels.acts, hideLabel: true, stays: true, cell: (user) => <UserMenu user={user} onAct={onAct} /> };
  return mayChange ? [...columns, acts] : columns;
}

function stateOf({ state, mustChangePassword }: UserView): string {
  return state === 'active' && mustChangePassword ? words.states.new : words.states[state];
}

function UserMenu({ user, onAct }: { user: UserView; onAct: (act: UserAct, user: UserView) => void }) {
  const resume = useResumeUser();
  const letWork = () =>
    resume.mutate(user.id, {
      onSuccess: () => notifications.show({ message: words.changed(user.name), color: 'green' }),
      onError: (error) => notifications.show({ message: describeProblem(error), color: 'red' }),
    });
  const item = (act: UserAct) => <Menu.Item onClick={() => onAct(act, user)}>{words.acts[act]}</Menu.Item>;
  return (
    <Menu position="bottom-end" withinPortal portalProps={{ target: '#main' }}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" c="dimmed" aria-label={words.menu(user.name)} loading={resume.isPending}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item('roles')}
        {item('email')}
        {!user.isYou && item('password')}
        {!user.isYou && user.hasSecondFactor && item('factor')}
        {!user.isYou && user.state === 'active' && item('suspend')}
        {user.state === 'suspended' && <Menu.Item onClick={letWork}>{words.acts.resume}</Menu.Item>}
        {!user.isYou && item('remove')}
      </Menu.Dropdown>
    </Menu>
  );
}
