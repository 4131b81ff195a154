import { AUDIT_SORTS, type AuditChainView, type AuditRecordView, type AuditVerificationView } from '../contract/audit.ts';
import type { PageView } from '../contract/page.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { type AuditFilter, type AuditRecord, hashAt, listAudit, readChainHead } from '../records/audit-log.ts';
import { type AuditCheckRecord, readAuditCheck } from '../records/audit-checks.ts';
import { inTenant } from '../records/database.ts';
import { CHECK_HOURS } from './check-audit.ts';
import { type ListQuery, openList } from './open-list.ts';
import type { Services } from './services.ts';
import { verifyAudit } from './verify-audit.ts';

export interface AuditQuestion extends ListQuery {
  readonly user?: string | undefined;
  readonly by?: readonly string[] | undefined;
  /** Several with commas between. */
  readonly action?: string | undefined;
  readonly objectKind?: string | undefined;
  readonly object?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The audit log of the actor's tenant, newest first. Errors: `permission.denied`, `cursor.invalid`. */
export async function listAuditFor(services: Services, actor: Actor, question: AuditQuestion): Promise<PageView<AuditRecordView>> {
  requirePermission(actor, 'audit.see');
  const list = openList(services, actor, 'audit', question, AUDIT_SORTS, '-number');
  const filter: AuditFilter = { ...question, action: question.action?.split(','), objectId: question.object };
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const page = await listAudit(tx, actor.tenantId, filter, list.request);
    return list.show({ ...page, items: page.items.map(present) });
  });
}

/** Records written out at a time. */
const LINES_AT_ONCE = 1_000;

/** The same as JSON Lines, newest first, read page by page while it is written out. */
export async function* auditLines(services: Services, actor: Actor, question: Omit<AuditQuestion, keyof ListQuery>): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const page = await listAuditFor(services, actor, { ...question, limit: LINES_AT_ONCE, ...(cursor !== undefined && { cursor }) });
    if (page.items.length > 0) yield page.items.map((one) => `${JSON.stringify(one)}\n`).join('');
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

/** How far the anchors speak for the log. Error: `permission.denied`. */
export async function getAuditChain(services: Services, actor: Actor): Promise<AuditChainView> {
  requirePermission(actor, 'audit.see');
  const { tenantId } = actor;
  const last = await services.anchors.last(tenantId);
  return inTenant(services.database, tenantId, async (tx) => ({
    records: await readChainHead(tx, tenantId),
    anchored: last && { number: last.seq, at: last.at },
    holds: last === null || (await hashAt(tx, tenantId, last.seq)) === last.hash,
    check: presentCheck(await readAuditCheck(tx, tenantId, CHECK_HOURS)),
  }));
}

function presentCheck(check: AuditCheckRecord | null): AuditChainView['check'] {
  if (check === null) return null;
  const { checkedAt, records, found, code, number } = check;
  return { at: checkedAt.toISOString(), records, found, code, number };
}

/** Verifies the whole log of the actor's tenant. Errors: `permission.denied`, `audit.anchors_unreadable`. */
export async function getAuditVerification(services: Services, actor: Actor, signal?: AbortSignal): Promise<AuditVerificationView> {
  const { records, head, findings, found, anchors, verifiedUpTo, notAnchored, badAnchorLines } = await verifyAudit(services, actor, signal);
  return {
    ok: found === 0 && badAnchorLines.length === 0,
    records,
    head: head && { number: head.seq, hash: head.hash },
    anchors,
    verifiedUpTo: verifiedUpTo && { number: verifiedUpTo.seq, anchoredAt: verifiedUpTo.at },
    notAnchored,
    findings: findings.map(({ kind, seq, ...rest }) => ({ code: `audit.${kind}`, number: seq, ...rest })),
    found,
    badAnchorLines: badAnchorLines.slice(0, 100),
  };
}

function present(one: AuditRecord): AuditRecordView {
  return {
    number: one.seq,
    at: one.at.toISOString(),
    by: { kind: one.actorKind, userId: one.actorId, user: one.actorName, tokenId: one.actorToken },
    from: one.origin,
    action: one.action,
    object: { kind: one.objectKind, id: one.objectId },
    detail: one.detail as Record<string, unknown>,
    hash: one.hash,
  };
}
