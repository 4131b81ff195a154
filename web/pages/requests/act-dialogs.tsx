import { NativeSelect } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { fieldError } from './own-field-error.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { FormDialog } from './form-dialog.tsx';
import { IdentifierRows } from './identifier-rows.tsx';
import { NoteField } from './note-field.tsx';
import { type IdentifierRow, identifiersOf, newIdentifier } from './request-form.ts';
import { useRequestAct } from './use-requests.ts';
import { words } from './words.ts';

const { dialogs: labels } = words;

export type Act = 'note_identity' | 'extend' | 'refuse' | 'end_in_part' | 'stop' | 'approve' | 'confirm_several' | 'add_identifiers';

interface Props {
  readonly request: DataRequestDetails;
  readonly onClose: () => void;
}

/** Asks for what an act needs. A second person's agreement may be asked for a fresh proof of who they are; the call itself sees to that. */
export function ActDialog({ act, ...props }: Props & { readonly act: Act }) {
  switch (act) {
    case 'note_identity':
      return <NoteDialog {...props} act={act} method="PUT" verb="identity" field="note" title={labels.identityTitle} text={labels.identityText} />;
    case 'extend':
      return <NoteDialog {...props} act={act} verb="extend" field="reason" title={labels.extendTitle} text={labels.extendText} />;
    case 'stop':
      return <NoteDialog {...props} act={act} verb="stop" field="reason" title={labels.stopTitle} text={labels.stopText} ends />;
    case 'end_in_part':
      return <NoteDialog {...props} act={act} verb="end-in-part" field="reason" title={labels.partTitle} text={labels.partText[props.request.kind]} ends />;
    case 'refuse':
      return <RefuseDialog {...props} />;
    case 'approve':
      return <AgreeDialog {...props} act={act} verb="approve" title={labels.approveTitle} text={labels.approveText[props.request.kind]} />;
    case 'confirm_several':
      return <AgreeDialog {...props} act={act} verb="confirm-several" title={labels.severalTitle} text={labels.severalText(props.request.people ?? 0)} />;
    case 'add_identifiers':
      return <IdentifiersDialog {...props} />;
  }
}

function useAct(act: Act, { request, onClose }: Props, method: 'POST' | 'PUT', verb: string, seen?: number) {
  const send = useRequestAct(request.id, method, verb, seen);
  const run = (body?: object) =>
    send.mutate(body, {
      onSuccess: () => {
        notifications.show({ message: words.done[act], color: 'green' });
        onClose();
      },
    });
  return { run, busy: send.isPending, error: send.error };
}

interface NoteProps extends Props {
  readonly act: 'note_identity' | 'extend' | 'end_in_part' | 'stop';
  readonly method?: 'PUT';
  readonly verb: string;
  readonly field: 'note' | 'reason';
  readonly title: string;
  readonly text: string;
  readonly ends?: boolean;
}

function NoteDialog({ act, method, verb, field, title, text, ends, ...props }: NoteProps) {
  const [note, setNote] = useState(act === 'note_identity' ? (props.request.identityNote ?? '') : '');
  const { run, busy, error } = useAct(act, props, method ?? 'POST', verb);
  return (
    <FormDialog
      title={title}
      text={text}
      submit={words.acts[act]}
      busy={busy}
      onSubmit={() => run({ [field]: note })}
      onClose={props.onClose}
      {...(ends && { ends })}
    >
      <NoteField label={field === 'note' ? labels.identityNote : labels.reason} value={note} error={fieldError(error, field)} onChange={setNote} />
      <ProblemAlert error={error} shown={(problem) => problem.field === field} />
    </FormDialog>
  );
}

function RefuseDialog(props: Props) {
  const [ground, setGround] = useState<string>('identity_not_proved');
  const [reason, setReason] = useState('');
  const { run, busy, error } = useAct('refuse', props, 'POST', 'refuse');
  return (
    <FormDialog
      title={labels.refuseTitle}
      text={labels.refuseText}
      submit={words.acts.refuse}
      ends
      busy={busy}
      onSubmit={() => run({ ground, reason })}
      onClose={props.onClose}
    >
      <NativeSelect
        label={labels.ground}
        data-autofocus
        data={Object.entries(words.grounds).map(([value, label]) => ({ value, label }))}
        value={ground}
        error={fieldError(error, 'ground')}
        onChange={({ currentTarget: { value } }) => setGround(value)}
      />
      <NoteField label={labels.reason} value={reason} error={fieldError(error, 'reason')} isFirst={false} onChange={setReason} />
      <ProblemAlert error={error} shown={({ field }) => field === 'ground' || field === 'reason'} />
    </FormDialog>
  );
}

interface AgreeProps extends Props {
  readonly act: 'approve' | 'confirm_several';
  readonly verb: string;
  readonly title: string;
  readonly text: string;
}

function AgreeDialog({ act, verb, title, text, ...props }: AgreeProps) {
  // What lay open when it was asked for; the page behind goes on.
  const [seen] = useState(props.request.version);
  const { run, busy, error } = useAct(act, props, 'POST', verb, seen);
  return (
    <FormDialog title={title} text={text} submit={words.acts[act]} busy={busy} onSubmit={() => run()} onClose={props.onClose}>
      <ProblemAlert error={error} />
    </FormDialog>
  );
}

function IdentifiersDialog(props: Props) {
  const [rows, setRows] = useState<readonly IdentifierRow[]>(() => [newIdentifier()]);
  const { run, busy, error } = useAct('add_identifiers', props, 'POST', 'identifiers');
  return (
    <FormDialog
      title={labels.identifiersTitle}
      text={labels.identifiersText}
      submit={words.acts.add_identifiers}
      size="lg"
      busy={busy}
      onSubmit={() => run({ identifiers: identifiersOf(rows) })}
      onClose={props.onClose}
    >
      <IdentifierRows rows={rows} error={error} onChange={setRows} />
      <ProblemAlert error={error} shown={({ field }) => field.startsWith('identifiers[')} />
    </FormDialog>
  );
}
