import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NewUser, OneTimePasswordView, UserListView, UserView } from '../../../src/contract/user.ts';
import { call } from '../../api/client.ts';

const KEY = ['users'];

export function useUsers() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => call<UserListView>('GET', '/api/users', { signal }) });
}

/** An act on users: the list is read again when it is done. */
function useAct<Input, Result>(act: (input: Input) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
}

export const useAddUser = () => useAct((body: NewUser) => call<OneTimePasswordView>('POST', '/api/users', { body }));
export const useSetRoles = () =>
  useAct(({ id, roles }: { id: string; roles: readonly string[] }) => call<UserView>('PUT', `/api/users/${id}/roles`, { body: { roles } }));
export const useSetEmail = () =>
  useAct(({ id, email }: { id: string; email: string | null }) => call<UserView>('PUT', `/api/users/${id}`, { body: { email } }));
export const useSuspendUser = () => useAct((id: string) => call<UserView>('POST', `/api/users/${id}/suspend`));
export const useResumeUser = () => useAct((id: string) => call<UserView>('POST', `/api/users/${id}/resume`));
export const useResetPassword = () => useAct((id: string) => call<OneTimePasswordView>('POST', `/api/users/${id}/reset-password`));
export const useResetFactor = () => useAct((id: string) => call<undefined>('DELETE', `/api/users/${id}/second-factor`));
export const useDeleteUser = () => useAct((id: string) => call<undefined>('DELETE', `/api/users/${id}`));
