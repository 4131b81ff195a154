import { z } from 'zod';

export const NOTICE_KINDS = [
  'certificate_ends',
  'certificate_ended',
  'run_failed',
  'run_recovered',
  'recipients_changed',
  'request_deadline',
  'request_overdue',
] as const;

/** Those that nobody can decline. */
export const UNDECLINABLE_NOTICES = ['address_changed', 'second_factor_reset', 'audit_broken'] as const;

const anyKind = z.enum([...NOTICE_KINDS, ...UNDECLINABLE_NOTICES]);
const kinds = z.array(z.enum(NOTICE_KINDS)).max(NOTICE_KINDS.length);

/** How a person wants to be told by mail. */
export const noticeChoiceSchema = z
  .object({
    email: z.string().max(320).nullable().meta({ description: 'Where notices go; null: nowhere.' }),
    language: z.enum(['en', 'de']),
    kinds: kinds.nullable().meta({ description: 'Which notices; null: all there are.' }),
  })
  .strict()
  .meta({ id: 'NoticeChoice' });

export const noticeStandingSchema = z
  .object({
    email: z.string().nullable(),
    language: z.enum(['en', 'de']),
    kinds,
    isConfigured: z.boolean().meta({ description: 'Whether UDM has a mail server.' }),
    givenUp: z
      .object({ at: z.string(), kind: anyKind, title: z.string(), code: z.string() })
      .nullable()
      .meta({ description: 'The last notice of yours, if it could not be delivered.' }),
  })
  .meta({ id: 'NoticeStanding' });

export const noticeSchema = z
  .object({
    id: z.uuid(),
    user: z.string(),
    kind: anyKind,
    title: z.string().meta({ description: 'Of the job, label of the certificate, name of the user, or case of the data request.' }),
    createdAt: z.string(),
    state: z.enum(['waiting', 'sent', 'given_up']),
    tries: z.number().int(),
    nextTryAt: z.string().nullable(),
    errorCode: z.string().nullable(),
  })
  .meta({ id: 'Notice' });

export type NoticeChoiceView = z.infer<typeof noticeChoiceSchema>;
export type NoticeStandingView = z.infer<typeof noticeStandingSchema>;
export type NoticeView = z.infer<typeof noticeSchema>;
