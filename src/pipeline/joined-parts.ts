import { concat, isEqual } from './bytes.ts';
import { damaged } from './damaged.ts';
import type { OutputFile, OutputFolder } from './output-folder.ts';
import { type EntryOutput, type EntrySink, NOWHERE } from './read-archive.ts';

/** What stands in the folder after the parts of a run were joined. */
export interface JoinedFile {
  readonly name: string;
  /** Null where no rows are counted. */
  readonly rows: number | null;
  readonly bytes: number;
}

interface Counted {
  bytes: number;
  rows: number | null;
}

/** A file that every part may add to; it stays open. */
interface Joined extends Counted {
  readonly file: OutputFile;
  /** Of CSV: the first record, once it was seen whole; every part begins with it. */
  header: Uint8Array | null;
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
/** No first record of names is longer. */
const MAX_HEADER = 1024 * 1024;

/**
 * Joins the entries of parts, which come in their order: lines and records of the same name one after the other, a schema once, and
 * everything else, which belongs to one part, under a name with the number of its part. However many parts there are, only the files of
 * joined data are open, and one more.
 */
export class JoinedParts {
  readonly #folder: OutputFolder;
  readonly #files = new Map<string, Counted>();
  readonly #open = new Map<string, Joined>();
  readonly #schemas = new Map<string, string>();

  constructor(folder: OutputFolder) {
    this.#folder = folder;
  }

  /** Takes the entries of one part. */
  sink(number: number): EntrySink {
    return {
      create: async (name) => {
        if (name.endsWith('.schema.json')) return this.#files.has(name) ? NOWHERE.create(name) : await this.#single(name);
        if (name.endsWith('.jsonl')) return output(await this.#joined(name));
        if (name.endsWith('.csv')) return withoutHeader(await this.#joined(name), name);
        return await this.#single(nameInPart(name, number));
      },
    };
  }

  /** Counts the rows of a part, and compares its schemas with those before. Throws `file.damaged`. */
  take(number: number, entries: readonly { readonly name: string; readonly rows: number | null; readonly sha256: string }[]): void {
    for (const { name, rows, sha256 } of entries) {
      const file = this.#files.get(name) ?? this.#files.get(nameInPart(name, number));
      if (file && rows !== null) file.rows = (file.rows ?? 0) + rows;
      if (!name.endsWith('.schema.json')) continue;
      if ((this.#schemas.get(name) ?? sha256) !== sha256) throw damaged(`${name} of part ${number} is another one`);
      this.#schemas.set(name, sha256);
    }
  }

  /** Ends the files. Throws `disk.full`, `file.unwritable`. */
  async end(): Promise<readonly JoinedFile[]> {
    await this.close();
    return [...this.#files].map(([name, { rows, bytes }]) => ({ name, rows, bytes }));
  }

  /** Closes what is open, each once, and throws what the first of them has to tell. */
  async close(): Promise<void> {
    const ends = await Promise.allSettled([...this.#open.values()].map(({ file }) => file.close()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #joined(name: string): Promise<Joined> {
    const before = this.#open.get(name);
    if (before) return before;
    const joined: Joined = { file: await this.#folder.create(name), bytes: 0, rows: null, header: null };
    this.#open.set(name, joined);
    this.#files.set(name, joined);
    return joined;
  }

  /** A file that no later part adds to. */
  async #single(name: string): Promise<EntryOutput> {
    const file = await this.#folder.create(name);
    const counted: Counted = { bytes: 0, rows: null };
    this.#files.set(name, counted);
    return {
      async write(bytes) {
        counted.bytes += bytes.length;
        await file.write(bytes);
      },
      close: () => file.close(),
    };
  }
}

/** `manifest.json.sig` of part 2 is `manifest-p0002.json.sig`. */
function nameInPart(name: string, number: number): string {
  return name.replace('.', `-p${String(number).padStart(4, '0')}.`);
}

/** The file stays open: the next part may add to it. */
function output(joined: Joined): EntryOutput {
  return {
    write: async (bytes) => {
      joined.bytes += bytes.length;
      await joined.file.write(bytes);
    },
    close: async () => {},
  };
}

/** Leaves out the first record of every part but the first; it must be the same. */
function withoutHeader(joined: Joined, name: string): EntryOutput {
  const { write } = output(joined);
  const expected = joined.header;
  let begin: Uint8Array | null = new Uint8Array(0);
  return {
    async write(bytes) {
      if (begin === null) return await write(bytes);
      begin = concat([begin, bytes]);
      const end = expected?.length ?? endOfRecord(begin);
      if (end === 0 && begin.length < MAX_HEADER) return;
      if (expected !== null && begin.length < end) return;
      const header = begin.slice(0, end);
      if (end === 0 || (expected !== null && !isEqual(header, expected))) throw damaged(`${name}: first record`);
      joined.header = header;
      const rest = expected === null ? begin : begin.subarray(end);
      begin = null;
      if (rest.length > 0) await write(rest);
    },
    async close() {
      if (begin !== null) throw damaged(`${name}: first record`);
    },
  };
}

/** Where the first record of a CSV ends; 0 when it does not end here. */
function endOfRecord(bytes: Uint8Array): number {
  let isQuoted = false;
  for (const [at, byte] of bytes.entries()) {
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (byte === NEWLINE && !isQuoted) return at + 1;
  }
  return 0;
}
