import './requests.css';
import { Button, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { DataRequestCheck, DataRequestView } from '../../../src/contract/data-request.ts';
import { useSession } from '../../api/queries.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { fieldError } from './own-field-error.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { dayOf } from '../../format/day.ts';
import { BackToRequests } from './back-to-requests.tsx';
import { ConfirmRequest } from './confirm-request.tsx';
import { CorrectionRows } from './correction-rows.tsx';
import { DeadlineChip } from './deadline-chip.tsx';
import { IdentifierRows } from './identifier-rows.tsx';
import { draftOf, emptyForm, type RequestForm } from './request-form.ts';
import { useCheckRequest, useDeadline } from './use-submit.ts';
import { words } from './words.ts';

const { form: labels } = words;
const LONGEST_CASE = 100;
const LONGEST_NOTE = 1_000;

/** One request, or one of each kind, for one person. The server looks at it before it is submitted. */
export function NewRequestPage() {
  const { timeZone } = useSession();
  const [form, setForm] = useState(() => emptyForm(dayOf(timeZone, new Date().toISOString())));
  const [checked, setChecked] = useState<DataRequestCheck | null>(null);
  const check = useCheckRequest();
  const made = useMade();
  const change = (part: Partial<RequestForm>) => setForm((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check.mutate(draftOf(form), { onSuccess: setChecked });
  };
  return (
    <>
      <BackToRequests />
      <PageHeader title={labels.title} lead={labels.lead} />
      <form onSubmit={submit} noValidate>
        <Stack maw={760} gap="lg">
          <CaseFields form={form} error={check.error} onChange={change} />
          <IdentifierRows rows={form.identifiers} error={check.error} onChange={(identifiers) => change({ identifiers })} />
          {form.kinds.includes('rectification') && (
            <CorrectionRows rows={form.corrections} error={check.error} onChange={(corrections) => change({ corrections })} />
          )}
          <Textarea
            label={labels.identityNote}
            description={labels.identityHint}
            autosize
            minRows={2}
            maxLength={LONGEST_NOTE}
            value={form.identityNote}
            error={fieldError(check.error, 'identityNote')}
            onChange={({ currentTarget: { value } }) => change({ identityNote: value })}
          />
          <ProblemAlert error={check.error} shown={({ field }) => SHOWN.test(field)} />
          <div>
            <Button type="submit" loading={check.isPending}>
              {labels.check}
            </Button>
          </div>
        </Stack>
      </form>
      {checked !== null && <ConfirmRequest form={form} check={checked} onMade={made} onClose={() => setChecked(null)} />}
    </>
  );
}

/** Fields that say themselves what is wrong with them. */
const SHOWN = /^(kinds|caseId|receivedOn|identifiers\[\d+\]|corrections\[\d+\]|identityNote)/;

/** To the request that was made; to the list, where it was several. */
function useMade() {
  const navigate = useNavigate();
  return (made: readonly DataRequestView[]) => {
    notifications.show({ message: labels.made(made.length), color: 'green' });
    const [first] = made;
    void (first !== undefined && made.length === 1 ? navigate({ to: '/requests/$id', params: { id: first.id } }) : navigate({ to: '/requests' }));
  };
}

interface FieldsProps {
  readonly form: RequestForm;
  readonly error: unknown;
  readonly onChange: (part: Partial<RequestForm>) => void;
}

function CaseFields({ form, error, onChange }: FieldsProps) {
  return (
    <>
      <ChooseMany
        label={labels.kinds}
        names={Object.keys(words.kinds)}
        labelOf={(kind) => words.kinds[kind as keyof typeof words.kinds]}
        hintOf={(kind) => labels.kindHints[kind as keyof typeof labels.kindHints]}
        chosen={form.kinds}
        error={fieldError(error, 'kinds')}
        onChange={(kinds) => onChange({ kinds })}
      />
      <TextInput
        label={labels.caseId}
        description={labels.caseIdHint}
        required
        autoComplete="off"
        maxLength={LONGEST_CASE}
        maw={360}
        value={form.caseId}
        error={fieldError(error, 'caseId')}
        onChange={({ currentTarget: { value } }) => onChange({ caseId: value })}
      />
      <Receipt receivedOn={form.receivedOn} error={error} onChange={(receivedOn) => onChange({ receivedOn })} />
    </>
  );
}

/** The day it came in, and at once the deadline that follows from it. */
function Receipt({ receivedOn, error, onChange }: { receivedOn: string; error: unknown; onChange: (day: string) => void }) {
  const deadline = useDeadline(receivedOn);
  const wrong = fieldError(deadline.error, 'receivedOn') ?? fieldError(error, 'receivedOn');
  return (
    <div>
      <TextInput
        type="date"
        label={labels.receivedOn}
        description={labels.receivedOnHint}
        maw={360}
        value={receivedOn}
        error={wrong}
        onChange={({ currentTarget: { value } }) => onChange(value)}
      />
      <Text size="sm" mt="xs" component="div" role="status">
        {deadline.data !== undefined && (
          <>
            {labels.answerBy}: <DeadlineChip of={deadline.data} />
          </>
        )}
      </Text>
    </div>
  );
}
