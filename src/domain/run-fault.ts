import type { ErrorCode } from '../errors.ts';

/** Who can mend the cause of a run that did not succeed; `nobody`: there is nothing to mend. */
export type Fault = 'source' | 'settings' | 'machine' | 'nobody';

/** Codes that do not go by the room they come from. */
const EXCEPTIONS: Partial<Record<ErrorCode, Fault>> = {
  'source.unknown': 'settings',
  'source.authentication': 'settings',
  'source.secret_unreadable': 'settings',
  'source.host_unknown': 'settings',
  'source.host_refused': 'settings',
  'run.certificate_invalid': 'settings',
  'run.split_too_small': 'settings',
  'run.value_unfit': 'settings',
  'run.cancelled': 'nobody',
  'run.suppressed': 'nobody',
  'run.nothing_new': 'nobody',
  'run.window_conflict': 'nobody',
  'window.not_settled': 'machine',
};

/** Whose fault a cause is, in one word that the screen turns into its first line. */
export function faultOf(code: ErrorCode): Fault {
  return EXCEPTIONS[code] ?? (code.startsWith('source.') ? 'source' : code.startsWith('catalog.') ? 'settings' : 'machine');
}
