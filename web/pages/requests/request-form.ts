import { randomId } from '../../api/client.ts';

export interface IdentifierRow {
  readonly key: string;
  readonly type: string;
  readonly value: string;
}

export interface CorrectionRow {
  readonly key: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** What is typed; it lives in the page alone. */
export interface RequestForm {
  readonly kinds: readonly string[];
  readonly caseId: string;
  /** A day; empty: today. */
  readonly receivedOn: string;
  readonly identifiers: readonly IdentifierRow[];
  readonly identityNote: string;
  readonly corrections: readonly CorrectionRow[];
}

export const newIdentifier = (): IdentifierRow => ({ key: randomId(), type: 'email', value: '' });
export const newCorrection = (): CorrectionRow => ({ key: randomId(), field: '', from: '', to: '' });

export function emptyForm(today: string): RequestForm {
  return { kinds: [], caseId: '', receivedOn: today, identifiers: [newIdentifier()], identityNote: '', corrections: [newCorrection()] };
}

export interface RequestDraft {
  readonly caseId: string;
  readonly kinds: readonly string[];
  readonly receivedOn?: string;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
  readonly identityNote?: string;
  readonly corrections?: readonly { readonly field: string; readonly from?: string; readonly to: string | null }[];
  readonly confirmDuplicate?: boolean;
}

/** As the server takes it: row for row, so that what it says of the third is shown beside the third. */
export function draftOf(form: RequestForm, confirmDuplicate = false): RequestDraft {
  const { caseId, kinds, receivedOn, identityNote } = form;
  return {
    caseId: caseId.trim(),
    kinds,
    ...(receivedOn !== '' && { receivedOn }),
    identifiers: identifiersOf(form.identifiers),
    ...(identityNote.trim() !== '' && { identityNote }),
    // Nothing stands for a value that goes away.
    ...(kinds.includes('rectification') && {
      corrections: form.corrections.map(({ field, from, to }) => ({ field: field.trim(), ...(from !== '' && { from }), to: to === '' ? null : to })),
    }),
    ...(confirmDuplicate && { confirmDuplicate }),
  };
}

export function identifiersOf(rows: readonly IdentifierRow[]): RequestDraft['identifiers'] {
  return rows.map(({ type, value }) => ({ type, value }));
}
