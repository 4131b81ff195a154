import { PassThrough } from 'node:stream';
import { expect } from 'vitest';
import { runCliHere } from './cli.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands on one data folder, in this process; one at a time. */
export interface CliSession {
  command(...args: string[]): Promise<CliResult>;
  /** A command that must succeed, with its document. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape.
  document(...args: string[]): Promise<any>;
  /** A command that must be refused, with its error; nothing stands on standard output. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  refusal(...args: string[]): Promise<{ code: number; error: any }>;
  /** A command in front of somebody at a terminal who types this and then ends the input. */
  answering(typed: string, ...args: string[]): Promise<CliResult>;
}

/** `dataDir` is asked at each command: a test opens its UDM after the session was made. */
export function cliSession(dataDir: () => string, environment: NodeJS.ProcessEnv = {}): CliSession {
  const command = (...args: string[]) => runCliHere(args, dataDir(), environment);
  return {
    command,
    async document(...args) {
      const { code, stdout, stderr } = await command(...args, '--json');
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    },
    async refusal(...args) {
      const { code, stdout, stderr } = await command(...args, '--json');
      expect(stdout).toBe('');
      return { code, error: JSON.parse(stderr).error };
    },
    async answering(typed, ...args) {
      const stdin = Object.assign(new PassThrough(), { isTTY: true });
      const before = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
      const wasTTY = process.stderr.isTTY;
      Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
      process.stderr.isTTY = true;
      try {
        stdin.end(typed);
        return await command(...args);
      } finally {
        Object.defineProperty(process, 'stdin', before);
        process.stderr.isTTY = wasTTY;
      }
    },
  };
}
