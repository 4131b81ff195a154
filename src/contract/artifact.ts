import { z } from 'zod';

/** Whether the window of an artifact can run again, or why not. */
export const RUN_AGAIN = ['possible', 'not_needed', 'job_gone', 'job_changed', 'under_way', 'live_again'] as const;

/** Why an artifact is taken back; a free text could hold what must not be kept. */
export const WITHDRAWAL_REASONS = ['wrong_data', 'wrong_recipient', 'person_erased', 'person_corrected', 'other'] as const;

/** Where the file of an artifact is. */
export const FILE_STATES = ['kept', 'to_delete', 'failed', 'gone', 'missing', 'damaged'] as const;

export const artifactSchema = z
  .object({
    id: z.uuid(),
    fileName: z.string(),
    runId: z.uuid(),
    jobId: z.uuid().nullable(),
    jobTitle: z.string(),
    window: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
    source: z.string(),
    type: z.string(),
    part: z.number().int(),
    whole: z
      .object({ parts: z.number().int(), rows: z.number().int(), bytes: z.number().int() })
      .meta({ description: 'All files of the run together; with several, each is a part that opens alone.' }),
    rows: z.number().int(),
    bytes: z.number().int(),
    sha256: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    remainingDays: z.number().int(),
    state: z.enum(['available', 'expired', 'deleted', 'withdrawn']),
    deletedAt: z.string().nullable().meta({ description: 'When it was deleted or withdrawn.' }),
    withdrawnFor: z.enum(WITHDRAWAL_REASONS).nullable().meta({ description: 'Why it was withdrawn: it should not have been made or handed out.' }),
    file: z
      .object({
        state: z.enum(FILE_STATES),
        since: z.string().nullable().meta({ description: 'When it was deleted from storage, or found missing or damaged.' }),
        tries: z.number().int().meta({ description: 'How often deleting it has failed.' }),
        nextTryAt: z.string().nullable(),
        cause: z.string().nullable().meta({ description: 'Why deleting it failed last: the code of the error.' }),
      })
      .meta({
        description:
          'The file as against its row: kept in storage; to_delete: it expired or was deleted and leaves storage within a day; failed: deleting it failed and is tried again; gone: deleted; missing, damaged: it should be there and is not, or has another length.',
      }),
    runAgain: z
      .enum(RUN_AGAIN)
      .meta({ description: 'Whether its window can run again: possible; not_needed: it is available; job_gone, job_changed, under_way, live_again: why not.' }),
  })
  .meta({ id: 'Artifact' });

/** Why an artifact is taken back. */
export const withdrawalSchema = z
  .object({ reason: z.enum(WITHDRAWAL_REASONS) })
  .strict()
  .meta({ id: 'Withdrawal' });

/** Files to download as one zip. */
export const bundleSchema = z
  .object({ ids: z.array(z.string()).min(1).max(100).meta({ description: 'Ids of artifacts; one that comes twice is sent once.' }) })
  .strict()
  .meta({ id: 'Bundle' });

export type ArtifactView = z.infer<typeof artifactSchema>;
