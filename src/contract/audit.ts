import { z } from 'zod';
import { choiceFilter, idFilter, instantFilter, listOf, pageQuery, textFilter } from './page.ts';

export const AUDIT_SORTS = ['number'] as const;
export const ACTOR_KINDS = ['user', 'operator', 'system'] as const;

export const auditFilters = {
  user: textFilter.meta({ description: 'Name of the user who acted.' }),
  by: choiceFilter(ACTOR_KINDS),
  action: textFilter.meta({ description: 'One action, or several with commas between, e.g. job.created,job.edited.' }),
  objectKind: textFilter.meta({ description: 'e.g. job, run, artifact, certificate, user' }),
  object: idFilter,
  from: instantFilter,
  to: instantFilter,
};

export const auditQuerySchema = z.object({ ...pageQuery(AUDIT_SORTS), ...auditFilters }).strict();

export const auditRecordSchema = z
  .object({
    number: z.number().int().meta({ description: 'Of the chain of the tenant, from 1.' }),
    at: z.string(),
    by: z.object({
      kind: z.enum(ACTOR_KINDS),
      userId: z.string().nullable(),
      user: z.string().nullable().meta({ description: 'The name as it is now; null when there is no such user any more.' }),
      tokenId: z.string().nullable().meta({ description: 'The API token the user acted with.' }),
    }),
    from: z.string().nullable().meta({ description: 'A network address, or "command line"; null: UDM itself.' }),
    action: z.string(),
    object: z.object({ kind: z.string(), id: z.string().nullable() }),
    detail: z.record(z.string(), z.unknown()).meta({ description: 'Ids, counts and codes.' }),
    hash: z.string().meta({ description: 'SHA-256 over this record and the hash before it, lower-case hex.' }),
  })
  .meta({ id: 'AuditRecord' });

export const auditListSchema = listOf(auditRecordSchema).meta({ id: 'AuditList' });

export const auditChainSchema = z
  .object({
    records: z.number().int(),
    anchored: z.object({ number: z.number().int(), at: z.string() }).nullable().meta({ description: 'The last anchor outside the database.' }),
    holds: z.boolean().meta({ description: 'Whether the record that was anchored last is still the one that was anchored.' }),
    check: z
      .object({
        at: z.string(),
        records: z.number().int(),
        found: z.number().int(),
        code: z.string().nullable().meta({ description: 'Of the first finding; null: nothing is wrong.' }),
        number: z.number().int().nullable().meta({ description: 'Of the record of the first finding, or of the line of the file of anchors.' }),
      })
      .nullable()
      .meta({ description: 'What the last daily look at every record found; null: there was none yet.' }),
  })
  .meta({ id: 'AuditChain' });

export const auditLinesQuerySchema = z.object(auditFilters).strict();

export const auditVerificationSchema = z
  .object({
    ok: z.boolean(),
    records: z.number().int(),
    head: z.object({ number: z.number().int(), hash: z.string() }).nullable(),
    anchors: z.number().int(),
    verifiedUpTo: z
      .object({ number: z.number().int(), anchoredAt: z.string() })
      .nullable()
      .meta({ description: 'Up to this record the log is what it was when that was anchored outside the database.' }),
    notAnchored: z.number().int().meta({ description: 'Records after the last anchor.' }),
    findings: z
      .array(
        z.object({
          code: z.string(),
          number: z.number().int(),
          upTo: z.number().int().optional(),
          id: z.number().int().optional(),
          recordedAt: z.string().optional(),
        }),
      )
      .meta({ description: 'At most 100, in the order of the log.' }),
    found: z.number().int(),
    badAnchorLines: z.array(z.number().int()),
  })
  .meta({ id: 'AuditVerification' });

export type AuditChainView = z.infer<typeof auditChainSchema>;
export type AuditQuery = z.infer<typeof auditQuerySchema>;
export type AuditRecordView = z.infer<typeof auditRecordSchema>;
export type AuditVerificationView = z.infer<typeof auditVerificationSchema>;
