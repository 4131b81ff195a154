import { createHash } from 'node:crypto';
import type { ArchiveRequest, EntrySummary, PackedBlock } from './archive.ts';
import { ahead } from './deflate/ahead.ts';
import { inBlocks } from './deflate/blocks.ts';
import { INLINE_PACKER } from './deflate/packer.ts';
import { MANIFEST_NAME, REPORT_NAME, SIGNATURE_NAME } from './entry-name.ts';
import { type EntryFacts, type EntrySource, jsonBytes } from './entry-source.ts';
import { ZipWriter } from './zip/write-zip.ts';

/** Running totals of one archive; `entries` grows as entries are finished. */
export interface Totals {
  rows: number;
  plainBytes: number;
  readonly entries: EntrySummary[];
}

/** A block still plain; null closes the entry. */
type Piece = { readonly source: EntrySource; readonly plain: Uint8Array<ArrayBuffer> | null };
type Packed = { readonly source: EntrySource; readonly block: PackedBlock | null };

const NEWLINE = 0x0a;
const REPORT: EntryFacts = { name: REPORT_NAME, content: 'report', entityType: null };

/**
 * The bytes of the zip: blocks are packed side by side, also across entries, and written in their order. Reading waits when as many
 * blocks are under way as the packer can use.
 */
export async function* zipBytes(request: ArchiveRequest, sources: readonly EntrySource[], totals: Totals): AsyncGenerator<Uint8Array> {
  const { packer = INLINE_PACKER, level = 'fast' } = request;
  const zip = new ZipWriter(request.time);
  const pack = async ({ source, plain }: Piece): Promise<Packed> => ({ source, block: plain && (await packer.pack(plain, level)) });
  let open: OpenEntry | null = null;
  for await (const { source, block } of ahead(piecesOf(sources), packer.ahead, pack)) {
    if (open === null) {
      open = new OpenEntry(source.facts);
      yield zip.open(source.facts.name);
    }
    if (block !== null) {
      open.take(block, totals);
      yield zip.add(block);
    } else {
      totals.entries.push(open.summary());
      open = null;
      yield zip.close();
    }
  }
  const whole = async function* (name: string, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield zip.open(name);
    const block = await packer.pack(Uint8Array.from(bytes), level);
    if (name === REPORT_NAME) totals.entries.push(measured(REPORT, block, totals));
    yield zip.add(block);
    yield zip.close();
  };
  yield* whole(REPORT_NAME, Buffer.from(request.report(totals.entries)));
  const manifest = jsonBytes(request.manifest(totals.entries));
  yield* whole(MANIFEST_NAME, manifest);
  yield* whole(SIGNATURE_NAME, request.sign(manifest));
  yield zip.end();
}

function measured(facts: EntryFacts, block: PackedBlock, totals: Totals): EntrySummary {
  const entry = new OpenEntry(facts);
  entry.take(block, totals);
  return entry.summary();
}

async function* piecesOf(sources: readonly EntrySource[]): AsyncGenerator<Piece> {
  for (const source of sources) {
    for await (const plain of inBlocks(source.open())) yield { source, plain };
    yield { source, plain: null };
  }
}

/** Measures the entry that is being written. */
class OpenEntry {
  readonly #facts: EntryFacts;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #rows = 0;
  #last = NEWLINE;

  constructor(facts: EntryFacts) {
    this.#facts = facts;
  }

  take({ plain, lines }: PackedBlock, totals: Totals): void {
    this.#hash.update(plain);
    this.#bytes += plain.length;
    this.#last = plain[plain.length - 1] ?? NEWLINE;
    totals.plainBytes += plain.length;
    if (!this.#hasRows()) return;
    this.#rows += lines;
    totals.rows += lines;
  }

  summary(): EntrySummary {
    // Else the row count would be short by one.
    if (this.#last !== NEWLINE) throw new Error(`${this.#facts.name} does not end with a newline`);
    return { ...this.#facts, bytes: this.#bytes, rows: this.#hasRows() ? this.#rows : null, sha256: this.#hash.digest('hex') };
  }

  #hasRows(): boolean {
    return this.#facts.content !== 'schema' && this.#facts.content !== 'report';
  }
}
