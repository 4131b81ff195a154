import { z } from 'zod';

export const signingKeySchema = z
  .object({
    id: z.string().meta({ description: 'SHA-256 of the public key (SubjectPublicKeyInfo, DER), in hex: its fingerprint.' }),
    algorithm: z.string(),
    publicKey: z.string().meta({ description: 'PEM, as openssl reads it.' }),
    createdAt: z.string(),
    retiredAt: z.string().nullable().meta({ description: 'Null: in use. What it signed before can still be checked with it.' }),
  })
  .meta({ id: 'SigningKey' });

export const signingKeyListSchema = z.object({ items: z.array(signingKeySchema) }).meta({ id: 'SigningKeyList' });

export type SigningKeyView = z.infer<typeof signingKeySchema>;
