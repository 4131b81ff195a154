import { z } from 'zod';

export const certificateUploadSchema = z
  .object({
    label: z.string().max(200).optional(),
    content: z.string().max(200_000).meta({ description: 'The certificate as PEM, or as base64 of DER. Never a private key.' }),
  })
  .strict()
  .meta({ id: 'CertificateUpload' });

const keyTransport = z.enum(['pkcs1', 'oaep']).meta({
  description: 'How the content key is encrypted: RSA PKCS#1 v1.5, which every tool opens, or RSA-OAEP with SHA-256.',
});
const contentCipher = z.enum(['aes-256-cbc', 'aes-256-gcm']).meta({
  description: 'How the content is encrypted. A file has one cipher: AES-256-GCM (AuthEnvelopedData) only if all its recipients take it.',
});

export const certificateChangeSchema = z
  .object({
    label: z.string().max(200).meta({ description: 'How it appears in lists.' }),
    keyTransport: keyTransport.optional(),
    contentCipher: contentCipher.optional(),
  })
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
    owner: z.string().meta({ description: 'Who uploaded it.' }),
    mayChange: z.boolean().meta({ description: 'Whether the caller may rename it, change its options or delete it: its owner and administrators may.' }),
    createdAt: z.string(),
    jobCount: z.number().int(),
    jobs: z.array(z.object({ id: z.uuid(), title: z.string() })).meta({ description: 'Those of them that the caller may see, at most 20, by title.' }),
    warnings: z.array(z.string()).meta({ description: 'Codes: ends_soon, key_2048, key_usage_absent, sha1_signature.' }),
    keyTransport,
    contentCipher,
    provenAt: z.string().nullable().meta({ description: 'When its holder last proved to open files, RFC 3339.' }),
  })
  .meta({ id: 'Certificate' });

export const certificateListSchema = z.object({ items: z.array(certificateSchema) }).meta({ id: 'CertificateList' });

export const certificateChallengeSchema = z
  .object({
    fileName: z.string(),
    content: z.string().meta({ description: 'The encrypted file, base64.' }),
    sha256: z.string(),
    proof: z.string().meta({ description: 'To be sent back with the word inside the file; good for a day.' }),
  })
  .meta({ id: 'CertificateChallenge' });

export const certificateProofSchema = z
  .object({ proof: z.string().max(4_000), word: z.string().max(200) })
  .strict()
  .meta({ id: 'CertificateProof' });

export const certificateProvenSchema = z.object({ opened: z.literal(true), certificate: certificateSchema }).meta({ id: 'CertificateProven' });

export type CertificateChallengeView = z.infer<typeof certificateChallengeSchema>;
export type CertificateProvenView = z.infer<typeof certificateProvenSchema>;
export type CertificateChange = z.infer<typeof certificateChangeSchema>;
export type CertificateView = z.infer<typeof certificateSchema>;
