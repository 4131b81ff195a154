import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import type { PreviewView } from '../../../src/contract/preview.ts';
import { ApiProblem } from '../../api/client.ts';
import type { PreviewRequest } from '../../api/lists.ts';
import { usePreview } from '../../api/queries.ts';
import type { JobForm } from './job-form.ts';
import { missingFields } from './missing-fields.ts';
import { toPreviewRequest } from './to-draft.ts';

const TYPING_PAUSE = 300;

export interface FormPreview {
  /** Labels of inputs that must be filled in before anything can be said. */
  readonly missing: readonly string[];
  readonly data: PreviewView | undefined;
  readonly error: Error | null;
  /** What is shown belongs to the form before this one. */
  readonly isOld: boolean;
  /** The server has judged the form as it is now, well or not. */
  readonly hasJudged: boolean;
  readonly retry: () => void;
}

/** Asks the server what the form comes to, once typing pauses. */
export function useFormPreview(form: JobForm, hasTime: boolean, job: string | undefined): FormPreview {
  const missing = missingFields(form, hasTime);
  const now = missing.length > 0 ? '' : JSON.stringify(toPreviewRequest(form, hasTime, job));
  const [settled] = useDebouncedValue(now, TYPING_PAUSE);
  const request = useMemo(() => (settled === '' ? undefined : (JSON.parse(settled) as PreviewRequest)), [settled]);
  const query = usePreview(now === '' ? undefined : request);
  const isOld = now !== settled || query.isPlaceholderData;
  const refused = query.error instanceof ApiProblem && query.error.fields.length > 0;
  return {
    missing,
    data: query.data,
    error: query.error,
    isOld,
    hasJudged: now !== '' && !isOld && (query.isSuccess || refused),
    retry: () => void query.refetch(),
  };
}
