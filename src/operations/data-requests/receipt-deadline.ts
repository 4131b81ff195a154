import type { ReceiptDeadline } from '../../contract/data-request.ts';
import { daysLeft, deadlineOf, FIRST_RECEIPT, localDate, whyNotReceivedOn } from '../../domain/data-requests/deadline.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { ProblemList } from '../../domain/problem-list.ts';
import { databaseNow } from '../../records/clock.ts';
import { inTenant } from '../../records/database.ts';
import { readTenant } from '../../records/tenants.ts';
import type { Services } from '../services.ts';

/** By when a request that came in on that day is to be answered; left out: today. Error: `request.invalid`. */
export async function receiptDeadline(services: Services, actor: Actor, sent: { readonly receivedOn?: string | undefined }): Promise<ReceiptDeadline> {
  requirePermission(actor, 'requests.handle');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const { timeZone } = await readTenant(tx, actor.tenantId);
    const now = Date.parse(await databaseNow(tx));
    const today = localDate(now, timeZone);
    const receivedOn = sent.receivedOn ?? today;
    const problems = new ProblemList();
    const wrong = whyNotReceivedOn(receivedOn, timeZone, now);
    if (wrong) problems.add(wrong, 'receivedOn', receivedOn, `${FIRST_RECEIPT} to ${today}`);
    problems.refuse();
    const { on, at } = deadlineOf(receivedOn, timeZone, false);
    return { receivedOn, deadlineOn: on, daysLeft: daysLeft(on, timeZone, now), isOverdue: at <= now };
  });
}
