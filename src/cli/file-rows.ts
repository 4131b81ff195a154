import type { JobView } from '../contract/job.ts';

const FORMAT = { jsonl: 'JSON Lines', csv: 'CSV', parquet: 'Parquet' } as const;

/** What the files are like, of a job or of a run. */
export function fileRows(of: Pick<JobView, 'format' | 'csvFormulas' | 'splitMegabytes' | 'compression'>): (readonly string[])[] {
  return [
    ['format', `${FORMAT[of.format]}${of.format === 'csv' && of.csvFormulas === 'escape' ? ', an apostrophe before formulas' : ''}`],
    ['file', `${of.splitMegabytes === null ? 'a single one' : `split at ${of.splitMegabytes} MB`}, ${of.compression}`],
  ];
}
