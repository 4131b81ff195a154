import { z } from 'zod';

export const certificateUploadSchema = z
  .object({
    label: z.string().max(200).optional(),
    content: z.string().max(200_000).meta({ description: 'The certificate as PEM, or as base64 of DER. Never a private key.' }),
  })
  .strict()
  .meta({ id: 'CertificateUpload' });

export const certificateChangeSchema = z
  .object({ label: z.string().max(200).meta({ description: 'How it appears in lists.' }) })
  .strict()
  .meta({ id: 'CertificateChange' });

export const certificateSchema = z
  .object({
    id: z.uuid(),
    label: z.string(),
    subject: z.string(),
    issuer: z.string(),
    serial: z.string(),
    fingerprint: z.string().meta({ description: 'SHA-256 of the DER, lower-case hex.' }),
    keyBits: z.number().int(),
    notBefore: z.string(),
    notAfter: z.string(),
    daysLeft: z.number().int(),
    owner: z.string(),
    createdAt: z.string(),
    jobCount: z.number().int(),
    jobs: z.array(z.object({ id: z.uuid(), title: z.string() })).meta({ description: 'Those of them that the caller may see, at most 20, by title.' }),
    warnings: z.array(z.string()).meta({ description: 'Codes: ends_soon, key_2048, key_usage_absent, sha1_signature.' }),
  })
  .meta({ id: 'Certificate' });

export const certificateListSchema = z.object({ items: z.array(certificateSchema) }).meta({ id: 'CertificateList' });

export type CertificateView = z.infer<typeof certificateSchema>;
