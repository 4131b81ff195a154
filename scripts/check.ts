/** `npm run check`: every static check, two at a time; one line each, and the whole output of those that fail. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

interface Check {
  readonly name: string;
  /** A program of node_modules/.bin, or a script for node. */
  readonly command: readonly [string, ...string[]];
}

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

const SIDE_BY_SIDE = 2;
const CHECKS: readonly Check[] = [
  { name: 'types of src', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of test', command: ['tsc', '-p', 'test/tsconfig.json'] },
  { name: 'types of web', command: ['tsc', '-p', 'web/tsconfig.json'] },
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '--max-diagnostics=200', '.'] },
  { name: 'arrows', command: ['node', 'scripts/check-arrows.ts'] },
  { name: 'sizes', command: ['node', 'scripts/check-sizes.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'generated docs', command: ['node', 'scripts/generate-docs.ts', '--check'] },
  { name: 'permission matrix', command: ['node', 'scripts/check-permission-matrix.ts'] },
  { name: 'kernel', command: ['node', 'scripts/build-kernel.ts', '--check'] },
];

const root = path.dirname(import.meta.dirname);
const waiting = [...CHECKS];
const failed: string[] = [];
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, runUntilNoneIsLeft));
console.log(failed.length === 0 ? `All ${CHECKS.length} checks passed.` : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runUntilNoneIsLeft(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const started = performance.now();
    const { ok, output } = await run(check);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)`);
    if (ok) continue;
    failed.push(check.name);
    console.log(output.trimEnd().replace(/^/gm, '    '));
  }
}

function run({ command: [program, ...args] }: Check): Promise<Outcome> {
  const local = path.join(root, 'node_modules/.bin', program);
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env['PATH'] ?? ''}` };
    const child = spawn(existsSync(local) ? local : program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ ok: false, output: String(error) }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}
