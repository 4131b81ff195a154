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
/** Of what comes out at once: the default would be many small pieces. */
const PACKED_CHUNK_BYTES = 256 * 1024;

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
  const values = valuesOf(cleanOf(lines), columns, entry);
  const rows = values[0]?.length ?? 0;
  const writer = takeWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: 'row', num_children: columns.length }, ...columns.map(({ element }) => element)],
    codec: 'GZIP',
    compressors: { ['GZIP']: (bytes) => gzipSync(bytes, { level, memLevel: MEMORY_LEVEL, chunkSize: PACKED_CHUNK_BYTES }) },
  });
  const columnData = columns.map(({ element, hasBounds }, index): ColumnSource => {
    // In a dictionary, 0 and -0 would be the same; not every reader takes booleans in another way.
    const encoding = element.type === 'DOUBLE' || element.type === 'BOOLEAN' ? ({ encoding: 'PLAIN' } as const) : {};
    return { name: element.name, data: values[index] ?? [], statistics: hasBounds, offsetIndex: false, ...encoding };
  });
  // It waits for nothing: all goes to memory.
  void parquet.write({ columnData, rowGroupSize: rows, pageSize: PAGE_BYTES });
  // The magic word is the head's.
  const bytes = writer.getBytes().slice(MAGIC.length) as Uint8Array<ArrayBuffer>;
  return { bytes, rows, meta: metaOf(parquet, columns, values) };
}

/** Memory of this thread that is used again: a block is whole before the next begins. What a very long line took is given back. */
let writer = new ByteWriter();
let scratch = Buffer.alloc(0);
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

/** By column. */
function valuesOf(bytes: Buffer, columns: readonly ParquetColumn[], entry: string): ParquetValue[][] {
  const scanner = new LineScanner(columns.map(({ element }) => element.name));
  const values = columns.map((): ParquetValue[] => []);
  // What texts without their escapes are: never longer than the lines.
  const decoded = takeScratch(bytes.length);
  let used = 0;
  scanner.open(bytes);
  for (let at = 0; at < bytes.length; ) {
    at = scanner.read(at);
    for (const [index, { element, read, isJson }] of columns.entries()) {
      const token = scanner.tokens[index] as number;
      const [start, end] = [scanner.starts[index] as number, scanner.ends[index] as number];
      let value: ParquetValue = null;
      if (isJson) value = token === TOKEN.null ? null : bytes.subarray(start, end);
      else if (token === TOKEN.escapedText) {
        const from = used;
        used = decodeText(bytes, start + 1, end - 1, decoded, from);
        value = read(token, decoded, from, used);
      } else if (token === TOKEN.text) value = read(token, bytes, start + 1, end - 1);
      else if (token !== TOKEN.null) value = read(token, bytes, start, end);
      if (value === null && token !== TOKEN.null) throw new CodedError('run.value_unfit', { value: { entry, column: element.name } });
      (values[index] as ParquetValue[]).push(value);
    }
  }
  return values;
}

function metaOf({ row_groups: [group] }: ParquetWriter, columns: readonly ParquetColumn[], values: readonly ParquetValue[][]): BlockMeta {
  const start = BigInt(MAGIC.length);
  return packMeta(
    columns.map((_column, index): ColumnMeta => {
      const meta = group?.columns[index]?.meta_data;
      if (!meta) throw new Error('a row group without its columns');
      const { min_value: least, max_value: greatest } = meta.statistics ?? {};
      const isKnown = (typeof least === 'bigint' || typeof least === 'number') && (typeof greatest === 'bigint' || typeof greatest === 'number');
      return {
        values: meta.num_values,
        nulls: BigInt((values[index] ?? []).reduce((count: number, value) => count + (value === null ? 1 : 0), 0)),
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
