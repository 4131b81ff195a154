import { isFinal, noticeWaitSeconds } from '../domain/notice.ts';
import { noticeText } from '../domain/notice-text.ts';
import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import type { Mailer } from '../mail/mailer.ts';
import { inTenant } from '../records/database.ts';
import { type DueNotice, findNoticeTenants, markFailed, markSent, takeDueNotice } from '../records/notices.ts';
import type { Services } from './services.ts';

/** For so long nobody else sends what one process has taken; a mail server answers sooner or not at all. */
const LEASE_SECONDS = 600;

/**
 * Sends every notice that is due. A mail that the server took just before this process died is sent again with the same Message-ID: SMTP cannot
 * promise more. What cannot be sent is tried again, later each time, for a day. Returns how many were sent.
 */
export async function sendNotices(services: Services): Promise<number> {
  const { mailer, database } = services;
  if (mailer === null) return 0;
  let sent = 0;
  for (const tenantId of await findNoticeTenants(database)) {
    for (;;) {
      const notice = await inTenant(database, tenantId, (tx) => takeDueNotice(tx, tenantId, LEASE_SECONDS));
      if (notice === null) break;
      if (await sendOne(services, mailer, tenantId, notice)) sent += 1;
    }
  }
  return sent;
}

async function sendOne(services: Services, mailer: Mailer, tenantId: string, notice: DueNotice): Promise<boolean> {
  const { id, kind, facts, email, language, tenant, timeZone } = notice;
  try {
    // The address was taken away meanwhile.
    if (email === null) throw new CodedError('mail.refused');
    const { subject, body } = noticeText(kind, { ...facts, tenant }, language, timeZone);
    await mailer.send({ id, to: email, subject, text: body });
  } catch (error) {
    await noteFailure(services, tenantId, notice, error);
    return false;
  }
  await inTenant(services.database, tenantId, (tx) => markSent(tx, tenantId, id));
  return true;
}

async function noteFailure(services: Services, tenantId: string, { id, tries, ageSeconds }: DueNotice, error: unknown): Promise<void> {
  const code = error instanceof CodedError ? error.code : 'internal';
  const seconds = isFinal(code) ? null : noticeWaitSeconds(tries, ageSeconds);
  services.log.warn({ event: seconds === null ? 'notice.given_up' : 'notice.not_sent', tenantId, reason: reasonOf(error), count: tries });
  await inTenant(services.database, tenantId, (tx) => markFailed(tx, tenantId, id, code, seconds));
}
