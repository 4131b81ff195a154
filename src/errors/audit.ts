import { define, type ErrorDefinition } from './definition.ts';

/** What may be wrong with the audit log and its anchors. */
export const AUDIT_ERRORS = {
  'audit.changed': define(
    409,
    true,
    'A record of the audit log is not the one that was written.',
    'Compare it with a backup from before the last time it was verified.',
  ),
  'audit.missing': define(409, true, 'Records of the audit log are missing.', 'Look for them in a backup; "seq" names the first and "upTo" the last.'),
  'audit.inserted': define(409, true, 'The audit log holds a record that UDM did not write.', 'Compare the two records of this number with a backup.'),
  'audit.reordered': define(409, true, 'Records of the audit log were swapped.', 'Compare them with a backup.'),
  'audit.cut': define(
    409,
    true,
    'The audit log ends before its last anchor.',
    'Look for the records in a backup. After a restore of an older backup this is expected: docs/operations/audit-log.md says what to do.',
  ),
  'audit.replaced': define(
    409,
    true,
    'The audit log was written anew: it is whole in itself, yet not what was anchored.',
    'Compare it with a backup from before the anchor; who could write to the database and when?',
  ),
  'audit.anchor_changed': define(
    409,
    true,
    'The file of anchors was changed, or lines of it are missing.',
    'Compare it with a copy; "value" names the lines. Keep it where nobody who may write to the database can.',
  ),
  'database.audit_rights': define(
    503,
    true,
    'The database role may change the audit log.',
    'Take the right named in "value" on audit_log from the role; it needs SELECT and INSERT.',
  ),
  'audit.anchors_unwritable': define(
    503,
    false,
    'The anchors of the audit log cannot be written.',
    'Give UDM a folder it may write to, with UDM_AUDIT_ANCHORS.',
  ),
  'audit.anchors_unreadable': define(503, false, 'The anchors of the audit log cannot be read.', 'Let UDM read the file named in "value".'),
} as const satisfies Record<string, ErrorDefinition>;
