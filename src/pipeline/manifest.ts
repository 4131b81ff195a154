import type { EntrySummary } from './archive.ts';
import { damaged } from './damaged.ts';
import { MANIFEST_NAME } from './entry-name.ts';
import type { SignedBy } from './primitives.ts';

export const ARCHIVE_FORMAT = 'udm-archive/2';
/** Written before archives were signed; still read. */
export const UNSIGNED_FORMAT = 'udm-archive/1';

/** One unpacked entry as it was counted while unpacking. */
export interface UnpackedEntry {
  readonly name: string;
  /** Newlines; null where the manifest counts no rows. */
  readonly rows: number | null;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Compares what was unpacked with the manifest, in order, and gives the entries as the manifest counts them.
 * Throws `file.damaged` that names the first missing, extra or changed entry.
 */
export function checkManifest(manifest: Record<string, unknown>, found: readonly UnpackedEntry[]): readonly UnpackedEntry[] {
  const expected = listedEntries(manifest);
  for (const [index, entry] of expected.entries()) {
    const actual = found[index];
    if (actual === undefined) throw damaged(`${entry.name} is missing`);
    if (actual.name !== entry.name) throw damaged(`${actual.name} stands where ${entry.name} should`);
    const { format = 'jsonl' } = entry;
    // The rows of other formats are not lines.
    const isCounted = format === 'jsonl' && entry.rows !== null;
    const same = actual.bytes === entry.bytes && actual.sha256 === entry.sha256 && (!isCounted || entry.rows === actual.rows);
    if (!same) throw damaged(`${entry.name} differs from ${MANIFEST_NAME}`);
  }
  const extra = found[expected.length];
  if (extra !== undefined) throw damaged(`${extra.name} is not in ${MANIFEST_NAME}`);
  return expected.map(({ name, rows, bytes, sha256 }) => ({ name, rows, bytes, sha256 }));
}

/** Parses the text of `manifest.json`. Throws `file.damaged` unless it is an object of a known format. */
export function parseManifest(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(MANIFEST_NAME, cause);
  }
  if (!isRecord(value)) throw damaged(MANIFEST_NAME);
  if (value['format'] !== ARCHIVE_FORMAT && value['format'] !== UNSIGNED_FORMAT) throw damaged(`${MANIFEST_NAME}: format is not ${ARCHIVE_FORMAT}`);
  return value;
}

/** Whose signature follows the manifest; null for the format that has none. Throws `file.damaged`. */
export function signedByOf(manifest: Record<string, unknown>): SignedBy | null {
  if (manifest['format'] === UNSIGNED_FORMAT) return null;
  const by = manifest['signedBy'];
  if (!isSignedBy(by)) throw damaged(`${MANIFEST_NAME}: signedBy`);
  return by;
}

function isSignedBy(value: unknown): value is SignedBy {
  return isRecord(value) && ['algorithm', 'keyId', 'publicKey'].every((name) => typeof value[name] === 'string');
}

function listedEntries(manifest: Record<string, unknown>): readonly EntrySummary[] {
  const entries = manifest['entries'];
  if (!Array.isArray(entries) || !entries.every(isSummary)) throw damaged(`${MANIFEST_NAME}: entries`);
  return entries;
}

function isSummary(value: unknown): value is EntrySummary {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['bytes'] === 'number' &&
    typeof value['sha256'] === 'string' &&
    (value['rows'] === null || typeof value['rows'] === 'number')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
