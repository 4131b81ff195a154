import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { JobView } from '../../../src/contract/job.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import type { JobForm } from './job-form.ts';

export interface JobEditorProps {
  /** The form as it was filled; leaving it changed asks first. */
  readonly initial: JobForm;
  /** What stands in it instead, when changes of before are put on top. */
  readonly filled?: JobForm | undefined;
  readonly sources: readonly SourceView[];
  readonly certificates: readonly CertificateView[];
  /** The job that is changed; left out for a new one. */
  readonly edited?: JobView;
  /** Why nothing here can be changed; left out when it can. */
  readonly locked?: string | undefined;
  /** Reads the job that is changed again, and starts over from it: with these changes on top, or from nothing but what is saved. */
  readonly onReload?: (keep: JobForm | null) => void;
}
