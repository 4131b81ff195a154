import { passwordChangeSchema } from '../../contract/user.ts';
import { sessionSchema } from '../../contract/session.ts';
import { changeOwnPassword } from '../../operations/own-password.ts';
import type { OpenSession } from '../../operations/sessions.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { originOf, setSessionCookie } from '../session-cookie.ts';
import { presentSession } from './session.ts';

export function registerPasswordRoutes(api: Api, services: Services): void {
  api.put(
    '/session/password',
    {
      schema: {
        summary: 'Change your own password; every session ends, and this one is replaced',
        body: passwordChangeSchema,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => {
      const { token, session } = await changeOwnPassword(services, request.session as OpenSession, request.body, originOf(request));
      setSessionCookie(request, reply, token, false);
      return presentSession(session);
    },
  );
}
