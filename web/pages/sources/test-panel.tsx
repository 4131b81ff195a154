import { Button, Group, List, Stack, Text, Title } from '@mantine/core';
import type { SourceDraftInput } from '../../../src/contract/source.ts';
import { SOURCE_STEPS, type SourceStep } from '../../../src/contract/source-test.ts';
import { ApiProblem } from '../../api/client.ts';
import { describeProblem, fieldMessage, ProblemAlert } from '../../components/problem-alert.tsx';
import { SampleTable } from '../../components/sample-table.tsx';
import { StepRow } from '../../components/step-test/step-row.tsx';
import { outcomeOf } from '../../components/step-test/use-step-test.ts';
import { factWords, warningOf } from './step-facts.ts';
import { type StepEvent, type TestEnd, useSourceTest } from './use-source-test.ts';
import { words } from './words.ts';

const { test: say } = words;

/** The settings of the form tried out, before they are saved. */
export function TestPanel({ draft, source }: { draft: SourceDraftInput; source: string | undefined }) {
  const test = useSourceTest(source);
  const isStale = test.tested !== '' && test.tested !== JSON.stringify(draft);
  return (
    <Stack gap="md" component="section" aria-label={say.title}>
      <Title order={2} size="h4">
        {say.title}
      </Title>
      <Text size="sm" c="dimmed">
        {say.lead} {words.editor.testHint}
      </Text>
      <Group>
        <Button variant="default" disabled={test.busy} onClick={() => test.start(draft)}>
          {test.tested === '' ? say.start : say.again}
        </Button>
        {test.busy && (
          <Button variant="default" onClick={test.stop}>
            {say.cancel}
          </Button>
        )}
      </Group>
      {test.tested !== '' && (
        <ol className="udm-steps" aria-label={say.stepsLabel}>
          {SOURCE_STEPS.map((step) => (
            <Step key={step} step={step} event={test.steps[step]} />
          ))}
        </ol>
      )}
      <Text size="sm" role="status" fw={550}>
        {outcomeOf(test, say)}
      </Text>
      {isStale && (
        <Text size="sm" c="dimmed">
          {say.stale}
        </Text>
      )}
      <ProblemAlert error={test.error} />
      {test.end?.sample != null && <Sample sample={test.end.sample} />}
    </Stack>
  );
}

function Sample({ sample }: { sample: NonNullable<TestEnd['sample']> }) {
  return sample.entityTypes.map(({ entityType, rows }) => (
    <Stack key={entityType} gap="xs">
      <Text fw={550}>{say.sampleTitle(entityType)}</Text>
      <Text size="sm" c="dimmed">
        {say.sampleNote}
      </Text>
      <SampleTable entityType={entityType} rows={rows} />
    </Stack>
  ));
}

function Step({ step, event }: { step: SourceStep; event: StepEvent | undefined }) {
  const warning = event?.facts === undefined ? null : warningOf(step, event.facts);
  const took = event?.milliseconds === undefined ? '' : `, ${say.took(event.milliseconds)}`;
  return (
    <StepRow state={event?.state} name={say.steps[step]} told={(state) => `${say.states[state]}${took}`}>
      <Text size="sm" c="dimmed">
        {event?.facts === undefined ? '' : factWords(step, event.facts)}
        {event?.state === 'skipped' && say.because}
      </Text>
      {warning !== null && (
        <Text size="sm" c="var(--udm-warning)">
          {warning}
        </Text>
      )}
      {event?.problem !== undefined && <Cause error={new ApiProblem(event.problem)} />}
    </StepRow>
  );
}

/** Why a step failed, and what to do; what is named (tables, columns, names in a certificate) in full. */
function Cause({ error }: { error: ApiProblem }) {
  if (error.fields.length > 0)
    return (
      <List size="sm">
        {error.fields.map((one) => (
          <List.Item key={`${one.field} ${one.code}`}>{fieldMessage(one)}</List.Item>
        ))}
      </List>
    );
  const { value } = error.document;
  return (
    <Text size="sm">
      {typeof value === 'string' && <b>{value}: </b>}
      {describeProblem(error)}
    </Text>
  );
}
