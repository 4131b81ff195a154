/** The end of a Parquet file: what is where in it, one row group after the other, so that it is never an object as a whole. */

import { ByteWriter, type SchemaElement } from 'hyparquet-writer';
import { logicalType } from 'hyparquet-writer/src/metadata.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import type { BlockMeta } from './file-format.ts';

/** What is kept of a column of a row group, in this order. */
export interface ColumnMeta {
  readonly values: bigint;
  readonly nulls: bigint;
  readonly packedBytes: bigint;
  readonly plainBytes: bigint;
  /** From the beginning of the row group; -1n: there is none. */
  readonly dictionaryAt: bigint;
  readonly dataAt: bigint;
  readonly hasBounds: bigint;
  readonly least: bigint;
  readonly greatest: bigint;
}

const FIELDS = ['values', 'nulls', 'packedBytes', 'plainBytes', 'dictionaryAt', 'dataAt', 'hasBounds', 'least', 'greatest'] as const;
export const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);
const CREATED_BY = 'udm version 1 (build hyparquet-writer)';
const VERSION = 2;
const STOP_BYTES = 1;
const LIST_BYTES = 8;
const TYPES = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'];
const CONVERTED = ['UTF8', 'MAP', 'MAP_KEY_VALUE', 'LIST', 'ENUM', 'DECIMAL', 'DATE', 'TIME_MILLIS', 'TIME_MICROS', 'TIMESTAMP_MILLIS', 'TIMESTAMP_MICROS'];
const ENCODING = { plain: 0, dictionary: 8 } as const;
const GZIP = 2;
const OPTIONAL = 1;
/** Compact protocol: a list that is the next field but none; its elements are structs. */
const NEXT_FIELD_LIST = 0x19;
const STRUCT = 0x0c;
const LONG_LIST = 0xf0;

export function packMeta(columns: readonly ColumnMeta[]): BlockMeta {
  return BigInt64Array.from(columns.flatMap((column) => FIELDS.map((field) => column[field])));
}

/** With the magic word before and behind it; offsets count from the first byte of the file, the head. */
export function tailOf(elements: readonly SchemaElement[], metas: readonly BlockMeta[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const rows = metas.reduce((sum, meta) => sum + (meta[0] ?? 0n), 0n);
  append(writer, { field_1: VERSION, field_2: schemaOf(elements), field_3: rows }, STOP_BYTES);
  appendList(writer, metas.length);
  let at = BigInt(MAGIC.length);
  for (const meta of metas) at = appendGroup(writer, elements, meta, at);
  // Fields 6 and 7: each is written by how far it is from the field before it.
  append(writer, { field_2: CREATED_BY, field_3: elements.map(() => ({ field_1: {} })) }, 0);
  writer.appendUint32(writer.offset);
  writer.appendBytes(MAGIC);
  return writer.getBytes().slice() as Uint8Array<ArrayBuffer>;
}

/** A tail of so many row groups has at most so many bytes. */
export function mostTailBytes(elements: readonly SchemaElement[], groups: number): number {
  const most = BigInt64Array.from({ length: elements.length * FIELDS.length }, () => 2n ** 62n);
  const [none, one] = [tailOf(elements, []), tailOf(elements, [most])].map((tail) => tail.length) as [number, number];
  return none + LIST_BYTES + groups * (one - none);
}

/** Without the last bytes of a struct, so that its fields go on. */
function append(writer: ByteWriter, struct: Parameters<typeof serializeTCompactProtocol>[1], less: number): void {
  const part = new ByteWriter();
  serializeTCompactProtocol(part, struct);
  writer.appendBytes(part.getBytes().subarray(0, part.offset - less));
}

function appendList(writer: ByteWriter, length: number): void {
  writer.appendUint8(NEXT_FIELD_LIST);
  writer.appendUint8(LONG_LIST | STRUCT);
  writer.appendVarInt(length);
}

function schemaOf(elements: readonly SchemaElement[]): object[] {
  const columns = elements.map((element) => ({
    field_1: TYPES.indexOf(element.type ?? ''),
    field_2: element.type_length,
    field_3: OPTIONAL,
    field_4: element.name,
    field_6: element.converted_type && CONVERTED.indexOf(element.converted_type),
    field_7: element.scale,
    field_8: element.precision,
    field_10: logicalType(element.logical_type),
  }));
  return [{ field_4: 'row', field_5: elements.length }, ...columns];
}

/** Says where the next one begins. */
function appendGroup(writer: ByteWriter, elements: readonly SchemaElement[], meta: BlockMeta, start: bigint): bigint {
  const columns = elements.map((element, index) => ({ element, facts: columnMeta(meta, index) }));
  const [packed, plain] = [sum(columns, 'packedBytes'), sum(columns, 'plainBytes')];
  append(
    writer,
    {
      field_1: columns.map(({ element, facts }) => chunkOf(element, facts, start)),
      field_2: plain,
      field_3: columns[0]?.facts.values ?? 0n,
      field_5: start,
      field_6: packed,
    },
    0,
  );
  return start + packed;
}

function sum(columns: readonly { readonly facts: ColumnMeta }[], field: 'packedBytes' | 'plainBytes'): bigint {
  return columns.reduce((all, { facts }) => all + facts[field], 0n);
}

function columnMeta(meta: BlockMeta, index: number): ColumnMeta {
  const values = FIELDS.map((field, at) => [field, meta[index * FIELDS.length + at] ?? 0n]);
  return Object.fromEntries(values) as unknown as ColumnMeta;
}

function chunkOf(element: SchemaElement, facts: ColumnMeta, start: bigint): object {
  const hasDictionary = facts.dictionaryAt >= 0n;
  const [dictionary, data] = [start + facts.dictionaryAt, start + facts.dataAt];
  const encodings = hasDictionary ? [ENCODING.plain, ENCODING.dictionary] : [ENCODING.plain];
  const bounds = facts.hasBounds !== 0n && { field_5: bound(element, facts.greatest), field_6: bound(element, facts.least) };
  return {
    field_2: hasDictionary ? dictionary : data,
    field_3: {
      field_1: TYPES.indexOf(element.type ?? ''),
      field_2: encodings,
      field_3: [element.name],
      field_4: GZIP,
      field_5: facts.values,
      field_6: facts.plainBytes,
      field_7: facts.packedBytes,
      field_9: data,
      ...(hasDictionary && { field_11: dictionary }),
      field_12: { field_3: facts.nulls, ...bounds },
    },
  };
}

function bound(element: SchemaElement, value: bigint): Uint8Array {
  const bytes = new Uint8Array(element.type === 'INT32' ? 4 : 8);
  const view = new DataView(bytes.buffer);
  if (element.type === 'INT32') view.setInt32(0, Number(value), true);
  else view.setBigInt64(0, value, true);
  return bytes;
}
