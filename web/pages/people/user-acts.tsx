import { notifications } from '@mantine/notifications';
import type { OneTimePasswordView, UserView } from '../../../src/contract/user.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { peopleWords } from '../../own-people-words.ts';
import { ChangeEmail, ChangeRoles } from './user-forms.tsx';
import { useDeleteUser, useResetFactor, useResetPassword, useSuspendUser } from './use-users.ts';

const { users: words } = peopleWords;

export type UserAct = 'roles' | 'email' | 'password' | 'factor' | 'suspend' | 'remove';

interface Props {
  readonly act: UserAct;
  readonly user: UserView;
  readonly roles: readonly string[];
  readonly onPassword: (made: OneTimePasswordView) => void;
  readonly onClose: () => void;
}

/** The dialog of what is to be done with a user. */
export function UserActDialog({ act, user, roles, onPassword, onClose }: Props) {
  const reset = useResetPassword();
  const factor = useResetFactor();
  const suspend = useSuspendUser();
  const remove = useDeleteUser();
  switch (act) {
    case 'roles':
      return <ChangeRoles user={user} roles={roles} onClose={onClose} />;
    case 'email':
      return <ChangeEmail user={user} onClose={onClose} />;
    case 'password': {
      const confirm = () => reset.mutate(user.id, { onSuccess: onPassword });
      return <Ask words={['resetTitle', words.resetText(user.name), 'resetConfirm']} asked={reset} onConfirm={confirm} onClose={onClose} />;
    }
    case 'factor': {
      const confirm = () => factor.mutate(user.id, { onSuccess: () => done(words.factorGone(user.name), onClose) });
      return <Ask words={['factorTitle', words.factorText(user.name), 'factorConfirm']} asked={factor} onConfirm={confirm} onClose={onClose} />;
    }
    case 'suspend': {
      const confirm = () => suspend.mutate(user.id, { onSuccess: () => done(words.changed(user.name), onClose) });
      return <Ask words={['suspendTitle', words.suspendText(user.name), 'suspendConfirm']} asked={suspend} onConfirm={confirm} onClose={onClose} />;
    }
    case 'remove': {
      const confirm = () => remove.mutate(user.id, { onSuccess: () => done(words.removed(user.name), onClose) });
      return <Ask words={['removeTitle', words.removeText(user.name, user.jobs), 'removeConfirm']} asked={remove} onConfirm={confirm} onClose={onClose} />;
    }
  }
}

type Title = 'resetTitle' | 'factorTitle' | 'suspendTitle' | 'removeTitle';
type Confirm = 'resetConfirm' | 'factorConfirm' | 'suspendConfirm' | 'removeConfirm';

interface AskProps {
  readonly words: readonly [Title, string, Confirm];
  readonly asked: { readonly isPending: boolean; readonly error: unknown };
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

function Ask({ words: [title, text, confirm], asked, onConfirm, onClose }: AskProps) {
  return (
    <ConfirmDialog
      opened
      title={words[title]}
      text={text}
      confirm={words[confirm]}
      busy={asked.isPending}
      error={asked.error}
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}

function done(message: string, onClose: () => void): void {
  notifications.show({ message, color: 'green' });
  onClose();
}
