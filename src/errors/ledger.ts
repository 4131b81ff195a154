import { define, type ErrorDefinition } from './definition.ts';

/** What may be wrong with the ledger of erasures. */
export const LEDGER_ERRORS = {
  'ledger.inside_data': define(
    503,
    true,
    'The ledger of erasures may not be inside the data folder.',
    'Set UDM_LEDGER to a folder outside it, on another disk if there is one: a restore of the data folder must leave the ledger as it is.',
  ),
  'ledger.unreadable': define(503, false, 'The ledger of erasures cannot be read.', 'Let UDM read the file named in "value".'),
  'ledger.unwritable': define(
    503,
    false,
    'The ledger of erasures cannot be written, so nobody is erased.',
    'Make room, or give UDM a folder it may write to, with UDM_LEDGER.',
  ),
  'ledger.changed': define(
    409,
    true,
    'The ledger of erasures is not what UDM wrote there.',
    'Compare it with a copy; "value" names the lines. Nobody is erased until it is whole again.',
  ),
  'ledger.behind': define(
    409,
    true,
    'The ledger of erasures lacks what the database says was written to it.',
    'Bring back the file from a copy, or set UDM_LEDGER to where it is. Nobody is erased until then.',
  ),
  'ledger.ahead': define(
    409,
    false,
    'The ledger of erasures knows of erasures that the database does not: the database is older.',
    'Start UDM again: it repeats them first.',
  ),
  'ledger.replay_pending': define(
    409,
    false,
    'Erasures are to be repeated in this source first, after a restore.',
    'UDM repeats them by itself, as soon as it reaches the source with the account that may change rows and no legal hold is on these people.',
  ),
} as const satisfies Record<string, ErrorDefinition>;
