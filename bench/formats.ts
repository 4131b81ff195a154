/** What a format costs: the same rows as JSON Lines, CSV and Parquet. */
import { type Report, summary } from './export.ts';
import { benchVariants, ratioOf } from './variants.ts';

export async function benchFormats(interactions: number, rounds: number): Promise<Report> {
  const times = await benchVariants(interactions, rounds, { jsonl: { format: 'jsonl' }, csv: { format: 'csv' }, parquet: { format: 'parquet' } });
  const lines = times.get('jsonl') ?? [];
  const others = [...times].filter(([format]) => format !== 'jsonl');
  return {
    results: [...times].map(([format, all]) => summary(format, all)),
    ratios: Object.fromEntries(others.map(([format, all]) => [format, ratioOf(all, lines, ({ seconds }) => seconds)])),
  };
}
