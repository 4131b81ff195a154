/** The transcoder in plain TypeScript: what the kernel must equal, and what stands in for it where it does not work. */

import { joined } from './open-transcoder.ts';
import { type Batch, type Column, type ColumnKind, prefixOf, type Transcoder, unexpectedRows } from './transcoder.ts';

const BATCH_BYTES = 262_144;
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const COPY_DATA = 'd'.charCodeAt(0);
/** CopyOutResponse, notice, parameter, notification: they may stand between the rows. */
const BETWEEN = new Set([...'HNSA'].map((code) => code.charCodeAt(0)));
const MICROS_PER_DAY = 86_400_000_000n;
const DAYS_TO_2000 = 10_957n;

/** Opens the twin. */
export function openPlainTranscoder(columns: readonly Column[]): Transcoder {
  return new PlainTranscoder(columns);
}

class PlainTranscoder implements Transcoder {
  readonly #columns: readonly Column[];
  readonly #prefixes: readonly Uint8Array[];
  #wire: Buffer = Buffer.alloc(0);
  #rows: Buffer = Buffer.alloc(0);
  #lines: Uint8Array[] = [];
  #bytes = 0;
  #count = 0;
  #begun = false;
  #ended = false;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#prefixes = columns.map(prefixOf);
  }

  push(wire: Uint8Array, take: (batch: Batch) => void): number {
    const before = this.#wire.length;
    this.#wire = Buffer.concat([this.#wire, wire]);
    let at = 0;
    const data: Buffer[] = [this.#rows];
    let stopped = false;
    while (at < this.#wire.length) {
      const code = this.#wire[at] ?? 0;
      stopped = code !== COPY_DATA && !BETWEEN.has(code);
      if (stopped || at + 5 > this.#wire.length) break;
      const end = at + 1 + this.#wire.readUInt32BE(at + 1);
      if (end > this.#wire.length) break;
      if (code === COPY_DATA) data.push(this.#wire.subarray(at + 5, end));
      at = end;
    }
    this.#wire = stopped ? Buffer.alloc(0) : this.#wire.subarray(at);
    this.#rows = Buffer.concat(data);
    this.#readRows(take);
    return stopped ? at - before : wire.length;
  }

  finish(): Batch | null {
    if (!this.#ended || this.#rows.length > 0 || this.#wire.length > 0) throw unexpectedRows();
    return this.#count > 0 ? this.#takeBatch() : null;
  }

  #readRows(take: (batch: Batch) => void): void {
    if (!this.#begun) {
      if (this.#rows.length < HEADER.length) return;
      if (!this.#rows.subarray(0, HEADER.length).equals(HEADER)) throw unexpectedRows();
      this.#rows = this.#rows.subarray(HEADER.length);
      this.#begun = true;
    }
    for (;;) {
      const size = this.#rowSize();
      if (size === null) return;
      if (size > 0) this.#addLine(size);
      this.#rows = this.#rows.subarray(size === 0 ? 2 : size);
      if (this.#bytes >= BATCH_BYTES) take(this.#takeBatch());
    }
  }

  /** Bytes of the next row; 0: here is the end of all rows; null: not all of it is there. */
  #rowSize(): number | null {
    if (this.#rows.length < 2) return null;
    if (this.#ended) throw unexpectedRows();
    const count = this.#rows.readInt16BE(0);
    if (count === -1) {
      this.#ended = true;
      return 0;
    }
    if (count !== this.#columns.length) throw unexpectedRows();
    let at = 2;
    for (let column = 0; column < count; column += 1) {
      if (at + 4 > this.#rows.length) return null;
      at += 4 + Math.max(0, this.#rows.readInt32BE(at));
    }
    return at <= this.#rows.length ? at : null;
  }

  #addLine(size: number): void {
    const parts: Uint8Array[] = [];
    let at = 2;
    for (const [index, column] of this.#columns.entries()) {
      const length = this.#rows.readInt32BE(at);
      at += 4;
      if (!column.hidden)
        parts.push(this.#prefixes[index] as Uint8Array, Buffer.from(length < 0 ? 'null' : VALUES[column.kind](this.#rows.subarray(at, at + length))));
      at += Math.max(0, length);
    }
    if (at !== size) throw unexpectedRows();
    const line = joined([...parts, Buffer.from('}\n')]);
    this.#lines.push(line);
    this.#bytes += line.length;
    this.#count += 1;
  }

  #takeBatch(): Batch {
    const batch = { bytes: joined(this.#lines), rows: this.#count };
    this.#lines = [];
    this.#bytes = 0;
    this.#count = 0;
    return batch;
  }
}

const VALUES: Readonly<Record<ColumnKind, (value: Buffer) => string | Buffer>> = {
  bool: (value) => String(sized(value, 1).readInt8() !== 0),
  int2: (value) => String(sized(value, 2).readInt16BE()),
  int4: (value) => String(sized(value, 4).readInt32BE()),
  int8: (value) => String(sized(value, 8).readBigInt64BE()),
  uuid: (value) =>
    `"${sized(value, 16)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}"`,
  date: (value) => date(sized(value, 4).readInt32BE()),
  timestamp: (value) => timestamp(sized(value, 8).readBigInt64BE(), ''),
  timestamptz: (value) => timestamp(sized(value, 8).readBigInt64BE(), '+00:00'),
  text: (value) => escaped(value),
  json: (value) => unbroken(value),
  jsonb: (value) => {
    if (value[0] !== 1) throw unexpectedRows();
    return unbroken(value.subarray(1));
  },
  base64: (value) => `"${value.toString('base64')}"`,
};

function sized(value: Buffer, size: number): Buffer {
  if (value.length !== size) throw unexpectedRows();
  return value;
}

/** Byte by byte, so that what is no UTF-8 passes as it does in the server. JSON.stringify knows the same short escapes. */
function escaped(value: Buffer): Buffer {
  const text = value.toString('latin1').replace(/["\\\x00-\x1f]/g, (letter) => JSON.stringify(letter).slice(1, -1));
  return Buffer.from(`"${text}"`, 'latin1');
}

function unbroken(value: Buffer): Buffer {
  return Buffer.from(value.map((byte) => (byte === 10 || byte === 13 ? 32 : byte)));
}

function date(value: number): string {
  if (value === 2_147_483_647) return '"infinity"';
  if (value === -2_147_483_648) return '"-infinity"';
  const { text, era } = day(BigInt(value));
  return `"${text}${era}"`;
}

function timestamp(value: bigint, zone: string): string {
  if (value === 2n ** 63n - 1n) return '"infinity"';
  if (value === -(2n ** 63n)) return '"-infinity"';
  const rest = ((value % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  const { text, era } = day((value - rest) / MICROS_PER_DAY);
  const seconds = Number(rest / 1_000_000n);
  const clock = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
  const fraction = String(rest % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `"${text}T${clock}${fraction === '' ? '' : `.${fraction}`}${zone}${era}"`;
}

/** A day counted from 2000-01-01: found by the calendar of Date, whose years end long before PostgreSQL's, in whole cycles of 400 years. */
function day(count: bigint): { text: string; era: string } {
  const cycle = 146_097n;
  const inCycle = ((count % cycle) + cycle) % cycle;
  const found = new Date(Number(inCycle + DAYS_TO_2000) * 86_400_000);
  const year = BigInt(found.getUTCFullYear()) + ((count - inCycle) / cycle) * 400n;
  const shown = String(year > 0n ? year : 1n - year).padStart(4, '0');
  return { text: `${shown}${found.toISOString().slice(4, 10)}`, era: year > 0n ? '' : ' BC' };
}
