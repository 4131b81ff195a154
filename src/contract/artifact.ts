import { z } from 'zod';

export const artifactSchema = z
  .object({
    id: z.uuid(),
    fileName: z.string(),
    runId: z.uuid(),
    jobId: z.uuid().nullable(),
    jobTitle: z.string(),
    source: z.string(),
    type: z.string(),
    part: z.number().int(),
    rows: z.number().int(),
    bytes: z.number().int(),
    sha256: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    remainingDays: z.number().int(),
    state: z.enum(['available', 'expired']),
  })
  .meta({ id: 'Artifact' });

export const artifactListSchema = z
  .object({ items: z.array(artifactSchema), total: z.number().int(), page: z.number().int(), pageSize: z.number().int() })
  .meta({ id: 'ArtifactList' });

export type ArtifactView = z.infer<typeof artifactSchema>;
