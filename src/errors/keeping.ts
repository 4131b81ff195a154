import { define, type ErrorDefinition } from './definition.ts';

/** What may be wrong with what is kept: files in storage, their deletion, and what "udm check" finds. */
export const KEEPING_ERRORS = {
  'artifact.missing': define(
    410,
    false,
    'The file of this artifact is not in storage, though it should be.',
    'Run its window again; "udm check" tells the operator what else is missing.',
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
} as const satisfies Record<string, ErrorDefinition>;
