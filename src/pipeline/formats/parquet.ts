import { gzipSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { CodedError } from '../../errors.ts';
import type { CompressionLevel, ParquetOrder } from '../archive.ts';
import { cleanOf } from './clean.ts';
import type { BlockMeta, Converted, FileFormat } from './file-format.ts';
import { decodeText } from './json-text.ts';
import { LineScanner, TOKEN } from './line-scanner.ts';
import { type ParquetColumn, type ParquetValue, parquetColumn } from './parquet-columns.ts';
import { type ColumnMeta, MAGIC, mostTailBytes, packMeta, tailOf } from './parquet-tail.ts';

const LEVELS: Readonly<Record<CompressionLevel, number>> = { fast: 1, balanced: 3, small: 6 };
const PAGE_BYTES = 256 * 1024;
const MEMORY_LEVEL = 9;
/** Of what comes out at once. Most pages pack to less, and each takes as much memory until it is collected. */
const PACKED_CHUNK_BYTES = 16 * 1024;

/**
 * Parquet (docs/formats/artifact.md, "Parquet"): each block of lines becomes one row group, whose columns are compressed by GZIP, which
 * every reader knows. hyparquet-writer makes the pages; the values go to it as bytes of the lines, without a text or an object for each.
 */
export function openParquet({ entry, columns, groupBytes, level }: ParquetOrder): FileFormat {
  const parquet = columns.map(parquetColumn);
  const elements = parquet.map(({ element }) => element);
  let most: { readonly none: number; readonly each: number } | null = null;
  return {
    blockBytes: groupBytes,
    isPacked: true,
    head: () => MAGIC.slice(),
    convert: (lines) => convert(lines, parquet, LEVELS[level], entry),
    tail: (metas) => tailOf(elements, metas),
    mostTailBytes(blocks) {
      most ??= { none: mostTailBytes(elements, 0), each: mostTailBytes(elements, 1) - mostTailBytes(elements, 0) };
      return most.none + blocks * most.each;
    },
  };
}

function convert(lines: Uint8Array, columns: readonly ParquetColumn[], level: number, entry: string): Converted {
  const block = scan(cleanOf(lines), columns);
  const writer = takeWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: 'row', num_children: columns.length }, ...columns.map(({ element }) => element)],
    codec: 'GZIP',
    compressors: { ['GZIP']: (bytes) => gzipSync(bytes, { level, memLevel: MEMORY_LEVEL, chunkSize: PACKED_CHUNK_BYTES }) },
  });
  const columnData = columns.map((column, index): ColumnSource => {
    const { element, hasBounds } = column;
    // In a dictionary, 0 and -0 would be the same; not every reader takes booleans in another way.
    const encoding = element.type === 'DOUBLE' || element.type === 'BOOLEAN' ? ({ encoding: 'PLAIN' } as const) : {};
    return {
      name: element.name,
      // Asked for when it is this column's turn: what was made for the one before is garbage by then, and still young.
      get data() {
        return valuesOf(block, index, column, entry);
      },
      ...{ statistics: hasBounds, offsetIndex: false, ...encoding },
    };
  });
  // It waits for nothing: all goes to memory.
  void parquet.write({ columnData, rowGroupSize: block.rows, pageSize: PAGE_BYTES });
  // The magic word is the head's.
  const bytes = writer.getBytes().slice(MAGIC.length) as Uint8Array<ArrayBuffer>;
  return { bytes, rows: block.rows, meta: metaOf(parquet, columns, block) };
}

/** Memory of this thread that is used again: a block is whole before the next begins. What a very long line took is given back. */
let writer = new ByteWriter();
let scratch = Buffer.alloc(0);
let places = new Int32Array(0);
const MOST_KEPT_BYTES = 8 * 1024 * 1024;

function takeWriter(): ByteWriter {
  if (writer.buffer.byteLength > MOST_KEPT_BYTES) writer = new ByteWriter();
  writer.index = 0;
  writer.offset = 0;
  return writer;
}

function takeScratch(bytes: number): Buffer {
  if (bytes > MOST_KEPT_BYTES) return Buffer.allocUnsafeSlow(bytes);
  if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(bytes);
  return scratch;
}

/** A block of lines: of each row and column what stands where. */
interface Block {
  readonly bytes: Buffer;
  /** For texts without their escapes, of one column at a time: never longer than the lines. */
  readonly decoded: Buffer;
  readonly rows: number;
  readonly columns: number;
  /** Token, start and end of each value, row after row. */
  readonly places: Int32Array;
}

const PLACE = 3;

function scan(bytes: Buffer, columns: readonly ParquetColumn[]): Block {
  const scanner = new LineScanner(columns.map(({ element }) => element.name));
  scanner.open(bytes);
  let rows = 0;
  let used = 0;
  if (places.byteLength > MOST_KEPT_BYTES) places = new Int32Array(0);
  for (let at = 0; at < bytes.length; rows += 1) {
    at = scanner.read(at);
    if (used + columns.length * PLACE > places.length) places = grown(places, used + columns.length * PLACE);
    for (let column = 0; column < columns.length; column += 1) {
      places[used] = scanner.tokens[column] as number;
      places[used + 1] = scanner.starts[column] as number;
      places[used + 2] = scanner.ends[column] as number;
      used += PLACE;
    }
  }
  return { bytes, decoded: takeScratch(bytes.length), rows, columns: columns.length, places };
}

function grown(from: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(Math.max(least, 2 * from.length));
  to.set(from);
  return to;
}

/** The values of one column; they stand in the lines, or in memory that the next column uses again. */
function valuesOf(block: Block, index: number, { element, read, isJson }: ParquetColumn, entry: string): ParquetValue[] {
  const { bytes, decoded } = block;
  let used = 0;
  const values = new Array<ParquetValue>(block.rows);
  for (let row = 0; row < block.rows; row += 1) {
    const place = (row * block.columns + index) * PLACE;
    const [token, start, end] = [block.places[place] as number, block.places[place + 1] as number, block.places[place + 2] as number];
    let value: ParquetValue = null;
    if (isJson) value = token === TOKEN.null ? null : bytes.subarray(start, end);
    else if (token === TOKEN.escapedText) {
      const from = used;
      used = decodeText(bytes, start + 1, end - 1, decoded, from);
      value = read(token, decoded, from, used);
    } else if (token === TOKEN.text) value = read(token, bytes, start + 1, end - 1);
    else if (token !== TOKEN.null) value = read(token, bytes, start, end);
    if (value === null && token !== TOKEN.null) throw new CodedError('run.value_unfit', { value: { entry, column: element.name } });
    values[row] = value;
  }
  return values;
}

function nullsOf({ rows, columns, places: all }: Block, index: number): number {
  let count = 0;
  for (let row = 0; row < rows; row += 1) if (all[(row * columns + index) * PLACE] === TOKEN.null) count += 1;
  return count;
}

function metaOf({ row_groups: [group] }: ParquetWriter, columns: readonly ParquetColumn[], block: Block): BlockMeta {
  const start = BigInt(MAGIC.length);
  return packMeta(
    columns.map((_column, index): ColumnMeta => {
      const meta = group?.columns[index]?.meta_data;
      if (!meta) throw new Error('a row group without its columns');
      const { min_value: least, max_value: greatest } = meta.statistics ?? {};
      const isKnown = (typeof least === 'bigint' || typeof least === 'number') && (typeof greatest === 'bigint' || typeof greatest === 'number');
      return {
        values: meta.num_values,
        nulls: BigInt(nullsOf(block, index)),
        packedBytes: meta.total_compressed_size,
        plainBytes: meta.total_uncompressed_size,
        dictionaryAt: meta.dictionary_page_offset === undefined ? -1n : meta.dictionary_page_offset - start,
        dataAt: meta.data_page_offset - start,
        hasBounds: isKnown ? 1n : 0n,
        least: isKnown ? BigInt(least) : 0n,
        greatest: isKnown ? BigInt(greatest) : 0n,
      };
    }),
  );
}
