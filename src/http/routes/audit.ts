import { Readable } from 'node:stream';
import { auditChainSchema, auditLinesQuerySchema, auditListSchema, auditQuerySchema, auditVerificationSchema } from '../../contract/audit.ts';
import { auditLines, getAuditChain, getAuditVerification, listAuditFor } from '../../operations/read-audit.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { closedSignal } from '../closed-signal.ts';
import { actorOfRequest } from '../session-guard.ts';

const LINES_TYPE = 'application/x-ndjson';

export function registerAuditRoutes(api: Api, services: Services): void {
  api.get(
    '/audit',
    { schema: { summary: 'What was done, by whom, from where; newest first', querystring: auditQuerySchema, response: { 200: auditListSchema } } },
    async (request) => listAuditFor(services, actorOfRequest(request), request.query),
  );
  api.get(
    '/audit/lines',
    { schema: { summary: 'The same, whole, as JSON Lines', querystring: auditLinesQuerySchema, produces: [LINES_TYPE] } },
    async (request, reply) => {
      const lines = auditLines(services, actorOfRequest(request), request.query);
      // What is refused is refused before the answer begins.
      const first = await lines.next();
      const all = async function* () {
        if (!first.done) yield first.value;
        yield* lines;
      };
      return reply.type(LINES_TYPE).header('content-disposition', 'attachment; filename="audit-log.jsonl"').send(Readable.from(all()));
    },
  );
  api.get('/audit/chain', { schema: { summary: 'How far the anchors speak for the log', response: { 200: auditChainSchema } } }, async (request) =>
    getAuditChain(services, actorOfRequest(request)),
  );
  api.get(
    '/audit/verification',
    { schema: { summary: 'Look at every record of the log and at its anchors', response: { 200: auditVerificationSchema } } },
    async (request, reply) => getAuditVerification(services, actorOfRequest(request), closedSignal(reply)),
  );
}
