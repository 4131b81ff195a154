import type { SourceDraftInput } from '../../../src/contract/source.ts';
import type { SourceTestEvent } from '../../../src/contract/source-test.ts';
import { callLines } from '../../api/client.ts';
import { type StepTest, useStepTest } from '../../components/step-test/use-step-test.ts';

export type StepEvent = Extract<SourceTestEvent, { event: 'step' }>;
export type TestEnd = Extract<SourceTestEvent, { event: 'end' }>;

/** The test of a source's settings; `source`: the one that is edited. */
export function useSourceTest(source: string | undefined): StepTest<SourceDraftInput, SourceTestEvent> {
  return useStepTest((draft, signal) =>
    callLines<SourceTestEvent>('POST', '/api/sources/test', { body: { draft, ...(source !== undefined && { source }) }, signal }),
  );
}
