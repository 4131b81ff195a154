import type { ArchiveFile, ArchiveRequest, ArchiveResult, LineContent } from '../archive.ts';
import type { Recipient } from '../archive.ts';
import { ARCHIVE_FORMAT } from '../manifest.ts';
import { makeKeyPair, openSigner } from '../signature.ts';
import { writeArchive } from '../write-archive.ts';

export const TEST_SIGNER = openSigner(makeKeyPair().privateKey);

export const TIME = new Date('2026-03-01T12:00:00Z');

const CONTENTS: Readonly<Record<string, LineContent>> = { '': 'rows', '-Late': 'late_rows', '-Late-Attachment': 'late_attachments' };

/** A data file whose lines come in the given chunks. */
export function file(entityType: string, chunks: Iterable<string> | AsyncIterable<Uint8Array>, suffix = ''): ArchiveFile {
  return {
    name: `${entityType}${suffix}.jsonl`,
    entityType,
    content: CONTENTS[suffix] ?? 'attachments',
    schemaName: `${entityType}.schema.json`,
    schema: { $schema: 'http://json-schema.org/draft-07/schema#', title: entityType },
    async *lines() {
      for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    },
  };
}

/** A request that keeps what it writes in `written`. */
export function request(files: readonly ArchiveFile[], recipients: readonly Recipient[], change: Partial<ArchiveRequest> = {}) {
  const written: Buffer[] = [];
  const whole: ArchiveRequest = {
    files,
    recipients,
    report: () => '<!doctype html>\n',
    manifest: (entries) => ({ format: ARCHIVE_FORMAT, signedBy: TEST_SIGNER.signedBy, entries }),
    sign: (bytes) => TEST_SIGNER.sign(bytes),
    time: TIME,
    sink: async (chunk) => {
      written.push(Buffer.from(chunk));
    },
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...change,
  };
  return { whole, written };
}

/** Writes an archive into memory. */
export async function archive(
  files: readonly ArchiveFile[],
  recipients: readonly Recipient[],
  change: Partial<ArchiveRequest> = {},
): Promise<{ bytes: Buffer; result: ArchiveResult }> {
  const { whole, written } = request(files, recipients, change);
  const result = await writeArchive(whole);
  return { bytes: Buffer.concat(written), result };
}

/** The bytes as a store would give them back. */
export async function* stored(bytes: Buffer, size = 4096): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
