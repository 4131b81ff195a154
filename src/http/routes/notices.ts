import { noticeChoiceSchema, noticeStandingSchema } from '../../contract/notice.ts';
import { chooseNotices, getNoticeStanding } from '../../operations/notice-choice.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

export function registerNoticeRoutes(api: Api, services: Services): void {
  api.get('/account/notices', { schema: { summary: 'How you are told by mail', response: { 200: noticeStandingSchema } } }, async (request) =>
    getNoticeStanding(services, actorOfRequest(request)),
  );
  api.put(
    '/account/notices',
    { schema: { summary: 'Choose where and of what you are told by mail', body: noticeChoiceSchema, response: { 200: noticeStandingSchema } } },
    async (request) => chooseNotices(services, actorOfRequest(request), request.body),
  );
}
