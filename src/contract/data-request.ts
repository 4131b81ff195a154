import { z } from 'zod';
import { RUN_AGAIN } from './artifact.ts';
import { choiceFilter, listOf, pageQuery, textFilter } from './page.ts';
import { runStatusSchema } from './run.ts';

/** Requests of people about their data. Identifiers go in by body only and never come out again: what is shown of them is masked. */

const KINDS = ['access', 'erasure', 'rectification'] as const;
const STATES = [
  'received',
  'identity_check',
  'discovery',
  'ambiguous',
  'blocked',
  'approval',
  'waiting',
  'running',
  'verified',
  'done',
  'refused',
  'stopped',
] as const;
export const REFUSAL_GROUNDS = [
  'identity_not_proved',
  'manifestly_unfounded',
  'excessive',
  'rights_of_others',
  'legal_obligation',
  'public_interest',
  'legal_claims',
  'freedom_of_expression',
] as const;
const MOST_IDENTIFIERS = 50;
const NOTE = 1_000;

export const requestKindSchema = z.enum(KINDS);
export const requestStateSchema = z.enum(STATES);

const caseId = z.string().max(400).meta({ description: "Your own number for the case: letters, digits and . _ / # -; nothing of the person's." });
const receivedOn = z.string().max(40).optional().meta({ description: 'Date of receipt, e.g. 2026-01-31; left out: today. The deadline counts from it.' });
const note = z.string().max(4_000);

/** What is written to a field of the person's own rows. */
export const correctionSchema = z
  .object({
    field: z.string().max(200).meta({ description: 'A field that the catalog lets be corrected.' }),
    from: z.string().max(4_000).nullable().optional().meta({ description: 'Only where this value stands; left out: whatever stands there.' }),
    to: z.string().max(4_000).nullable(),
  })
  .strict()
  .meta({ id: 'Correction' });

export const identifierSchema = z
  .object({ type: z.string().max(100), value: z.string().max(4_000) })
  .strict()
  .meta({
    id: 'PersonIdentifier',
    description: 'email, phone, customer_id, contact_id, account_number, twitter, facebook, instagram, whatsapp or external_id.',
  });

/** One person; with several kinds one request of each is made, and access is answered before erasure. */
export const newRequestSchema = z
  .object({
    caseId,
    kinds: z.array(z.string().max(100)).max(10).meta({ description: 'access, erasure, rectification: one or several.' }),
    receivedOn,
    identifiers: z.array(identifierSchema).max(1_000),
    identityNote: note.optional().meta({ description: 'How it was proved that the person asks themselves; without it nothing is looked for yet.' }),
    corrections: z.array(correctionSchema).max(1_000).optional(),
    confirmDuplicate: z.boolean().optional().meta({ description: 'Make it although such a request is open for this person.' }),
  })
  .strict()
  .meta({ id: 'NewDataRequest' });

/** What would be made: nothing is stored. Identifiers come back in the form they are compared in, to be looked at before submitting. */
export const requestCheckSchema = z
  .object({
    identifiers: z.array(
      z.object({
        type: z.string(),
        normal: z.string(),
        notes: z.array(z.enum(['plus_tag', 'unusual_letters', 'rewritten'])).meta({
          description:
            'plus_tag: only this very address, tag included, is looked for. unusual_letters: letters that look like others. rewritten: not as it was typed.',
        }),
      }),
    ),
    kinds: z.array(requestKindSchema).meta({ description: 'In the order in which they will be answered.' }),
    deadlineOn: z.string(),
    isOverdue: z.boolean(),
    duplicates: z
      .array(z.object({ kind: requestKindSchema, id: z.uuid(), caseId: z.string() }))
      .meta({ description: 'Open requests of the same kind for this person.' }),
  })
  .meta({ id: 'DataRequestCheck' });

export const receiptQuerySchema = z.object({ receivedOn: z.string().max(40).optional() }).strict();
export const receiptDeadlineSchema = z
  .object({ receivedOn: z.string(), deadlineOn: z.string(), daysLeft: z.number().int(), isOverdue: z.boolean() })
  .meta({ id: 'ReceiptDeadline' });

export const requestHistorySchema = z
  .object({
    items: z.array(
      z.object({
        at: z.string(),
        action: z.string().meta({ description: 'As in the audit log.' }),
        by: z.enum(['user', 'system', 'operator']),
        user: z.string().nullable().meta({ description: 'null: UDM itself, or a user who is gone.' }),
      }),
    ),
  })
  .meta({ id: 'DataRequestHistory' });

const findingSchema = z.object({
  sourceId: z.uuid(),
  source: z.string(),
  type: z.string().meta({ description: 'Table of the source.' }),
  found: z.number().int(),
  shared: z.number().int().meta({ description: 'Of these, records in which other people stand, too.' }),
  uncertain: z.number().int().meta({ description: 'Records that an identifier leads to which others have as well: named, and left as they are.' }),
  kept: z.number().int().meta({ description: 'Records that stay on a legal ground.' }),
  done: z.number().int().meta({ description: 'Deleted, changed or collected so far.' }),
  ground: z.string().nullable().meta({ description: 'Legal ground of what is kept.' }),
});

const approvalSchema = z.object({ user: z.string(), at: z.string(), what: z.enum(['request', 'several_people']) });

const ACTS = [
  'note_identity',
  'ask_identity',
  'begin',
  'extend',
  'refuse',
  'stop',
  'approve',
  'add_identifiers',
  'confirm_several',
  'withdraw_exports',
  'end_in_part',
] as const;

export const dataRequestSchema = z
  .object({
    id: z.uuid(),
    version: z.number().int(),
    caseId: z.string(),
    kind: requestKindSchema,
    state: requestStateSchema,
    stateSince: z.string(),
    label: z.string().meta({ description: 'The identifiers, masked.' }),
    identifierTypes: z.array(z.string()),
    receivedOn: z.string(),
    deadlineOn: z.string().meta({ description: 'Last day of the deadline in the time zone of the tenant.' }),
    deadlineAt: z.string().meta({ description: 'Its end: the first instant that is too late.' }),
    daysLeft: z.number().int().meta({ description: 'Days to the last day; 0 on it, negative after it.' }),
    isOverdue: z.boolean().meta({ description: 'Its deadline is over and it is not ended.' }),
    isExtended: z.boolean(),
    createdBy: z.string(),
    createdAt: z.string(),
    endedAt: z.string().nullable(),
    duplicateOf: z.uuid().nullable(),
    waitsFor: z.uuid().nullable().meta({ description: 'The access request of the same person that is answered first.' }),
    people: z.number().int().nullable().meta({ description: 'How many people the identifiers lead to; null: not looked yet.' }),
    stopUntil: z.string().nullable().meta({ description: 'Until then any officer can stop what was approved.' }),
    needsApproval: z.boolean(),
    error: z
      .object({ code: z.string(), text: z.string(), fix: z.string(), value: z.unknown().optional() })
      .nullable()
      .meta({ description: 'Why it stands still.' }),
    may: z.object(Object.fromEntries(ACTS.map((act) => [act, z.boolean()])) as Record<(typeof ACTS)[number], z.ZodBoolean>).meta({
      description: 'What you can do with it now.',
    }),
  })
  .meta({ id: 'DataRequest' });

export const dataRequestDetailsSchema = dataRequestSchema
  .extend({
    identityNote: z.string().nullable(),
    extensionReason: z.string().nullable(),
    endReason: z.string().nullable(),
    ground: z.string().nullable(),
    approvals: z.array(approvalSchema),
    findings: z.array(findingSchema),
    steps: z.object({
      phase: z.string().nullable(),
      total: z.number().int(),
      done: z.number().int(),
      failed: z.number().int(),
      secondsLeft: z.number().int().nullable().meta({ description: 'How long the rest of the phase will take at the pace so far; null: nobody can tell.' }),
      nextAt: z.string().nullable().meta({ description: 'When its next step is due that waits for its time, such as the last search of an erasure.' }),
    }),
    preview: z
      .array(z.object({ source: z.string(), type: z.string(), fields: z.array(z.object({ name: z.string(), value: z.string() })) }))
      .meta({ description: 'A few of the rows found, masked.' }),
    corrections: z.array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })).meta({
      description: 'What a rectification changes, masked: "before" as it stands in the sources, until they were looked through as it was sent.',
    }),
    exports: z
      .array(
        z.object({
          artifactId: z.uuid(),
          runId: z.uuid(),
          fileName: z.string(),
          source: z.string(),
          type: z.string(),
          state: z.enum(['available', 'expired', 'deleted', 'withdrawn']),
          withdrawnAt: z.string().nullable().meta({ description: 'null: named only, since a rectification withdraws nothing by itself.' }),
          downloads: z.array(z.object({ user: z.string(), at: z.string() })).meta({ description: 'Who had downloaded it by then (Art. 19 GDPR).' }),
          runAgain: z.enum(RUN_AGAIN).meta({ description: 'Whether its window can be exported again, without the person, or why not.' }),
          mayRunAgain: z.boolean().meta({ description: 'Whether you may have it exported again: POST /api/artifacts/{id}/run-again.' }),
          again: z
            .object({
              runId: z.uuid(),
              status: runStatusSchema,
              files: z.array(z.object({ artifactId: z.uuid(), fileName: z.string() })).meta({ description: 'Those that can be downloaded.' }),
            })
            .nullable()
            .meta({ description: 'The newest run that exports its window again.' }),
        }),
      )
      .meta({ description: 'Files that held the person: withdrawn for an erasure, or named after a rectification.' }),
    unknownExports: z.number().int().meta({ description: 'Files that can be downloaded of which nobody can tell whether they hold the person.' }),
    package: z
      .object({
        fileName: z.string(),
        rows: z.number().int(),
        bytes: z.number().int(),
        sha256: z.string(),
        recipients: z.array(z.string()).meta({ description: 'SHA-256 fingerprints of the certificates that open it.' }),
        createdAt: z.string(),
        expiresAt: z.string(),
        isGone: z.boolean().meta({ description: 'It has expired: nothing of it can be downloaded.' }),
      })
      .nullable()
      .meta({ description: 'The encrypted answer to an access request.' }),
    receipt: z
      .object({
        keyId: z.string().meta({ description: 'SHA-256 of the public key that signed it.' }),
        signature: z.enum(['whole', 'broken', 'unknown_key']).meta({
          description: 'whole: as it was signed, by a key of this UDM. broken: changed since. unknown_key: by a key that this UDM never had.',
        }),
      })
      .nullable()
      .meta({ description: 'Of a request that has ended; null: it has none.' }),
    holds: z.array(z.uuid()).meta({ description: 'Legal holds on the person.' }),
    waitsForDownload: z
      .boolean()
      .meta({ description: 'That access request is done, and nobody has downloaded to its end its package, which the erasure deletes.' }),
    order: z.array(z.object({ id: z.uuid(), kind: requestKindSchema, state: requestStateSchema })).meta({
      description: 'Open requests of the same person in the order in which they are answered.',
    }),
  })
  .meta({ id: 'DataRequestDetails' });

export const REQUEST_SORTS = ['createdAt', 'caseId', 'kind', 'state', 'receivedOn', 'deadline'] as const;

/** `text` is looked for in the case id. */
export const requestFilters = {
  kind: choiceFilter(KINDS),
  state: choiceFilter([...STATES, 'open', 'ended']).meta({ description: 'States; "open" and "ended" stand for all of these.' }),
  overdue: z.enum(['true', 'false']).optional().meta({ description: 'true: only those whose deadline is over and that are not ended.' }),
  text: textFilter,
};
export const requestQuerySchema = z.object({ ...pageQuery(REQUEST_SORTS), ...requestFilters }).strict();
export const requestListSchema = listOf(dataRequestSchema).meta({ id: 'DataRequestList' });

export const madeRequestsSchema = z
  .object({ items: z.array(dataRequestSchema).meta({ description: 'In the order in which they will be answered.' }) })
  .meta({ id: 'MadeDataRequests' });
export const manyMadeSchema = z.object({ made: z.number().int(), ids: z.array(z.uuid()) }).meta({ id: 'ManyDataRequests' });

export const identityNoteSchema = z
  .object({ note, begin: z.boolean().optional().meta({ description: 'false: only note it; else discovery begins.' }) })
  .strict()
  .meta({ id: 'IdentityNote' });
export const extensionSchema = z.object({ reason: note, months: z.number().optional() }).strict().meta({ id: 'DeadlineExtension' });
export const refusalSchema = z
  .object({
    ground: z
      .string()
      .max(100)
      .meta({ description: `One of ${REFUSAL_GROUNDS.join(', ')}.` }),
    reason: note,
  })
  .strict()
  .meta({ id: 'DataRequestRefusal' });
export const reasonSchema = z.object({ reason: note }).strict().meta({ id: 'Reason' });
/** Left out: all that the request names. */
export const outdatedExportsSchema = z
  .object({ artifacts: z.array(z.uuid()).min(1).max(10_000).optional() })
  .strict()
  .meta({ id: 'OutdatedExports' });
export const moreIdentifiersSchema = z
  .object({ identifiers: z.array(identifierSchema).max(1_000) })
  .strict()
  .meta({ id: 'MoreIdentifiers' });

/** The file of many: identifiers by type, as such files have them elsewhere. docs/formats/data-requests.md. */
const values = z.union([z.string(), z.array(z.string()).min(1).max(MOST_IDENTIFIERS)]);
const consumerSchema = z
  .object({
    caseId: z.string().optional().meta({ description: 'Of this person; left out: that of the file.' }),
    kinds: z.array(requestKindSchema).min(1).optional().meta({ description: 'For this person; left out: those of the file.' }),
    receivedOn: z.string().optional(),
    identityNote: z.string().max(NOTE).optional(),
    corrections: z.array(correctionSchema).optional(),
    confirmDuplicate: z.boolean().optional(),
    email: values.optional(),
    phone: values.optional(),
    customer_id: values.optional(),
    contact_id: values.optional(),
    account_number: values.optional(),
    twitter: values.optional(),
    facebook: values.optional(),
    instagram: values.optional(),
    whatsapp: values.optional(),
    external_id: values.optional(),
  })
  .strict();

export const MOST_CONSUMERS = 10_000;
export const requestFileSchema = z
  .object({
    caseId: z.string().optional().meta({ description: 'Left out: every consumer has one.' }),
    kinds: z.array(requestKindSchema).min(1).optional().meta({ description: 'Left out: every consumer has them.' }),
    receivedOn: z.string().optional().meta({ description: 'Date, e.g. 2026-01-31; left out: today.' }),
    identityNote: z.string().max(NOTE).optional(),
    consumers: z.array(consumerSchema).min(1).max(MOST_CONSUMERS),
  })
  .strict()
  .meta({ id: 'DataRequestFile', checkedBy: 'operation' });

export const newHoldSchema = z
  .object({ identifiers: z.array(identifierSchema).max(1_000), reason: note })
  .strict()
  .meta({ id: 'NewLegalHold' });
export const holdSchema = z
  .object({
    id: z.uuid(),
    label: z.string(),
    reason: z.string(),
    placedBy: z.string(),
    placedAt: z.string(),
    releasedBy: z.string().nullable(),
    releasedAt: z.string().nullable(),
    releaseReason: z.string().nullable(),
    blocks: z.array(z.object({ id: z.uuid(), caseId: z.string() })).meta({ description: 'Requests that stand still because of it.' }),
    tooLate: z
      .array(z.object({ id: z.uuid(), caseId: z.string() }))
      .meta({ description: 'Requests of this person that already changed data: what is done stays done, and they go no further until the hold is released.' }),
  })
  .meta({ id: 'LegalHold' });
export const holdListSchema = z.object({ items: z.array(holdSchema) }).meta({ id: 'LegalHoldList' });
export const releasedHoldSchema = z
  .object({ hold: holdSchema, resumed: z.array(z.uuid()).meta({ description: 'Requests that go on.' }) })
  .meta({ id: 'ReleasedHold' });

export type RequestQuery = z.infer<typeof requestQuerySchema>;
export type ReceiptDeadline = z.infer<typeof receiptDeadlineSchema>;
export type RequestHistory = z.infer<typeof requestHistorySchema>;
export type DataRequestCheck = z.infer<typeof requestCheckSchema>;
export type DataRequestView = z.infer<typeof dataRequestSchema>;
export type DataRequestDetails = z.infer<typeof dataRequestDetailsSchema>;
export type LegalHoldView = z.infer<typeof holdSchema>;
