import { z } from 'zod';
import { requestKindSchema } from './data-request.ts';

/** The receipt of a data request that has ended (docs/formats/receipt.md). It holds nothing of the person. */

const count = z.number().int().nonnegative();
const instant = z.string().meta({ description: 'ISO 8601 in UTC.' });

const heldExport = z
  .object({
    artifactId: z.string(),
    runId: z.string(),
    fileName: z.string(),
    source: z.string(),
    type: z.string(),
    downloads: z.array(z.object({ user: z.string(), at: z.string() }).strict()).meta({ description: 'Art. 19 GDPR: who had it by then.' }),
  })
  .strict();

const content = z
  .object({
    format: z.literal('udm-request-receipt/1'),
    signedBy: z
      .object({ algorithm: z.string(), keyId: z.string().meta({ description: 'SHA-256 of the public key.' }), publicKey: z.string() })
      .strict()
      .meta({ description: 'SubjectPublicKeyInfo in DER, base64.' }),
    udmVersion: z.string(),
    tenant: z.string(),
    request: z
      .object({
        id: z.string(),
        caseId: z.string(),
        kind: requestKindSchema,
        outcome: z
          .enum(['done', 'done_in_part', 'refused'])
          .meta({ description: 'done_in_part: records stay on a legal ground, or not every source was reached.' }),
        refusalGround: z.string().nullable(),
      })
      .strict(),
    person: z.object({ identifiers: count.meta({ description: 'How many identifiers of the person were looked for.' }), types: z.array(z.string()) }).strict(),
    approvedBy: count.meta({ description: 'How many people agreed, whoever submitted it not among them.' }),
    times: z
      .object({
        receivedOn: z.string(),
        submittedAt: instant,
        deadlineOn: z.string(),
        deadlineAt: instant,
        extendedAt: instant.nullable(),
        discoveredAt: instant.nullable(),
        approvedAt: instant.nullable(),
        begunAt: instant.nullable(),
        verifiedAt: instant.nullable(),
        searchedAgainAt: instant.nullable(),
        endedAt: instant,
      })
      .strict(),
    searched: z.array(z.string()).meta({ description: 'Sources that were looked through, also those in which nothing was found.' }),
    notReached: z
      .array(z.string())
      .optional()
      .meta({ description: 'Sources in which not all was done, as that could not be: the person may stand there. Receipts made before 1.0 may lack it.' }),
    work: z.array(z.object({ source: z.string(), type: z.string(), found: count, shared: count, uncertain: count, kept: count, done: count }).strict()),
    stayed: z.array(
      z.object({ source: z.string(), type: z.string(), rows: count, why: z.enum(['legal_ground', 'uncertain']), ground: z.string().nullable() }).strict(),
    ),
    exports: z
      .object({
        withdrawn: z.array(heldExport.extend({ withdrawnAt: instant }).strict()),
        outdated: z.array(heldExport).optional().meta({
          description:
            'Of a rectification alone: files with the values of before that could be downloaded when it ended. An officer decides what becomes of them.',
        }),
        unknown: count.meta({ description: 'Files of which nobody can tell whether they hold the person.' }),
      })
      .strict(),
    ledger: z.object({ line: count }).strict().nullable().meta({ description: 'Line of the erasure ledger.' }),
  })
  .strict();

export const receiptSchema = z
  .object({
    receipt: content,
    signature: z.string().meta({ description: 'ECDSA over the receipt, its properties sorted and nothing between them; DER, base64.' }),
  })
  .strict()
  .meta({ id: 'DataRequestReceipt' });

export type DataRequestReceipt = z.infer<typeof receiptSchema>;
