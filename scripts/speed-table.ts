/** The table of the last saved export bench, for the README. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Saved {
  readonly date: string;
  readonly commit: string;
  readonly machine: { readonly cpu?: string; readonly cores: number; readonly node: string };
  readonly results: readonly {
    readonly name: string;
    readonly rows: number;
    readonly seconds: number;
    readonly speed?: number;
    readonly cpuPerGB?: number;
    readonly serverPerGB?: number;
    readonly fileMB?: number;
    readonly peakMB: number;
  }[];
  readonly ratios?: Readonly<Record<string, number>>;
}

const BEGIN = '<!-- speed: made by npm run docs from bench/results -->';
const END = '<!-- end of speed -->';

/** The README with the table between its marks made anew. Throws if the marks or the results are missing. */
export function withSpeedTable(readme: string, resultsFolder: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md lacks ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin)}${BEGIN}\n${speedTable(lastExport(resultsFolder))}${readme.slice(end)}`;
}

function lastExport(folder: string): Saved {
  const name = readdirSync(folder)
    .filter((one) => /^\d{4}-\d\d-\d\d-export\.json$/.test(one))
    .sort()
    .at(-1);
  if (!name) throw new Error('bench/results has no export: npm run bench -- export --save');
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Saved;
}

function speedTable({ date, commit, machine, results, ratios }: Saved): string {
  const rows = results.map(({ name, seconds, speed, cpuPerGB, serverPerGB, fileMB, peakMB }) => {
    const times = name === 'udm' ? '' : `${ratios?.[name] ?? ''}`;
    return `| ${[name.replaceAll('|', ' \\| '), seconds, times, speed, cpuPerGB, serverPerGB, fileMB, peakMB].join(' | ')} |`;
  });
  return [
    '',
    '| | seconds | UDM is so many times as fast | MB of JSON/s | CPU s/GB | PostgreSQL CPU s/GB | file MB | peak MB |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `${results[0]?.rows.toLocaleString('en')} interactions, whole processes with start, sync and read-back, ${machine.cores} cores shared with PostgreSQL`,
    `(${machine.cpu}, Node ${machine.node}, ${date}, commit ${commit}). A peer writes all columns of the table and no read-back; times are compared by bytes of`,
    'JSON a second, within interleaved rounds.',
    '',
  ].join('\n');
}
