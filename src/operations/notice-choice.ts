import { NOTICE_KINDS, type NoticeChoiceView, type NoticeStandingView, type NoticeView } from '../contract/notice.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { requireFresh } from '../domain/session-rules.ts';
import { parseEmail } from '../domain/user.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { listNotices, type NoticeRecord, readNoticeChoice, storeNoticeChoice } from '../records/notices.ts';
import { auditActor } from './actor-of.ts';
import { tellOldAddress } from './notices.ts';
import type { Services } from './services.ts';

/** How the actor is told by mail, and whether the last mail arrived. */
export async function getNoticeStanding(services: Services, actor: Actor): Promise<NoticeStandingView> {
  requirePermission(actor, 'account.see');
  return inTenant(services.database, actor.tenantId, (tx) => standingOf(services, tx, actor));
}

/** Changes where and of what the actor is told. Errors: `request.invalid` for the address, `sign_in.fresh_required` for another address. */
export async function chooseNotices(services: Services, actor: Actor, choice: NoticeChoiceView): Promise<NoticeStandingView> {
  requirePermission(actor, 'account.change');
  const email = parseEmail(choice.email);
  const { tenantId, userId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const before = await readNoticeChoice(tx, tenantId, userId);
    if (before.email !== email) requireFresh(actor);
    await tellOldAddress(services, tx, { tenantId, userId, name: actor.userName, by: actor.userName }, { before: before.email, after: email });
    await storeNoticeChoice(tx, tenantId, userId, { ...choice, email });
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'user.notices_chosen', object: { kind: 'user', id: userId } });
    return standingOf(services, tx, actor);
  });
}

async function standingOf({ mailer }: Services, tx: Tx, { tenantId, userId }: Actor): Promise<NoticeStandingView> {
  const { email, language, kinds } = await readNoticeChoice(tx, tenantId, userId);
  const [last] = await listNotices(tx, tenantId, { userId, unsent: false, most: 1 });
  return {
    email,
    language,
    kinds: NOTICE_KINDS.filter((kind) => kinds === null || kinds.includes(kind)),
    isConfigured: mailer !== null,
    givenUp: last?.givenUpAt ? { at: last.givenUpAt.toISOString(), kind: last.kind, title: last.title, code: last.errorCode ?? 'internal' } : null,
  };
}

/** The newest notices to the users of the tenant; `unsent`: those that no mail server took. Error: `permission.denied`. */
export async function listNoticesFor(services: Services, actor: Actor, unsent: boolean): Promise<NoticeView[]> {
  requirePermission(actor, 'users.see');
  return inTenant(services.database, actor.tenantId, async (tx) => (await listNotices(tx, actor.tenantId, { unsent, most: 100 })).map(present));
}

function present(one: NoticeRecord): NoticeView {
  const { id, user, kind, title, tries, errorCode } = one;
  const state = one.sentAt !== null ? 'sent' : one.givenUpAt !== null ? 'given_up' : 'waiting';
  return { id, user, kind, title, createdAt: one.createdAt.toISOString(), state, tries, nextTryAt: one.nextAt?.toISOString() ?? null, errorCode };
}
