import { List, Text } from '@mantine/core';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { ProblemDocument } from '../../../src/contract/problem.ts';
import { ApiProblem } from '../../api/client.ts';
import { describeProblem, fieldMessage } from '../../components/problem-alert.tsx';
import { fieldLabel } from './field-labels.ts';

/** Why a step failed, and what to do: with the names that the form shows. */
export function TestProblem({ problem, certificates }: { problem: ProblemDocument; certificates: readonly CertificateView[] }) {
  const error = new ApiProblem(problem);
  if (error.fields.length > 0) {
    return (
      <List size="sm">
        {error.fields.map((one) => (
          <List.Item key={`${one.field} ${one.code}`}>
            {fieldLabel(one.field)}: {fieldMessage(one)}
          </List.Item>
        ))}
      </List>
    );
  }
  const named = namesIn(problem.value, certificates);
  return (
    <Text size="sm">
      {named !== '' && <b>{named}: </b>}
      {describeProblem(error)}
    </Text>
  );
}

/** A certificate by its label, a table or column by its name. */
function namesIn(value: unknown, certificates: readonly CertificateView[]): string {
  const labelOf = (one: string) => certificates.find(({ fingerprint }) => fingerprint === one)?.label ?? one;
  if (typeof value === 'string') return labelOf(value);
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.map(labelOf).join(', ') : '';
}
