import type { ProblemList, Properties } from './problem-list.ts';

/** Bounds of the size at which a file is split, in MB of 1,048,576 bytes. The upper one: whoever opens a part needs three times its size in memory. */
export const SPLIT_MEGABYTES = { min: 1, max: 4_096 } as const;
const BYTES_OF_MEGABYTE = 1_048_576;

/** How much time goes into making the file small. */
export const COMPRESSIONS = ['fast', 'balanced', 'small'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** How the file of a run is made. */
export interface FileSettings {
  /** Most MB of one file; null: a single file, whatever its size. */
  readonly splitMegabytes: number | null;
  readonly compression: Compression;
}

export const FILE_PROPERTIES = ['splitMegabytes', 'compression'] as const;

/** Reads them of a draft; left out, they are a single file, and fast (case 25). */
export function parseFileSettings(properties: Properties, problems: ProblemList): FileSettings {
  const [split, sent] = [properties.get('splitMegabytes'), properties.get('compression')];
  const { min, max } = SPLIT_MEGABYTES;
  const isSingle = split === undefined || split === null;
  const fits = typeof split === 'number' && Number.isInteger(split) && split >= min && split <= max;
  if (!fits && !isSingle) problems.add('split.range', 'splitMegabytes', split, SPLIT_MEGABYTES);
  const compression = sent === undefined || sent === null ? 'fast' : COMPRESSIONS.find((one) => one === sent);
  if (!compression) problems.add('compression.invalid', 'compression', sent, COMPRESSIONS);
  return { splitMegabytes: fits ? split : null, compression: compression ?? 'fast' };
}

/** The most bytes that a file of these settings may have; null: no bound. */
export function splitBytes({ splitMegabytes }: Pick<FileSettings, 'splitMegabytes'>): number | null {
  return splitMegabytes === null ? null : splitMegabytes * BYTES_OF_MEGABYTE;
}
