import type { UnpackedEntry } from '../../../../src/pipeline/manifest.ts';
import type { opening } from '../../../strings/opening.ts';
import type { Translation } from '../../../strings/translation.ts';

export type OpeningWords = Translation<typeof opening>;

/** Where the encrypted bytes are: a file the person chose, or an artifact of this server. */
export type Origin = { readonly blob: Blob } | { readonly url: string; readonly bytes: number };

/** What the page asks of the worker; one thing at a time. */
export type Question =
  | { readonly kind: 'open'; readonly origin: Origin; readonly key: string; readonly passphrase: string }
  | { readonly kind: 'save'; readonly name: string; readonly to: FileSystemFileHandle | null };

export interface Preview {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Opened {
  readonly entries: readonly UnpackedEntry[];
  /** Id of the key that signed the file; null when it is not signed. */
  readonly signedBy: string | null;
  /** First lines of the data entries, by name. */
  readonly previews: ReadonlyMap<string, Preview>;
}

export type ProblemName =
  | 'file.key'
  | 'file.not_recipient'
  | 'file.not_encrypted'
  | 'file.damaged'
  | 'file.signature'
  | 'unreadable'
  | 'fetch'
  | 'unwritable'
  | 'other';

export type Answer =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | ({ readonly kind: 'opened' } & Opened)
  | { readonly kind: 'saved'; readonly name: string; readonly blob: Blob | null }
  | { readonly kind: 'failed'; readonly problem: ProblemName; readonly place: string | null };
