import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { isEndedInPart } from './stages.ts';
import { words } from './words.ts';

const { now: labels } = words;

type Standing = Pick<DataRequestDetails, 'state' | 'kind' | 'identityNote' | 'endReason'> & {
  readonly error: Pick<NonNullable<DataRequestDetails['error']>, 'code'> | null;
  readonly exports: readonly (Pick<DataRequestDetails['exports'][number], 'state'> & { readonly downloads: readonly unknown[] })[];
  readonly package: Pick<NonNullable<DataRequestDetails['package']>, 'isGone'> | null;
};

/** What happens with a request at this moment; of one that has ended, what people still have to do. */
export function nowText(request: Standing): string {
  const { state, kind, identityNote } = request;
  if (state === 'received' && identityNote !== null) return labels.receivedBegins;
  if (state === 'ambiguous' && request.error?.code === 'gdpr.too_many_people') return labels.tooMany;
  if (state !== 'done') return labels[state];
  const left = leftToDo(request);
  // The duties of Art. 19 are those of what was done, however little that is.
  if (isEndedInPart(request)) return left === null ? labels.donePart[kind] : `${labels.donePart[kind]} ${left}`;
  return left ?? labels.done;
}

function leftToDo({ kind, exports, package: answer }: Standing): string | null {
  if (exports.some((one) => one.state === 'available')) return labels.doneOutdated;
  if (kind === 'access' && answer?.isGone === false) return labels.doneAccess;
  if (exports.some(({ downloads }) => downloads.length > 0)) return labels.doneTell;
  return null;
}
