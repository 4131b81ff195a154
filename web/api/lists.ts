import type { z } from 'zod';
import type { artifactListSchema } from '../../src/contract/artifact.ts';
import type { certificateListSchema } from '../../src/contract/certificate.ts';
import type { jobListSchema } from '../../src/contract/job.ts';
import type { previewRequestSchema } from '../../src/contract/preview.ts';
import type { runListSchema } from '../../src/contract/run.ts';
import type { sourceListSchema } from '../../src/contract/source.ts';

export type JobList = z.infer<typeof jobListSchema>;
export type RunList = z.infer<typeof runListSchema>;
export type ArtifactList = z.infer<typeof artifactListSchema>;
export type CertificateList = z.infer<typeof certificateListSchema>;
export type PreviewRequest = z.input<typeof previewRequestSchema>;
export type SourceList = z.infer<typeof sourceListSchema>;

export interface ListQuery {
  readonly page?: number | undefined;
  readonly pageSize?: number | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly state?: string | undefined;
  readonly text?: string | undefined;
  readonly sort?: string | undefined;
  readonly job?: string | undefined;
  readonly run?: string | undefined;
}
