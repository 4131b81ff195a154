export const MANIFEST_NAME = 'manifest.json';
export const SIGNATURE_NAME = 'manifest.json.sig';
export const REPORT_NAME = 'report.html';

const ALPHABET = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)\./i;
const MAX_LENGTH = 128;

/**
 * Says whether a name may stand in an archive (rule: docs/formats/artifact.md, "Names").
 * The alphabet has no separators, no leading dot and no Windows device, so a name can never leave its folder.
 */
export function isEntryName(name: string): boolean {
  return name.length <= MAX_LENGTH && ALPHABET.test(name) && !DEVICE.test(name);
}
