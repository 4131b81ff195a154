import type { ErrorCode } from '../errors.ts';
import type { ProblemList, Properties } from './problem-list.ts';

/** Bounds of the size at which a file is split, in MB of 1,048,576 bytes. The upper one: whoever opens a part needs three times its size in memory. */
export const SPLIT_MEGABYTES = { min: 1, max: 4_096 } as const;
const BYTES_OF_MEGABYTE = 1_048_576;

/** How much time goes into making the file small. */
export const COMPRESSIONS = ['fast', 'balanced', 'small'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** In what the data are written. */
export const FORMATS = ['jsonl', 'csv', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

/** What CSV does with a text that a spreadsheet would take for a formula. */
export const CSV_FORMULAS = ['keep', 'escape'] as const;
export type CsvFormulas = (typeof CSV_FORMULAS)[number];

/** How the file of a run is made. */
export interface FileSettings {
  /** Most MB of one file; null: a single file, whatever its size. */
  readonly splitMegabytes: number | null;
  readonly compression: Compression;
  readonly format: Format;
  readonly csvFormulas: CsvFormulas;
}

export const FILE_PROPERTIES = ['splitMegabytes', 'compression', 'format', 'csvFormulas'] as const;

/** Reads them of a draft; left out, they are a single file of JSON Lines, and fast (case 25). */
export function parseFileSettings(properties: Properties, problems: ProblemList): FileSettings {
  const split = properties.get('splitMegabytes');
  const { min, max } = SPLIT_MEGABYTES;
  const isSingle = split === undefined || split === null;
  const fits = typeof split === 'number' && Number.isInteger(split) && split >= min && split <= max;
  if (!fits && !isSingle) problems.add('split.range', 'splitMegabytes', split, SPLIT_MEGABYTES);
  /** The first choice is what counts when nothing is said. */
  const oneOf = <Choice extends string>(field: string, choices: readonly [Choice, ...Choice[]], code: ErrorCode): Choice => {
    const sent = properties.get(field) ?? choices[0];
    const found = choices.find((one) => one === sent);
    if (!found) problems.add(code, field, sent, choices);
    return found ?? choices[0];
  };
  return {
    splitMegabytes: fits ? split : null,
    compression: oneOf('compression', COMPRESSIONS, 'compression.invalid'),
    format: oneOf('format', FORMATS, 'format.invalid'),
    csvFormulas: oneOf('csvFormulas', CSV_FORMULAS, 'csv_formulas.invalid'),
  };
}

/** The most bytes that a file of these settings may have; null: no bound. */
export function splitBytes({ splitMegabytes }: Pick<FileSettings, 'splitMegabytes'>): number | null {
  return splitMegabytes === null ? null : splitMegabytes * BYTES_OF_MEGABYTE;
}
