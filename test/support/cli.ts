import { runCli } from '../../src/cli/cli.ts';
import { testEnvironment } from './udm.ts';

/** Runs one command of the command line in this process; one at a time. */
export async function runCliHere(
  args: readonly string[],
  dataDir: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const before = { env: process.env, exitCode: process.exitCode, stdout: process.stdout.write, stderr: process.stderr.write };
  const text = { stdout: '', stderr: '' };
  process.env = { ...testEnvironment(dataDir), ...environment };
  process.exitCode = undefined;
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = ((chunk: string | Uint8Array) => {
      text[stream] += chunk.toString();
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    const code = await runCli(args);
    return { code, ...text };
  } finally {
    process.env = before.env;
    process.exitCode = before.exitCode;
    process.stdout.write = before.stdout;
    process.stderr.write = before.stderr;
  }
}
