import type { z } from 'zod';
import type { artifactListSchema } from '../../src/contract/artifact-list.ts';
import type { certificateListSchema } from '../../src/contract/certificate.ts';
import type { jobListSchema } from '../../src/contract/job-list.ts';
import type { previewRequestSchema } from '../../src/contract/preview.ts';
import type { runListSchema } from '../../src/contract/run-list.ts';
import type { sourceListSchema } from '../../src/contract/source.ts';
import type { ListSearch } from '../search.ts';

export type JobList = z.infer<typeof jobListSchema>;
export type RunList = z.infer<typeof runListSchema>;
export type ArtifactList = z.infer<typeof artifactListSchema>;
export type CertificateList = z.infer<typeof certificateListSchema>;
export type PreviewRequest = z.input<typeof previewRequestSchema>;
export type SourceList = z.infer<typeof sourceListSchema>;

/** What is asked of a list: its part of the address, without what only the page itself knows. */
export type ListQuery = Omit<ListSearch, 'show' | 'chosen'> & { readonly limit?: number | undefined };
