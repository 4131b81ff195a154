import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the web app if nobody has yet: `npm test` does it beforehand, a single test file need not. */
export async function ensureWebApp(): Promise<void> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  if (existsSync(path.join(root, 'dist/web/index.html'))) return;
  await build({ configFile: path.join(root, 'vite.config.ts'), root: path.join(root, 'web'), logLevel: 'warn' });
}
