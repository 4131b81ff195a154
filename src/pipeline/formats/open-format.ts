import type { ArchiveFile, CompressionLevel, CsvFormulas, DataFormat, FormatOrder } from '../archive.ts';
import { columnsOf } from './columns.ts';
import { openCsv } from './csv.ts';
import type { FileFormat } from './file-format.ts';

/** Big enough to be read fast, small enough that a thread which makes one needs little memory. */
const GROUP_BYTES = { min: 128 * 1024, max: 3 * 1024 * 1024 } as const;
/** So many row groups in a part, at least, else much of its size would stay unused. */
const GROUPS_OF_PART = 16;

export interface FormatSettings {
  readonly format: DataFormat;
  readonly csvFormulas: CsvFormulas;
  readonly level: CompressionLevel;
  /** The most bytes of one part; null: no bound. */
  readonly mostBytes: number | null;
}

let parquet: typeof import('./parquet.ts') | null = null;

/** To be waited for in every thread before `openFormat` there: the writer of Parquet is big, and most runs do without it. */
export async function loadFormat(order: FormatOrder | undefined): Promise<void> {
  if (order?.format === 'parquet') parquet ??= await import('./parquet.ts');
}

export function openFormat(order: FormatOrder): FileFormat {
  if (order.format === 'csv') return openCsv(order.columns, order.formulas);
  if (!parquet) throw new Error('the format is not loaded');
  return parquet.openParquet(order);
}

/** The file of JSON Lines in the format that was asked for. */
export function inFormat(file: ArchiveFile, settings: FormatSettings): ArchiveFile {
  if (settings.format === 'jsonl') return file;
  const name = file.name.replace(/\.jsonl$/, `.${settings.format}`);
  return { ...file, name, format: orderOf({ ...file, name }, settings) };
}

function orderOf(file: ArchiveFile, { format, csvFormulas, level, mostBytes }: FormatSettings): FormatOrder {
  const columns = columnsOf(file);
  if (format === 'csv') return { format, formulas: csvFormulas, columns };
  const { min, max } = GROUP_BYTES;
  const groupBytes = mostBytes === null ? max : Math.min(max, Math.max(min, Math.floor(mostBytes / GROUPS_OF_PART)));
  return { format: 'parquet', entry: file.name, columns, groupBytes, level };
}
