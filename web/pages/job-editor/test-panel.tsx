import { Button, Group, Stack, Text } from '@mantine/core';
import type { JobDraft } from '../../../src/contract/job.ts';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { TestStep } from '../../../src/contract/job-test.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { StepRow } from '../../components/step-test/step-row.tsx';
import { outcomeOf } from '../../components/step-test/use-step-test.ts';
import { strings } from '../../strings.ts';
import { ProofForm } from './proof-form.tsx';
import { factWords } from './test-facts.ts';
import { TestProblem } from './test-problem.tsx';
import { type JobTest, type StepEvent, useJobTest } from './use-job-test.ts';

const { trial: words } = strings;

interface Props {
  readonly draft: JobDraft;
  readonly job: string | undefined;
  readonly zone: string;
  readonly certificates: readonly CertificateView[];
}

/** The settings of the form tried out, before they are saved. */
export function TestPanel({ draft, job, zone, certificates }: Props) {
  const test = useJobTest(job);
  const isStale = test.tested !== '' && test.tested !== JSON.stringify(draft);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {words.testLead}
      </Text>
      <Group>
        <Button variant="default" disabled={test.busy} onClick={() => test.start(draft)}>
          {test.tested === '' ? words.test : words.testAgain}
        </Button>
        {test.busy && (
          <Button variant="default" onClick={test.stop}>
            {words.cancel}
          </Button>
        )}
      </Group>
      {test.tested !== '' && <Steps test={test} zone={zone} certificates={certificates} />}
      <Text size="sm" role="status" fw={550}>
        {outcomeOf(test, words)}
      </Text>
      {isStale && (
        <Text size="sm" c="dimmed">
          {words.stale}
        </Text>
      )}
      <ProblemAlert error={test.error} />
      {test.end?.file != null && <ProofForm key={test.end.file.name} file={test.end.file} />}
    </Stack>
  );
}

function Steps({ test, zone, certificates }: { test: JobTest; zone: string; certificates: readonly CertificateView[] }) {
  return (
    <ol className="udm-steps" aria-label={words.stepsLabel}>
      {(Object.keys(words.steps) as TestStep[]).map((step) => (
        <Step key={step} step={step} event={test.steps[step]} zone={zone} certificates={certificates} />
      ))}
    </ol>
  );
}

function Step({ step, event, zone, certificates }: { step: TestStep; event: StepEvent | undefined; zone: string; certificates: readonly CertificateView[] }) {
  return (
    <StepRow state={event?.state} name={words.steps[step]} told={(state) => words.states[state]}>
      {event?.facts !== undefined && (
        <Text size="sm" c="dimmed">
          {factWords(step, event.facts, zone)}
        </Text>
      )}
      {event?.state === 'skipped' && (
        <Text size="sm" c="dimmed">
          {words.because}
        </Text>
      )}
      {event?.problem !== undefined && <TestProblem problem={event.problem} certificates={certificates} />}
    </StepRow>
  );
}
