import type { DataRequestDetails } from '../../contract/data-request.ts';
import type { StoredValue } from '../../domain/data-requests/correction-reach.ts';
import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { maskedText } from '../../domain/data-requests/mask.ts';
import type { Correction } from '../../domain/data-requests/new-request.ts';
import type { Correction as RowCorrection } from '../../domain/data-requests/row-verdict.ts';
import { CodedError } from '../../errors.ts';
import type { Tx } from '../../records/database.ts';
import { readSnapshots } from '../../records/data-requests/findings.ts';
import type { RequestRecord } from '../../records/data-requests/requests.ts';
import type { CaseKey } from '../../case-keys/case-keys.ts';
import type { Services } from '../services.ts';

/** Whom a request is about, as it is sealed with the key of its case. */
export interface SealedPerson {
  readonly identifiers: readonly NormalIdentifier[];
  readonly corrections: readonly Correction[];
}

export const PERSON_PART = 'identifiers';
/** Beginning of the parts that are shown, one for each source. */
export const PREVIEW_PART = 'preview';

/** Beginning of the parts with what stands in the fields that are to be corrected, one for each source. */
export const STORED_PART = 'stored';

export type Preview = DataRequestDetails['preview'];

/** Error: `gdpr.key_lost`. */
export async function openPerson({ caseKeys }: Services, { tenantId, id, sealedPerson }: RequestRecord): Promise<SealedPerson> {
  return (await caseKeys.open({ tenantId, requestId: id })).open<SealedPerson>(sealedPerson, PERSON_PART);
}

/** As the rules of rows take them. */
export function correctionsOf({ corrections }: SealedPerson): RowCorrection[] {
  return corrections.map(({ field, from, to }) => ({ name: field, from, to }));
}

/** What of the sealed things may be shown, masked; nothing once the key is destroyed. */
export async function readSealedView(services: Services, tx: Tx, request: RequestRecord): Promise<Pick<DataRequestDetails, 'preview' | 'corrections'>> {
  const { tenantId, id } = request;
  try {
    const key = await services.caseKeys.open({ tenantId, requestId: id });
    const { corrections } = key.open<SealedPerson>(request.sealedPerson, PERSON_PART);
    const shown = await readSnapshots(tx, tenantId, id, PREVIEW_PART);
    const stored = await openStored(tx, request, key);
    return {
      preview: shown.flatMap(({ part, sealed }) => key.open<Preview>(sealed, part)),
      corrections: corrections.map(({ field, from, to }, index) => ({ field, before: stands(stored, field, index) ?? masked(from), after: masked(to) })),
    };
  } catch (error) {
    if (error instanceof CodedError && error.code === 'gdpr.key_lost') return { preview: [], corrections: [] };
    throw error;
  }
}

/** What stands in the fields that are to be corrected, in all sources. */
export async function openStored(tx: Tx, { tenantId, id }: RequestRecord, key: CaseKey): Promise<StoredValue[]> {
  const parts = await readSnapshots(tx, tenantId, id, STORED_PART);
  return parts.flatMap(({ part, sealed }) => key.open<StoredValue[]>(sealed, part));
}

/** What the correction is for, as it stands in the sources and not as somebody typed it, or else all that stands in its field. Null: nothing, or nobody has looked yet. */
function stands(stored: readonly StoredValue[], name: string, index: number): string | null {
  const reached = stored.filter(({ correction }) => correction === index);
  const shown = reached.length > 0 ? reached : stored.filter(({ field }) => field === name);
  const values = new Set(shown.flatMap(({ value }) => masked(value) ?? []));
  return values.size > 0 ? [...values].join(', ') : null;
}

function masked(text: string | null): string | null {
  return text === null ? null : maskedText(text);
}
