/** How big a part can become at most, told before it is: a part is cut before the block that would not fit. */
import type { PartsRequest } from './archive.ts';
import { MANIFEST_NAME, REPORT_NAME, SIGNATURE_NAME } from './entry-name.ts';
import type { EntryFacts } from './entry-source.ts';

/** Bytes that are encrypted, hashed and written at once: each has a price, whatever its size. */
export const SEAL_BYTES = 512 * 1024;

const LOCAL_HEADER_BYTES = 30;
const TIME_EXTRA_BYTES = 9;
const WIDE_DESCRIPTOR_BYTES = 24;
const FINAL_BLOCK_BYTES = 2;
/** Tag and length of an OCTET STRING. */
const FRAME_BYTES = 6;
/** Padding or tag, and the ends of the elements around the content. */
const ENVELOPE_TAIL_BYTES = 64;
/** Words of a document that are longer for a small number than for a big one. */
const SLACK_BYTES = 1_024;
const BIG_PART = 9_999_999;
/** Of any algorithm that archives are signed with. */
const SIGNATURE_BYTES = 1_024;

/** An entry of so many plain bytes, however badly they pack. */
export function mostEntryBytes(name: string, plainBytes: number): number {
  const frame = LOCAL_HEADER_BYTES + new TextEncoder().encode(name).length + TIME_EXTRA_BYTES + FINAL_BLOCK_BYTES + WIDE_DESCRIPTOR_BYTES;
  return frame + mostPackedBytes(plainBytes);
}

/** A block of so many plain bytes, however badly they pack. */
export function mostPackedBytes(plainBytes: number): number {
  return plainBytes + Math.ceil(plainBytes / 100) + 64;
}

/** A file whose envelope begins with so many bytes and whose zip has so many. */
export function mostFileBytes(headBytes: number, zipBytes: number): number {
  return headBytes + zipBytes + FRAME_BYTES * (Math.ceil(zipBytes / SEAL_BYTES) + 2) + ENVELOPE_TAIL_BYTES;
}

/** What follows the data of a part with these entries, measured on entries with the biggest numbers there are. */
export async function mostClosingBytes(request: Pick<PartsRequest, 'report' | 'reportName' | 'manifest'>, entries: readonly EntryFacts[]): Promise<number> {
  const biggest = entries.map((entry) => ({ ...entry, bytes: Number.MAX_SAFE_INTEGER, rows: Number.MAX_SAFE_INTEGER, sha256: 'f'.repeat(64) }));
  const part = { number: BIG_PART, of: BIG_PART };
  const manifest = JSON.stringify({ ...(await request.manifest(biggest, part)), recipientInfosSha256: 'f'.repeat(64) }, null, 2);
  return (
    mostEntryBytes(request.reportName ?? REPORT_NAME, Buffer.byteLength(await request.report(biggest, part)) + SLACK_BYTES) +
    mostEntryBytes(MANIFEST_NAME, Buffer.byteLength(manifest) + SLACK_BYTES) +
    mostEntryBytes(SIGNATURE_NAME, SIGNATURE_BYTES)
  );
}
