import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';

const ANSWERS = ['all', 'latest', 'none'] as const;

async function answerTo(typed: string): Promise<{ answer: string | null; shown: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = ask('Which?', ANSWERS, 'latest', { input, output });
  input.end(typed);
  return { answer: await answer, shown: String(output.read()) };
}

describe('a question', () => {
  it.each([
    ['all\n', 'all'],
    ['N\n', 'none'],
    ['\n', 'latest'],
    ['what?\n a \n', 'all'],
    ['none\nall\n', 'none'],
    ['', null],
    ['maybe\n', null],
  ])('that is answered %j means %j', async (typed, expected) => {
    const { answer, shown } = await answerTo(typed);
    expect(answer).toBe(expected);
    expect(shown).toContain('Which? [all/LATEST/none] ');
  });
});
