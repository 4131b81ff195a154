import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** What modules load, and what these load: packages by name. Types alone load nothing, and `import()` loads when it is asked for. */
function packagesOf(files: readonly string[]): string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';$/gm)) {
      if (name.startsWith('.')) visit(path.resolve(path.dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  };
  for (const file of files) visit(path.resolve(import.meta.dirname, file));
  return [...packages].sort();
}

// Each of them costs memory and time at every start (decision 0024).
it.each(['decrypt', 'verify'])('udm %s loads neither server nor database', (command) => {
  expect(packagesOf(['../main.ts', `commands/${command}.ts`])).toEqual(['commander']);
});

it('sees what a command on data loads', () => {
  expect(packagesOf(['../main.ts', 'commands/jobs.ts'])).toEqual(expect.arrayContaining(['commander', 'kysely', 'pg']));
});
