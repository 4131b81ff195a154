/** What the subject index costs: the same rows with and without it, and its size as a part of the file (decision 0040). */
import { type Report, summary } from './export.ts';
import { benchVariants, ratioOf } from './variants.ts';

const TYPES = ['Interaction', 'Contact'];

/** The ratios are seconds, processor time (with that of PostgreSQL) and size. */
export async function benchNames(interactions: number, rounds: number): Promise<Report> {
  const variants = TYPES.flatMap((type) => [[`${type} alone`, { type, names: false }] as const, [`${type} with index`, { type, names: true }] as const]);
  const times = await benchVariants(interactions, rounds, Object.fromEntries(variants));
  const ratios = TYPES.flatMap((type) => {
    const [alone, indexed] = [times.get(`${type} alone`) ?? [], times.get(`${type} with index`) ?? []];
    const last = indexed.at(-1);
    return [
      [`${type}: seconds`, ratioOf(indexed, alone, ({ seconds }) => seconds)],
      [`${type}: processor`, ratioOf(indexed, alone, ({ cpuSeconds, serverSeconds }) => cpuSeconds + serverSeconds)],
      [`${type}: size`, last ? Number((last.indexBytes / (last.fileMB * 1e6)).toFixed(4)) : Number.NaN],
    ] as const;
  });
  return { results: [...times].map(([name, all]) => summary(name, all)), ratios: Object.fromEntries(ratios) };
}
