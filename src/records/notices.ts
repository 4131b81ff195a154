import { sql } from 'kysely';
import { type NoticeFacts, type NoticeKind, UNDECLINABLE_NOTICES } from '../domain/notice.ts';
import type { Database, Tx } from './database.ts';

/** The outbox: mails to users that are to be sent, were sent or were given up. */

export interface NewNotice {
  readonly userId: string;
  readonly kind: NoticeKind;
  /** The certificate, job or user. */
  readonly about: string;
  /** One for each of these. */
  readonly occasion: string;
  readonly facts: Omit<NoticeFacts, 'tenant'>;
  /** Where it goes; left out: to the address the user has when it is sent. */
  readonly address?: string;
}

/** Writes it for a user who can be written to and wants such; whether there is a new one. */
export async function insertNotice(tx: Tx, tenantId: string, { userId, kind, about, occasion, facts, address }: NewNotice): Promise<boolean> {
  const isTold = (UNDECLINABLE_NOTICES as readonly string[]).includes(kind);
  const { numAffectedRows } = await sql`
    INSERT INTO notice (tenant_id, user_id, kind, about, occasion, facts, address)
    SELECT tenant_id, id, ${kind}, ${about}::uuid, ${occasion}, ${JSON.stringify(facts)}::jsonb, ${address ?? null}::text FROM app_user
    WHERE tenant_id = ${tenantId} AND id = ${userId} AND state = 'active' AND (email IS NOT NULL OR ${address !== undefined})
      AND (${isTold} OR notice_kinds IS NULL OR ${kind} = ANY(notice_kinds))
    ON CONFLICT (tenant_id, user_id, kind, occasion) DO NOTHING`.execute(tx);
  return (numAffectedRows ?? 0n) > 0n;
}

/** The last of these kinds about a job or certificate; null: none. */
export async function lastNotice(tx: Tx, tenantId: string, about: string, kinds: readonly NoticeKind[]): Promise<NoticeKind | null> {
  const row = await tx
    .selectFrom('notice')
    .where('tenant_id', '=', tenantId)
    .where('about', '=', about)
    .where('kind', 'in', [...kinds])
    .select('kind')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row?.kind as NoticeKind | undefined) ?? null;
}

export interface DueNotice {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly facts: Omit<NoticeFacts, 'tenant'>;
  readonly tries: number;
  readonly ageSeconds: number;
  readonly email: string | null;
  readonly language: 'en' | 'de';
  readonly tenant: string;
  readonly timeZone: string;
}

/** Tenants with notices to be sent now. */
export async function findNoticeTenants(database: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`SELECT tenant_id AS id FROM udm_find_notice_tenants()`.execute(database);
  return rows.map((row) => row.id);
}

/** Takes the next one that is due: nobody else does for so long, and it is due again if whoever took it dies. Null: none. */
export async function takeDueNotice(tx: Tx, tenantId: string, leaseSeconds: number): Promise<DueNotice | null> {
  const { rows } = await sql<DueNotice>`
    UPDATE notice n SET tries = n.tries + 1, next_at = udm_now() + make_interval(secs => ${leaseSeconds})
    FROM app_user u, tenant t
    WHERE n.id = (SELECT id FROM notice WHERE tenant_id = ${tenantId} AND next_at <= udm_now() ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      AND u.id = n.user_id AND t.id = n.tenant_id
    RETURNING n.id, n.kind, n.facts, n.tries, extract(epoch FROM udm_now() - n.created_at)::float8 AS "ageSeconds", coalesce(n.address, u.email) AS email,
      u.notice_language AS language, t.name AS tenant, t.time_zone AS "timeZone"`.execute(tx);
  return rows[0] ?? null;
}

export async function markSent(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx
    .updateTable('notice')
    .set({ sent_at: sql<Date>`udm_now()`, next_at: null, error_code: null, address: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

/** It could not be sent; it is tried again after so many seconds, or given up. */
export async function markFailed(tx: Tx, tenantId: string, id: string, errorCode: string, seconds: number | null): Promise<void> {
  await tx
    .updateTable('notice')
    .set({
      error_code: errorCode,
      next_at: seconds === null ? null : sql<Date>`udm_now() + make_interval(secs => ${seconds})`,
      ...(seconds === null && { given_up_at: sql<Date>`udm_now()`, address: null }),
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

export interface NoticeRecord {
  readonly id: string;
  readonly user: string;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly createdAt: Date;
  readonly tries: number;
  readonly nextAt: Date | null;
  readonly sentAt: Date | null;
  readonly givenUpAt: Date | null;
  readonly errorCode: string | null;
}

/** The newest, of one user or of all; `unsent`: only those that were not taken by the mail server. */
export async function listNotices(
  tx: Tx,
  tenantId: string,
  { userId, unsent, most }: { userId?: string; unsent: boolean; most: number },
): Promise<NoticeRecord[]> {
  const found = await tx
    .selectFrom('notice')
    .innerJoin('app_user', 'app_user.id', 'notice.user_id')
    .where('notice.tenant_id', '=', tenantId)
    .$if(userId !== undefined, (query) => query.where('notice.user_id', '=', userId as string))
    .$if(unsent, (query) => query.where('notice.sent_at', 'is', null))
    .select([
      'notice.id',
      'app_user.name as user',
      'notice.kind',
      'notice.created_at as createdAt',
      'notice.tries',
      'notice.next_at as nextAt',
      'notice.sent_at as sentAt',
      'notice.given_up_at as givenUpAt',
      'notice.error_code as errorCode',
    ])
    .select(sql<string>`notice.facts->>'title'`.as('title'))
    .orderBy('notice.created_at', 'desc')
    .limit(most)
    .execute();
  return found as NoticeRecord[];
}

export interface NoticeChoice {
  readonly email: string | null;
  readonly language: 'en' | 'de';
  /** Null: the usual ones. */
  readonly kinds: readonly string[] | null;
}

export async function readNoticeChoice(tx: Tx, tenantId: string, userId: string): Promise<NoticeChoice> {
  return tx
    .selectFrom('app_user')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', userId)
    .select(['email', 'notice_language as language', 'notice_kinds as kinds'])
    .executeTakeFirstOrThrow();
}

export async function storeNoticeChoice(tx: Tx, tenantId: string, userId: string, { email, language, kinds }: NoticeChoice): Promise<void> {
  await tx
    .updateTable('app_user')
    .set({ email, notice_language: language, notice_kinds: kinds === null ? null : [...kinds] })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', userId)
    .execute();
}

/** Certificates whose end is near or was not long ago, with their owners. */
export async function listEndingCertificates(tx: Tx, tenantId: string): Promise<{ id: string; userId: string; label: string; notAfter: Date; now: Date }[]> {
  return tx
    .selectFrom('certificate')
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`not_after BETWEEN udm_now() - interval '31 days' AND udm_now() + interval '31 days'`)
    .select(['id', 'user_id as userId', 'label', 'not_after as notAfter', sql<Date>`udm_now()`.as('now')])
    .execute();
}

/** Whose certificates these are. */
export async function ownersOfCertificates(tx: Tx, tenantId: string, ids: readonly string[]): Promise<{ id: string; userId: string }[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('certificate')
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', [...ids])
    .select(['id', 'user_id as userId'])
    .execute();
}

/** Whose job it is, and of which time the run. */
export async function runToTell(tx: Tx, tenantId: string, runId: string): Promise<{ jobId: string; userId: string; title: string; scheduledAt: Date } | null> {
  const row = await tx
    .selectFrom('run')
    .innerJoin('export_job as job', 'job.id', 'run.job_id')
    .where('run.tenant_id', '=', tenantId)
    .where('run.id', '=', runId)
    .select(['job.id as jobId', 'job.user_id as userId', 'job.title', 'run.scheduled_at as scheduledAt'])
    .executeTakeFirst();
  return row ?? null;
}
