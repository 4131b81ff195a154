import { CodedError } from '../../errors.ts';
import type { Sealer } from '../../lib/sealer.ts';

/** What officers write to a request or hold is sealed: a name may stand in it. */
export type NoteKind = 'identity' | 'extension' | 'end' | 'hold' | 'release';

export interface NoteOwner {
  readonly tenantId: string;
  readonly id: string;
}

export function sealNote(sealer: Sealer, owner: NoteOwner, kind: NoteKind, text: string): Buffer {
  return sealer.seal(text, contextOf(owner, kind));
}

/** Error: `gdpr.note_unreadable`. */
export function openNote(sealer: Sealer, owner: NoteOwner, kind: NoteKind, sealed: Buffer | null): string | null {
  if (sealed === null) return null;
  try {
    return sealer.open(sealed, contextOf(owner, kind));
  } catch (cause) {
    throw new CodedError('gdpr.note_unreadable', { value: owner.id, cause });
  }
}

function contextOf({ tenantId, id }: NoteOwner, kind: NoteKind): string {
  return `note ${kind} ${tenantId} ${id}`;
}
