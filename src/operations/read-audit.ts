import { AUDIT_SORTS, type AuditRecordView, type AuditVerificationView } from '../contract/audit.ts';
import type { PageView } from '../contract/page.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { type AuditFilter, type AuditRecord, listAudit } from '../records/audit-log.ts';
import { inTenant } from '../records/database.ts';
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
