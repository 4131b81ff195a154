import { auditListSchema, auditQuerySchema, auditVerificationSchema } from '../../contract/audit.ts';
import { getAuditVerification, listAuditFor } from '../../operations/read-audit.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { closedSignal } from '../closed-signal.ts';
import { actorOfRequest } from '../session-guard.ts';

export function registerAuditRoutes(api: Api, services: Services): void {
  api.get(
    '/audit',
    { schema: { summary: 'What was done, by whom, from where; newest first', querystring: auditQuerySchema, response: { 200: auditListSchema } } },
    async (request) => listAuditFor(services, actorOfRequest(request), request.query),
  );
  api.get(
    '/audit/verification',
    { schema: { summary: 'Look at every record of the log and at its anchors', response: { 200: auditVerificationSchema } } },
    async (request, reply) => getAuditVerification(services, actorOfRequest(request), closedSignal(reply)),
  );
}
