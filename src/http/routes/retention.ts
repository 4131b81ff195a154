import { retentionAgreementSchema, retentionSchema } from '../../contract/retention.ts';
import { agreeToClock, readRetention } from '../../operations/retention.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

export function registerRetentionRoutes(api: Api, services: Services): void {
  api.get('/retention', { schema: { summary: 'Whether expired files are deleted, or why not', response: { 200: retentionSchema } } }, async (request) =>
    readRetention(services, actorOfRequest(request)),
  );
  api.post(
    '/retention/agree',
    {
      schema: {
        summary: 'Let retention go on by the clock as it is now',
        description: 'Where there are several tenants this is done at the command line: udm retention agree.',
        body: retentionAgreementSchema,
        response: { 200: retentionSchema },
      },
    },
    async (request) => agreeToClock(services, actorOfRequest(request), request.body.halt),
  );
}
