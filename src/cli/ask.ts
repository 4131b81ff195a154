import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface AskingStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/** Whether somebody sits there who can answer; a machine that reads JSON never does. */
export function canAsk(json: boolean): boolean {
  return !json && process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks until one of the answers comes, or its first letters; an empty line means `otherwise`.
 * Null when the input ends or is broken off (Ctrl+C, Ctrl+D): then nothing was answered.
 */
export function ask<T extends string>(
  question: string,
  answers: readonly T[],
  otherwise: T,
  { input, output }: AskingStreams = { input: process.stdin, output: process.stderr },
): Promise<T | null> {
  // Without the terminal's own editing Ctrl+C would end the process before UDM is closed in order.
  const lines = createInterface({ input, output, terminal: 'isTTY' in input && input.isTTY === true });
  lines.setPrompt(`${question} [${answers.map((one) => (one === otherwise ? one.toUpperCase() : one)).join('/')}] `);
  return new Promise((resolve) => {
    let answer: T | null = null;
    lines.on('SIGINT', () => lines.close());
    lines.on('close', () => {
      // What is said next must not stand on the line of the question.
      if (answer === null) output.write('\n');
      resolve(answer);
    });
    lines.on('line', (line) => {
      const typed = line.trim().toLowerCase();
      const matches = answers.filter((one) => typed !== '' && one.startsWith(typed));
      answer = typed === '' ? otherwise : matches.length === 1 ? (matches[0] as T) : null;
      answer === null ? lines.prompt() : lines.close();
    });
    lines.prompt();
  });
}
