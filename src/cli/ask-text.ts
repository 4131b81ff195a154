import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CodedError } from '../errors.ts';

export interface Questions {
  /** One line; a secret is not shown while it is typed. Error: `usage` when the input has ended. */
  ask(question: string, kind?: 'text' | 'secret'): Promise<string>;
  close(): void;
}

/** Asks several things one after the other: what is typed ahead is the answer to the next. */
export function openQuestions(): Questions {
  let isSecret = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!isSecret) process.stderr.write(chunk);
      done();
    },
  });
  // The terminal itself would show a secret: it is read key by key.
  const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY === true });
  const typed = lines[Symbol.asyncIterator]();
  lines.on('SIGINT', () => lines.close());
  return {
    async ask(question, kind = 'text') {
      process.stderr.write(question);
      isSecret = kind === 'secret';
      const { value, done } = await typed.next();
      if (isSecret) process.stderr.write('\n');
      isSecret = false;
      if (done) throw new CodedError('usage', { field: 'input', value: 'ended', range: 'an answer' });
      return value;
    },
    close: () => lines.close(),
  };
}
