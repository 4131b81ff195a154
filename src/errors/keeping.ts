import { define, type ErrorDefinition } from './definition.ts';

/** What may be wrong with what is kept: files in storage, their deletion, and what "udm check" finds. */
export const KEEPING_ERRORS = {
  'artifact.missing': define(
    410,
    false,
    'The file of this artifact is not in storage, though it should be.',
    'Run its window again; "udm check" tells the operator what else is missing.',
  ),
  'artifact.damaged': define(
    410,
    true,
    'The file of this artifact is damaged: it has another length in storage than it was written with.',
    'Run its window again; "udm check" tells the operator what else is wrong. A file put back from a backup can be had once a sweep or "udm repair" saw it.',
  ),
  'retention.not_halted': define(
    409,
    true,
    'Retention is not halted, or by now for another reason.',
    'See "udm retention status"; there may be nothing to agree to.',
  ),
  'storage.unreadable': define(
    503,
    false,
    'The storage of artifacts could not be read.',
    'Check the disk and the rights of the data folder; "udm doctor" says more.',
  ),
  'storage.remove_failed': define(
    503,
    false,
    'The file could not be deleted from storage.',
    'UDM tries again by itself; check the disk and the rights of the data folder.',
  ),
  // What "udm check" finds
  'check.object_missing': define(
    422,
    true,
    'The file of this artifact or access package is not in storage.',
    'Put it back from a backup of the data folder, or run its window again (a package: ask anew).',
  ),
  'check.object_length': define(
    422,
    true,
    'The file of this artifact or access package has another length than it was written with.',
    'Put it back from a backup of the data folder, or run its window again (a package: ask anew); do not hand it out.',
  ),
  'check.object_changed': define(
    422,
    true,
    'The file of this artifact or access package reads differently than it was written.',
    'Check the disk. Put the file back from a backup, or run its window again (a package: ask anew); do not hand it out.',
  ),
  'check.object_structure': define(
    422,
    true,
    'The file of this artifact or access package is not one whole CMS structure.',
    'Check the disk. Put the file back from a backup, or run its window again (a package: ask anew); do not hand it out.',
  ),
  'check.object_content': define(
    422,
    true,
    'What is inside this file is not as its manifest says, or does not unpack.',
    'Do not hand it out; run its window again (a package: ask anew), and report it with the cause in "detail".',
  ),
  'check.object_unreadable': define(
    422,
    true,
    'The file of this artifact or access package cannot be read.',
    'Check the disk and the rights of the data folder.',
  ),
  'check.manifest': define(422, true, 'The manifest of this run is not as it was signed.', 'Compare the database with a backup: it was changed outside UDM.'),
  'check.manifest_parts': define(
    422,
    true,
    'The manifest of this run and its artifacts do not say the same.',
    'Compare the database with a backup: it was changed outside UDM.',
  ),
  'check.chain': define(
    422,
    true,
    'The manifests of this job do not follow each other.',
    'Compare the database with a backup: a run was taken out of it, or it was restored in between.',
  ),
  'check.run_without_files': define(
    422,
    true,
    'This run published data, and has no artifact.',
    'Compare the database with a backup: it was changed outside UDM.',
  ),
  'check.coverage': define(
    422,
    true,
    'The published windows of this job leave a gap or overlap, or do not lead to where it goes on.',
    'See "udm coverage" for the stretch; fill a gap with "udm coverage fill", and report it.',
  ),
  'check.run_stuck': define(
    422,
    true,
    'This run is open, and nobody works on it.',
    'Start "udm serve": it goes on within a minute. "udm repair" does it at once.',
  ),
  'check.orphan': define(
    422,
    true,
    'No artifact lists this object, and no open run writes it.',
    'Nothing has to be done: it is removed when it is still such after a day. "udm repair" removes it at once.',
  ),
  'check.foreign_file': define(422, true, 'This file lies among the objects and is not of UDM.', 'Look what it is, and move it away.'),
  'check.temporary': define(
    422,
    true,
    'A dead attempt left this temporary object.',
    'Nothing has to be done: "udm serve" removes it within an hour. "udm repair" does it at once.',
  ),
  'check.deletion_overdue': define(
    422,
    true,
    'This file should have left storage, and is still there.',
    'Look at "cause", check the disk and the rights of the data folder, and that "udm serve" runs.',
  ),
  'check.secrets_unreadable': define(
    409,
    true,
    'Stored secrets cannot be opened: the master key is not the one they were sealed with, or they are damaged.',
    'Put back the master.key that sealed them. Else: "udm signing-key renew" for the signing key, "udm second-factor reset" for each of these people.',
  ),
  'check.retention_halted': define(
    422,
    true,
    'No expired file is deleted, because the clock of the database leapt or went back.',
    'Set the clock right, then run "udm retention agree".',
  ),
} as const satisfies Record<string, ErrorDefinition>;
