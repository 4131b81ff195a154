import type { ArchiveFile, CsvFormulas, FormatOrder } from '../archive.ts';
import { columnsOf } from './columns.ts';
import { openCsv } from './csv.ts';
import type { FileFormat } from './file-format.ts';

export function openFormat(order: FormatOrder): FileFormat {
  return openCsv(order.columns, order.formulas);
}

export type FormatSetting = { readonly format: 'jsonl' } | { readonly format: 'csv'; readonly formulas: CsvFormulas };

/** The file of JSON Lines in the format that was asked for. */
export function inFormat(file: ArchiveFile, setting: FormatSetting): ArchiveFile {
  if (setting.format === 'jsonl') return file;
  return { ...file, name: file.name.replace(/\.jsonl$/, `.${setting.format}`), format: { ...setting, columns: columnsOf(file.schema) } };
}
