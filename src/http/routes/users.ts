import { z } from 'zod';
import { newUserSchema, oneTimePasswordSchema, userChangeSchema, userListSchema, userRolesSchema, userSchema } from '../../contract/user.ts';
import type { Services } from '../../operations/services.ts';
import { changeUser, createUser, deleteUser, listUsersFor, resetPassword, resumeUser, setRoles, suspendUser } from '../../operations/users.ts';
import type { Api } from '../api.ts';
import { knownId } from '../known-id.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });

export function registerUserRoutes(api: Api, services: Services): void {
  api.get('/users', { schema: { summary: 'Users of the tenant, and the roles there are', response: { 200: userListSchema } } }, async (request) =>
    listUsersFor(services, actorOfRequest(request)),
  );
  api.post(
    '/users',
    { schema: { summary: 'Make a user, with a password for one sign-in', body: newUserSchema, response: { 201: oneTimePasswordSchema } } },
    async (request, reply) => {
      reply.code(201);
      return createUser(services, actorOfRequest(request), request.body);
    },
  );
  api.put(
    '/users/:id',
    { schema: { summary: 'Change where notices to a user go', params, body: userChangeSchema, response: { 200: userSchema } } },
    async (request) => changeUser(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
  api.put(
    '/users/:id/roles',
    { schema: { summary: 'Give a user exactly these roles; their sessions end', params, body: userRolesSchema, response: { 200: userSchema } } },
    async (request) => setRoles(services, actorOfRequest(request), knownId(request.params.id), request.body.roles),
  );
  for (const [verb, summary, change] of [
    ['suspend', 'Let a user sign in nowhere; their sessions and tokens end at once', suspendUser],
    ['resume', 'Let a suspended user sign in again', resumeUser],
  ] as const)
    api.post(`/users/:id/${verb}`, { schema: { summary, params, response: { 200: userSchema } } }, async (request) =>
      change(services, actorOfRequest(request), knownId(request.params.id)),
    );
  api.post(
    '/users/:id/reset-password',
    { schema: { summary: 'Give a user a new password for one sign-in', params, response: { 200: oneTimePasswordSchema } } },
    async (request) => resetPassword(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.delete('/users/:id', { schema: { summary: 'Delete a user; their jobs go on', params, response: { 204: z.undefined() } } }, async (request, reply) => {
    await deleteUser(services, actorOfRequest(request), knownId(request.params.id));
    return reply.code(204).send();
  });
}
