import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import type { ArchiveFile, ArchiveResult, EntrySummary, PartFile } from '../../pipeline/archive.ts';
import { ARCHIVE_FORMAT } from '../../pipeline/manifest.ts';
import type { CertificateRecord } from '../../records/certificates.ts';
import { databaseNow } from '../../records/clock.ts';
import type { RequestRecord } from '../../records/data-requests/requests.ts';
import { recipientOf } from '../recipient-of.ts';
import type { Services } from '../services.ts';
import { installationSigner } from '../signing-key.ts';
import { type AccessFile, accessSchema, type SourceAccess } from './access-files.ts';
import { makeAccessPage, MOST_CHARACTERS, type PagePart } from './access-page.ts';

/** Plain bytes handed on together. */
const BATCH_BYTES = 64 * 1024;
/** Characters of rows that the page shows; the rest is in the files only. */
const MOST_SHOWN = 16 * 1024 * 1024;
const PAGE_NAME = 'index.html';

export interface PackageOrder {
  readonly request: RequestRecord;
  /** Name of the tenant. */
  readonly controller: string;
  readonly recipients: readonly CertificateRecord[];
  /** What was looked for, as it was asked. */
  readonly asked: readonly NormalIdentifier[];
  readonly sources: readonly SourceAccess[];
  /** Of the sealed object. */
  readonly key: string;
}

export interface WrittenPackage {
  readonly archive: ArchiveResult;
  /** Rows that were collected, by id of the source and table. */
  readonly collected: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/**
 * Rows of all sources → JSON Lines → zip → CMS → sealed object, read back and checked. Rows are in memory one by one, save those that the page shows, and
 * on a disk only encrypted.
 */
export async function writePackage(services: Services, order: PackageOrder, signal: AbortSignal): Promise<WrittenPackage> {
  const { request, recipients } = order;
  const createdAt = new Date(await databaseNow(services.database));
  const signer = await installationSigner(services);
  const pages = new Pages();
  const names = new Names();
  const files = order.sources.flatMap((source) => source.files.map((file) => archiveFile(services, file, names, pages, signal)));
  const facts = {
    controller: order.controller,
    caseId: request.caseId,
    receivedOn: request.receivedOn,
    createdAt: createdAt.toISOString(),
    udmVersion: services.version,
    uncertain: order.sources.reduce((sum, one) => sum + one.uncertain, 0),
    asked: order.asked,
    searched: order.sources.map(({ source, tables }) => ({ source: source.name, tables })),
  };
  const [archive] = await services.archiver.writeParts({
    files,
    recipients: recipients.map(recipientOf),
    reportName: PAGE_NAME,
    report: () => makeAccessPage(facts, pages.parts),
    manifest: (entries, part) => ({
      format: ARCHIVE_FORMAT,
      signedBy: signer.signedBy,
      udmVersion: services.version,
      createdAt: facts.createdAt,
      request: { id: request.id, kind: request.kind, caseId: request.caseId, receivedOn: request.receivedOn },
      sources: order.sources.map(({ source }) => source.name),
      recipients: recipients.map((one) => one.fingerprint),
      part,
      totals: totalsOf(entries),
      entries,
    }),
    sign: (bytes) => signer.sign(bytes),
    time: createdAt,
    mostBytes: null,
    openPart: () => openPart(services, order.key),
    onProgress: () => undefined,
    signal,
  });
  return { archive: archive as ArchiveResult, collected: pages.collected };
}

function totalsOf(entries: readonly EntrySummary[]): { rows: number; bytes: number } {
  const counted = entries.filter((entry) => entry.rows !== null);
  return { rows: counted.reduce((sum, one) => sum + (one.rows ?? 0), 0), bytes: counted.reduce((sum, one) => sum + one.bytes, 0) };
}

function archiveFile(services: Services, file: AccessFile, names: Names, pages: Pages, signal: AbortSignal): ArchiveFile {
  const title = file.parent === null ? (file.entityType ?? file.table) : file.table;
  const stem = names.take(file.source.name, title);
  const fields = file.type === null ? null : services.connectors.fields(file.source.catalog, file.type);
  return {
    name: `${stem}.jsonl`,
    entityType: title,
    content: file.parent === null ? 'rows' : 'attachments',
    schemaName: `${stem}.schema.json`,
    schema: accessSchema(file, fields),
    lines: () => inBatches(file, pages.open(file, `${stem}.jsonl`, title), signal),
  };
}

async function* inBatches(file: AccessFile, take: (line: string, isMasked: boolean) => void, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  let length = 0;
  for await (const { text, isMasked } of file.read(signal)) {
    take(text, isMasked);
    lines.push(text, '\n');
    length += text.length;
    if (length < BATCH_BYTES) continue;
    yield new TextEncoder().encode(lines.join(''));
    [lines, length] = [[], 0];
  }
  if (lines.length > 0) yield new TextEncoder().encode(lines.join(''));
}

async function openPart({ storage }: Services, key: string): Promise<PartFile> {
  const object = await storage.create(key);
  return {
    write: (chunk) => object.write(chunk),
    async whole(written) {
      await object.seal();
      const stored = await storage.read(key);
      try {
        await written.verifyStored(stored);
      } finally {
        stored.destroy();
      }
    },
    discard: () => object.discard(),
  };
}

/** Names of entries from what people and catalogs call things; none twice, also where case does not count. */
class Names {
  readonly #taken = new Set<string>();

  take(source: string, title: string): string {
    const stem = `${plain(source)}-${plain(title)}`;
    let name = stem;
    for (let count = 2; this.#taken.has(name.toLowerCase()); count += 1) name = `${stem}-${count}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

function plain(text: string): string {
  return (
    text
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_+/, '')
      .slice(0, 40) || 'x'
  );
}

/** What the page tells, gathered while the files are written. */
class Pages {
  readonly parts: PagePart[] = [];
  readonly collected = new Map<string, Map<string, number>>();
  #room = MOST_SHOWN;

  open(file: AccessFile, fileName: string, title: string): (line: string, isMasked: boolean) => void {
    const lines: string[] = [];
    const part = { fileName, source: file.source.name, title, rows: 0, masked: 0, lines };
    this.parts.push(part);
    const counts = this.collected.get(file.source.id) ?? new Map<string, number>();
    this.collected.set(file.source.id, counts);
    return (line, isMasked) => {
      part.rows += 1;
      if (isMasked) part.masked += 1;
      counts.set(file.table, (counts.get(file.table) ?? 0) + 1);
      if (this.#room <= 0) return;
      const shown = line.length > MOST_CHARACTERS ? cut(line) : line;
      this.#room -= shown.length;
      lines.push(shown);
    };
  }
}

/** Attachments are not read on a page. */
function cut(line: string): string {
  const row = JSON.parse(line) as Record<string, unknown>;
  const short = (value: unknown) => (typeof value === 'string' && value.length > MOST_CHARACTERS ? `${value.slice(0, 200)}… (${value.length})` : value);
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, short(value)])));
}
