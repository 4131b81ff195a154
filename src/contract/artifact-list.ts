import { z } from 'zod';
import { artifactSchema } from './artifact.ts';
import { amountFilter, choiceFilter, idFilter, instantFilter, listOf, pageQuery, textFilter } from './page.ts';

export const ARTIFACT_SORTS = ['createdAt', 'fileName', 'source', 'type', 'job', 'part', 'rows', 'bytes', 'sha256', 'expiresAt'] as const;

/** Ranges of time include their start and not their end; of amounts, both. `text` is looked for in the job's title; a file's name and a run's id are found by how they begin. */
export const artifactFilters = {
  run: idFilter,
  job: idFilter,
  source: textFilter,
  type: textFilter,
  text: textFilter,
  state: choiceFilter(['available', 'expired', 'deleted', 'withdrawn']),
  part: amountFilter,
  rowsMin: amountFilter,
  rowsMax: amountFilter,
  sizeMin: amountFilter.meta({ description: 'Bytes.' }),
  sizeMax: amountFilter.meta({ description: 'Bytes.' }),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{1,64}$/, '1 to 64 hexadecimal digits')
    .optional()
    .meta({ description: 'How it begins.' }),
  createdFrom: instantFilter,
  createdTo: instantFilter,
  expiresFrom: instantFilter,
  expiresTo: instantFilter,
};

export const artifactQuerySchema = z.object({ ...pageQuery(ARTIFACT_SORTS), ...artifactFilters }).strict();
export const artifactListSchema = listOf(artifactSchema).meta({ id: 'ArtifactList' });

export type ArtifactQuery = z.infer<typeof artifactQuerySchema>;
