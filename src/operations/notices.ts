import { randomUUID } from 'node:crypto';
import { certificateNotice, type NoticeKind, runNotice } from '../domain/notice.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { insertNotice, lastNotice, listEndingCertificates, type NewNotice, ownersOfCertificates, runToTell } from '../records/notices.ts';
import { findTenants } from '../records/planner.ts';
import { listUsers } from '../records/users.ts';
import type { Services } from './services.ts';

/** What users are told by mail. A notice is written in the transaction of what it tells; without a mail server none is. */

/** Writes notices, and lets what is new be sent. */
export async function tell(services: Services, tx: Tx, tenantId: string, notices: readonly NewNotice[]): Promise<void> {
  if (services.mailer === null) return;
  let written = false;
  for (const one of notices) written = (await insertNotice(tx, tenantId, one)) || written;
  if (written) await services.queue.sendNotices(tx);
}

const OF_RUNS: readonly NoticeKind[] = ['run_failed', 'run_recovered'];

/** Tells the owner of the job that its runs fail, once, and that they succeed again. */
export async function tellOfRun(
  services: Services,
  tx: Tx,
  { tenantId, runId }: { readonly tenantId: string; readonly runId: string },
  outcome: { readonly kind: 'failed'; readonly code: string } | { readonly kind: 'succeeded' },
): Promise<void> {
  if (services.mailer === null) return;
  const run = await runToTell(tx, tenantId, runId);
  if (run === null) return;
  const kind = runNotice(await lastNotice(tx, tenantId, run.jobId, OF_RUNS), outcome.kind);
  if (kind === null) return;
  const facts = { title: run.title, at: run.scheduledAt.toISOString(), ...(outcome.kind === 'failed' && { code: outcome.code }) };
  await tell(services, tx, tenantId, [{ userId: run.userId, kind, about: run.jobId, occasion: runId, facts }]);
}

export interface RecipientsChange {
  readonly tenantId: string;
  readonly jobId: string;
  readonly title: string;
  readonly by: string;
  /** Of the job as it is now. */
  readonly version: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Tells the owners of certificates that were added to a job or taken from it. */
export async function tellOfRecipients(services: Services, tx: Tx, change: RecipientsChange): Promise<void> {
  if (services.mailer === null) return;
  const { tenantId, jobId, title, by, version, before, after } = change;
  const removed = before.filter((id) => !after.includes(id));
  const added = after.filter((id) => !before.includes(id));
  const owners = await ownersOfCertificates(tx, tenantId, [...removed, ...added]);
  const notices = owners.map(({ id, userId }): NewNotice => {
    const what = removed.includes(id) ? 'removed' : 'added';
    return { userId, kind: 'recipients_changed', about: jobId, occasion: `${jobId} ${version} ${what}`, facts: { title, by, change: what } };
  });
  await tell(services, tx, tenantId, notices);
}

/** Tells the address that was a user's that it is not any more. `before`, `after`: the addresses, null for none. */
export async function tellOldAddress(
  services: Services,
  tx: Tx,
  { tenantId, userId, name, by }: { readonly tenantId: string; readonly userId: string; readonly name: string; readonly by: string },
  { before, after }: { readonly before: string | null; readonly after: string | null },
): Promise<void> {
  if (before === null || before === after) return;
  const facts = { title: name, by, at: await databaseNow(tx) };
  await tell(services, tx, tenantId, [{ userId, kind: 'address_changed', about: userId, occasion: randomUUID(), facts, address: before }]);
}

/** Tells a user that their second factor was taken away, whatever they chose to be told. */
export async function tellOfFactorReset(
  services: Services,
  tx: Tx,
  tenantId: string,
  user: { readonly id: string; readonly name: string },
  by: string,
): Promise<void> {
  const facts = { title: user.name, by };
  await tell(services, tx, tenantId, [{ userId: user.id, kind: 'second_factor_reset', about: user.id, occasion: randomUUID(), facts }]);
}

/** Tells the administrators that the audit log of the tenant was changed; the same finding once. */
export async function tellOfAudit(
  services: Services,
  tx: Tx,
  tenantId: string,
  { code, number, found }: { readonly code: string; readonly number: number; readonly found: number },
): Promise<void> {
  const facts = { title: String(number), code, at: await databaseNow(tx) };
  const administrators = (await listUsers(tx, tenantId)).filter((one) => one.roles.includes('tenant_administrator'));
  const notices = administrators.map(({ id: userId }): NewNotice => {
    return { userId, kind: 'audit_broken', about: tenantId, occasion: `${code} ${number} ${found}`, facts };
  });
  await tell(services, tx, tenantId, notices);
}

/** Tells the owners of certificates that end soon or have ended, each of each occasion once. */
export async function tellOfCertificates(services: Services): Promise<void> {
  if (services.mailer === null) return;
  for (const tenantId of await findTenants(services.database)) {
    await inTenant(services.database, tenantId, async (tx) => {
      const notices = (await listEndingCertificates(tx, tenantId)).flatMap(({ id, userId, label, notAfter, now }): NewNotice[] => {
        const due = certificateNotice(notAfter, now);
        if (due === null) return [];
        const facts = { title: label, at: notAfter.toISOString(), days: due.days };
        return [{ userId, kind: due.kind, about: id, occasion: `${id} ${due.occasion}`, facts }];
      });
      await tell(services, tx, tenantId, notices);
    });
  }
}
