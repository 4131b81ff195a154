import '../job-editor/job-editor.css';
import { Button, Group, List, Loader, Stack, Text, Title } from '@mantine/core';
import type { SourceDraftInput } from '../../../src/contract/source.ts';
import { SOURCE_STEPS, type SourceStep } from '../../../src/contract/source-test.ts';
import { ApiProblem } from '../../api/client.ts';
import { describeProblem, fieldMessage, ProblemAlert } from '../../components/problem-alert.tsx';
import { SampleTable } from '../../components/sample-table.tsx';
import { factWords, warningOf } from './step-facts.ts';
import { type SourceTest, type StepEvent, type TestEnd, useSourceTest } from './use-source-test.ts';
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
        {outcomeWords(test)}
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

function outcomeWords({ end, stopped }: SourceTest): string {
  if (end !== null) return end.ok ? say.allGood : say.someFailed;
  return stopped ? say.stopped : '';
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

const SIGNS = { waiting: '·', running: '', ok: '✓', failed: '✕', skipped: '–' } as const;

function Step({ step, event }: { step: SourceStep; event: StepEvent | undefined }) {
  const state = event?.state ?? 'waiting';
  const warning = event?.facts === undefined ? null : warningOf(step, event.facts);
  return (
    <li data-state={state}>
      <span className="udm-step-sign" aria-hidden="true">
        {state === 'running' ? <Loader size={14} /> : SIGNS[state]}
      </span>
      <div>
        <Text size="sm" fw={state === 'failed' ? 650 : 500}>
          {say.steps[step]}{' '}
          <span className="udm-step-state">
            ({say.states[state]}
            {event?.milliseconds !== undefined && `, ${say.took(event.milliseconds)}`})
          </span>
        </Text>
        <Text size="sm" c="dimmed">
          {event?.facts === undefined ? '' : factWords(step, event.facts)}
          {state === 'skipped' && say.because}
        </Text>
        {warning !== null && (
          <Text size="sm" c="var(--udm-warning)">
            {warning}
          </Text>
        )}
        {event?.problem !== undefined && <Cause error={new ApiProblem(event.problem)} />}
      </div>
    </li>
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
