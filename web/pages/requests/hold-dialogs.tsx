import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { LegalHoldView } from '../../../src/contract/data-request.ts';
import { fieldError } from './own-field-error.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { FormDialog } from './form-dialog.tsx';
import { IdentifierRows } from './identifier-rows.tsx';
import { NoteField } from './note-field.tsx';
import { type IdentifierRow, identifiersOf, newIdentifier } from './request-form.ts';
import { usePlaceHold, useReleaseHold } from './use-holds.ts';
import { words } from './words.ts';

const { holds: labels } = words;

export function PlaceHold({ onClose }: { onClose: () => void }) {
  const [rows, setRows] = useState<readonly IdentifierRow[]>(() => [newIdentifier()]);
  const [reason, setReason] = useState('');
  const place = usePlaceHold();
  const submit = () =>
    place.mutate(
      { identifiers: identifiersOf(rows), reason },
      {
        onSuccess: ({ blocks }) => {
          notifications.show({ message: blocks.length === 0 ? labels.placed : labels.placedBlocks(blocks.length), color: 'green' });
          onClose();
        },
      },
    );
  return (
    <FormDialog title={labels.placeTitle} text={labels.lead} submit={labels.save} size="lg" busy={place.isPending} onSubmit={submit} onClose={onClose}>
      <IdentifierRows rows={rows} error={place.error} onChange={setRows} />
      <NoteField label={labels.reason} hint={labels.reasonHint} value={reason} error={fieldError(place.error, 'reason')} isFirst={false} onChange={setReason} />
      <ProblemAlert error={place.error} shown={({ field }) => field === 'reason' || field.startsWith('identifiers[')} />
    </FormDialog>
  );
}

export function ReleaseHold({ hold, onClose }: { hold: LegalHoldView; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const release = useReleaseHold();
  const submit = () =>
    release.mutate(
      { id: hold.id, reason },
      {
        onSuccess: ({ resumed }) => {
          notifications.show({ message: labels.releasedNow(resumed.length), color: 'green' });
          onClose();
        },
      },
    );
  return (
    <FormDialog title={labels.releaseTitle} text={labels.releaseText} submit={labels.release} busy={release.isPending} onSubmit={submit} onClose={onClose}>
      <NoteField label={labels.reason} value={reason} error={fieldError(release.error, 'reason')} onChange={setReason} />
      <ProblemAlert error={release.error} shown={({ field }) => field === 'reason'} />
    </FormDialog>
  );
}
