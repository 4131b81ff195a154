/**
 * What a browser has to read before the first page shows: the script of the start page, the app, and the page itself, each with what they
 * import; not the other pages, nor the second language. The larger of the two pages a person may see first counts. `vite build` comes first.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT = 250_000;
/** Loaded at once, though by a dynamic import. */
const APP = 'app.tsx';
const FIRST_PAGES = ['pages/sign-in/sign-in-page.tsx', 'pages/jobs/jobs-page.tsx'];

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const folder = path.join(path.dirname(import.meta.dirname), 'dist/web');
const manifestFile = path.join(folder, '.vite/manifest.json');
if (!existsSync(manifestFile)) refuse('There is no built web app: run "npm run build" first.');
else measure(JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, Chunk>);

function measure(chunks: Record<string, Chunk>): void {
  const totals = FIRST_PAGES.map((page) => totalOf(chunks, ['index.html', APP, page]));
  const shown = FIRST_PAGES.map((page, index) => `${((totals[index] ?? 0) / 1_000).toFixed(1)} KB for ${path.basename(page, '.tsx')}`).join(', ');
  const text = `First load: ${shown} of script, gzipped; the limit is ${LIMIT / 1_000} KB.`;
  if (totals.some((total) => total > LIMIT)) refuse(`${text} Load what one page needs with that page.`);
  else console.log(text);
}

function totalOf(chunks: Record<string, Chunk>, names: readonly string[]): number {
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    const chunk = chunks[name];
    if (chunk === undefined) throw new Error(`The built web app has no ${name}.`);
    needed.add(name);
    chunk.imports?.forEach(add);
  };
  names.forEach(add);
  const sizes = [...needed].map((name) => gzipSync(readFileSync(path.join(folder, chunks[name]?.file ?? ''))).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function refuse(text: string): void {
  console.error(text);
  process.exitCode = 1;
}
