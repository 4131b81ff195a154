/**
 * What a browser has to read before the first page shows: the script of the start page, what it imports, and the app it loads at once;
 * not the pages, nor the second language. Fails over the limit. `vite build` comes first.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT = 250_000;
/** Loaded at once, though by a dynamic import: the app, and the two pages a person may see first. */
const AT_ONCE = ['app.tsx', 'pages/sign-in/sign-in-page.tsx', 'pages/jobs/jobs-page.tsx'];

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const folder = path.join(path.dirname(import.meta.dirname), 'dist/web');
const manifestFile = path.join(folder, '.vite/manifest.json');
if (!existsSync(manifestFile)) refuse('There is no built web app: run "npm run build" first.');
else measure(JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, Chunk>);

function measure(chunks: Record<string, Chunk>): void {
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    const chunk = chunks[name];
    if (chunk === undefined) throw new Error(`The built web app has no ${name}.`);
    needed.add(name);
    chunk.imports?.forEach(add);
  };
  for (const name of ['index.html', ...AT_ONCE]) add(name);
  const sizes = [...needed].map((name) => gzipSync(readFileSync(path.join(folder, chunks[name]?.file ?? ''))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shown = `First load: ${(total / 1_000).toFixed(1)} KB of script, gzipped, in ${needed.size} files; the limit is ${LIMIT / 1_000} KB.`;
  if (total > LIMIT) refuse(`${shown} Load what one page needs with that page.`);
  else console.log(shown);
}

function refuse(text: string): void {
  console.error(text);
  process.exitCode = 1;
}
