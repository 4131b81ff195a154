import { daysLeft } from '../../domain/data-requests/deadline.ts';
import { cleaner, LEFT_OUT } from '../../domain/data-requests/receipt.ts';
import { deadlineNotice } from '../../domain/notice.ts';
import { type Action, rolesWith } from '../../domain/permission.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { openRequestsDue, type RequestRecord, readRequest } from '../../records/data-requests/requests.ts';
import type { NewNotice } from '../../records/notices.ts';
import { findTenants } from '../../records/planner.ts';
import { readTenant } from '../../records/tenants.ts';
import { listUsers } from '../../records/users.ts';
import { tell } from '../notices.ts';
import type { Services } from '../services.ts';
import { aliasesOf } from './keep-receipt.ts';

/** Days before a deadline from which on it is looked at; the rules of notices say which of them are told. */
const LOOKED_AT_DAYS = 11;

/** Tells those who may handle data requests of deadlines that are near or over, each of each occasion once. */
export async function tellOfDeadlines(services: Services): Promise<void> {
  if (services.mailer === null) return;
  for (const tenantId of await findTenants(services.database)) {
    await inTenant(services.database, tenantId, async (tx) => {
      const notices: NewNotice[] = [];
      for (const id of await openRequestsDue(tx, tenantId, LOOKED_AT_DAYS)) notices.push(...(await noticesOf(services, tx, tenantId, id)));
      await tell(services, tx, tenantId, notices);
    });
  }
}

async function noticesOf(services: Services, tx: Tx, tenantId: string, id: string): Promise<NewNotice[]> {
  const request = await readRequest(tx, tenantId, id);
  if (request === null) return [];
  const { timeZone } = await readTenant(tx, tenantId);
  const due = deadlineNotice(request.deadlineOn, daysLeft(request.deadlineOn, timeZone, request.readAt.getTime()));
  if (due === null) return [];
  // The last instant that is in time: the day that it names is the last one.
  const at = new Date(request.deadlineAt.getTime() - 1).toISOString();
  const facts = { title: await titleOf(services, tx, request), at, days: due.days };
  return (await handlersOf(tx, request)).map((userId) => ({ userId, kind: due.kind, about: id, occasion: `${id} ${due.occasion}`, facts }));
}

/** Case ids are of the tenant's own making: one that names the person does not go out by mail. */
async function titleOf(services: Services, tx: Tx, request: RequestRecord): Promise<string> {
  const aliases = await aliasesOf(services, tx, request);
  const title = aliases === null ? LEFT_OUT : cleaner(aliases)(request.caseId);
  return title === LEFT_OUT ? request.id : title;
}

/** Those who may handle it; while it waits for a second person, those who may be that person as well. */
async function handlersOf(tx: Tx, { tenantId, state }: RequestRecord): Promise<string[]> {
  const acts: Action[] = state === 'approval' || state === 'ambiguous' ? ['requests.handle', 'requests.approve'] : ['requests.handle'];
  const roles: ReadonlySet<string> = new Set(acts.flatMap(rolesWith));
  return (await listUsers(tx, tenantId)).filter((user) => user.roles.some((role) => roles.has(role))).map(({ id }) => id);
}
