import { z } from 'zod';
import { factorCodeSchema, factorRequirementSchema, newFactorSchema, recoveryCodesSchema, secondFactorSchema } from '../../contract/second-factor.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  readSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  requireSecondFactor,
  resetSecondFactor,
} from '../../operations/second-factor.ts';
import type { Services } from '../../operations/services.ts';
import type { OpenSession } from '../../operations/sessions.ts';
import type { Api } from '../api.ts';
import { knownId } from '../known-id.ts';
import { actorOfRequest } from '../session-guard.ts';

const none = { 204: z.undefined() };

/** One's own, also for who must have one and has none yet. */
export function registerSecondFactorRoutes(api: Api, services: Services): void {
  api.get('/second-factor', { schema: { summary: 'Your second factor', response: { 200: secondFactorSchema } } }, async (request) =>
    readSecondFactor(services, actorOfRequest(request)),
  );
  api.post('/second-factor', { schema: { summary: 'A secret for an authenticator app', response: { 200: newFactorSchema } } }, async (request) =>
    beginSecondFactor(services, actorOfRequest(request)),
  );
  api.post(
    '/second-factor/confirmation',
    { schema: { summary: 'The first code of the app: from now on sign-in asks for one', body: factorCodeSchema, response: { 200: recoveryCodesSchema } } },
    async (request) => confirmSecondFactor(services, request.session as OpenSession, request.body.code),
  );
  api.post(
    '/second-factor/recovery-codes',
    { schema: { summary: 'New recovery codes in place of the earlier ones', response: { 200: recoveryCodesSchema } } },
    async (request) => renewRecoveryCodes(services, actorOfRequest(request)),
  );
  api.delete('/second-factor', { schema: { summary: 'Sign in without a second factor again', response: none } }, async (request, reply) => {
    await removeSecondFactor(services, actorOfRequest(request));
    return reply.code(204).send();
  });
}

/** Of an administrator, about everybody of the tenant. */
export function registerFactorRuleRoutes(api: Api, services: Services): void {
  api.put(
    '/second-factor/requirement',
    { schema: { summary: 'Whether everybody needs a second factor', body: factorRequirementSchema, response: none } },
    async (request, reply) => {
      await requireSecondFactor(services, actorOfRequest(request), request.body.isRequired);
      return reply.code(204).send();
    },
  );
  api.delete(
    '/users/:id/second-factor',
    { schema: { summary: 'Take away the second factor of somebody who lost theirs', params: z.object({ id: z.string() }), response: none } },
    async (request, reply) => {
      await resetSecondFactor(services, actorOfRequest(request), knownId(request.params.id));
      return reply.code(204).send();
    },
  );
}
