import { Anchor, Button, Checkbox, Group, List, Modal, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DataRequestCheck, DataRequestView } from '../../../src/contract/data-request.ts';
import { ApiProblem, randomId } from '../../api/client.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { strings } from '../../strings.ts';
import { dayName } from './day-name.ts';
import { draftOf, type RequestDraft, type RequestForm } from './request-form.ts';
import { fieldName } from './use-correctable-fields.ts';
import { useSubmitRequest } from './use-submit.ts';
import { words } from './words.ts';

const { form: labels } = words;

interface Props {
  readonly form: RequestForm;
  readonly check: DataRequestCheck;
  readonly onMade: (made: readonly DataRequestView[]) => void;
  readonly onClose: () => void;
}

/** What would be made, to be looked at: the identifiers as they are compared, the deadline, and who asked for the same. */
export function ConfirmRequest({ form, check, onMade, onClose }: Props) {
  const [another, setAnother] = useState(false);
  const [key] = useState(randomId);
  const submit = useSubmitRequest();
  // Somebody else may have submitted the same in the meantime.
  const isDuplicate = check.duplicates.length > 0 || (submit.error instanceof ApiProblem && submit.error.code === 'gdpr.duplicate');
  const send = () => submit.mutate({ draft: draftOf(form, another), key: `${key}${another ? ' again' : ''}` }, { onSuccess: ({ items }) => onMade(items) });
  return (
    <Modal opened onClose={onClose} title={labels.confirmTitle} size="lg" closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <Stack>
        <Text size="sm">{labels.confirmText}</Text>
        <Identifiers check={check} />
        <Corrections corrections={draftOf(form).corrections ?? []} />
        <Text size="sm">
          {labels.order}: <b>{check.kinds.map((kind) => words.kinds[kind]).join(', ')}</b>
        </Text>
        <Text size="sm">
          {labels.answerBy}: <b>{dayName(check.deadlineOn)}</b>
          {check.isOverdue && ` – ${labels.late}`}
        </Text>
        <Text size="sm">{form.identityNote.trim() === '' ? labels.waits : labels.begins}</Text>
        {isDuplicate && <Duplicates check={check} another={another} onChange={setAnother} />}
        <ProblemAlert error={submit.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {labels.change}
          </Button>
          <Button loading={submit.isPending} disabled={isDuplicate && !another} onClick={send}>
            {labels.submit}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Identifiers({ check }: { check: DataRequestCheck }) {
  return (
    <Table withRowBorders={false}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{labels.type}</Table.Th>
          <Table.Th>{labels.normal}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {check.identifiers.map(({ type, normal, notes }) => (
          <Table.Tr key={`${type} ${normal}`}>
            <Table.Td>{words.types[type as keyof typeof words.types]}</Table.Td>
            <Table.Td>
              <span className="udm-code">{normal}</span>
              {notes.map((note) => (
                <Text key={note} size="xs" c={note === 'unusual_letters' ? 'var(--udm-warning)' : 'dimmed'}>
                  {labels.notes[note]}
                </Text>
              ))}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** As they were typed: nobody sees them whole again, and a mistake is corrected into the sources. */
function Corrections({ corrections }: { corrections: NonNullable<RequestDraft['corrections']> }) {
  if (corrections.length === 0) return null;
  return (
    <Table withRowBorders={false} aria-label={labels.corrections}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{labels.corrections}</Table.Th>
          <Table.Th>{labels.fromLabel}</Table.Th>
          <Table.Th>{labels.toLabel}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {corrections.map(({ field, from = '', to }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they neither move nor change.
          <Table.Tr key={index}>
            <Table.Td>{fieldName(field)}</Table.Td>
            <Table.Td className="udm-anywhere">{from}</Table.Td>
            <Table.Td className="udm-anywhere">{to ?? labels.takenAway}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface DuplicatesProps {
  readonly check: DataRequestCheck;
  readonly another: boolean;
  readonly onChange: (another: boolean) => void;
}

function Duplicates({ check, another, onChange }: DuplicatesProps) {
  return (
    <WarningAlert title={labels.duplicateTitle}>
      <List size="sm" mb="sm">
        {check.duplicates.map(({ id, caseId, kind }) => (
          <List.Item key={id}>
            <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/requests/$id" params={{ id }} target="_blank" {...props} />}>
              {labels.duplicate(caseId, words.kinds[kind])}
            </Anchor>
          </List.Item>
        ))}
      </List>
      <Checkbox label={labels.another} checked={another} onChange={({ currentTarget: { checked } }) => onChange(checked)} />
    </WarningAlert>
  );
}
