/** Text of the sample: sentences whose words are distributed as in real mail (Zipf). */

import type { Random } from './random.ts';

const FREQUENT = `the to I you and a my for is of in it this order have on not with your we please account be that was
  are can would from will me been at has number as but date address an hello delivery call invoice received help card
  payment service product back thank customer still day refund contract when since today know contact email team time
  wait weeks again change phone problem line support days after agent online new billing login password price offer
  return package broken missing confirm cancel subscription question request update information details manager
  complaint reply charged twice monthly internet router battery flight booking insurance policy claim ticket reference
  morning afternoon yesterday tomorrow urgent kind regards sincerely`.split(/\s+/);
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xa yo zen tra ble con der ing ment pre sta tion'.split(' ');
const VOCABULARY = 3_000;
const SENTENCES = 8_192;

/** Sentences made once; a body then takes a few of them, which costs nothing per word. */
export function makeSentences(random: Random): string[] {
  const words = makeVocabulary(random);
  const cumulative: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= words.length; rank += 1) {
    total += 1 / rank;
    cumulative.push(total);
  }
  const word = (): string => words[firstAbove(cumulative, random.fraction() * total)] ?? 'the';
  return Array.from({ length: SENTENCES }, () => sentence(Array.from({ length: 6 + random.below(14) }, word)));
}

function sentence(words: readonly string[]): string {
  const text = words.join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function makeVocabulary(random: Random): string[] {
  const words = new Set(FREQUENT);
  while (words.size < VOCABULARY) words.add(Array.from({ length: 2 + random.below(3) }, () => random.pick(SYLLABLES)).join(''));
  return [...words];
}

function firstAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
