import { CodedError, type ErrorCode } from '../errors.ts';
import type { Services } from './services.ts';

/**
 * Opens a secret that is stored sealed. Error: `unreadable` when the master key is another one than sealed it, or its bytes are damaged; `whose`
 * says which secret it is.
 */
export function openStoredSecret(
  { sealer }: Pick<Services, 'sealer'>,
  { sealed, context, unreadable, whose }: { readonly sealed: Uint8Array; readonly context: string; readonly unreadable: ErrorCode; readonly whose?: string },
): string {
  try {
    return sealer.open(sealed, context);
  } catch (cause) {
    throw new CodedError(unreadable, { ...(whose !== undefined && { value: whose }), cause });
  }
}
