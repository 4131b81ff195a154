import type { Listener } from '../../src/http/live-views.ts';
import type { Services } from '../../src/operations/services.ts';
import { actorOfSession } from '../../src/operations/sessions.ts';

/** Who listens with the session of this token. */
export function sessionListener(services: Services, token: string): Listener {
  return { key: token, look: () => actorOfSession(services, token) };
}
