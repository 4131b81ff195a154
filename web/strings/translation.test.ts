import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { opening as germanOpening } from './de/opening.ts';
import { english } from './english.ts';
import { formats as germanFormats } from './de/formats.ts';
import { formats } from './formats.ts';
import { account } from './account.ts';
import { account as germanAccount } from './de/account.ts';
import { coverage } from './coverage.ts';
import { coverage as germanCoverage } from './de/coverage.ts';
import { german } from './german.ts';
import { sources as germanSources } from './de/sources.ts';
import { people as germanPeople } from './de/people.ts';
import { people } from './people.ts';
import { requests as germanRequests } from './de/requests.ts';
import { requests } from './requests.ts';
import { heldExports as germanHeldExports } from './de/held-exports.ts';
import { heldExports } from './held-exports.ts';
import { receipt as germanReceipt } from './de/receipt.ts';
import { receipt } from './receipt.ts';
import { retention as germanRetention } from './de/retention.ts';
import { opening } from './opening.ts';
import { retention } from './retention.ts';
import { sources } from './sources.ts';

type Word = string | ((...values: unknown[]) => string);

/** What an administrator reads in a terminal, or a log, and never in a browser. */
const TERMINAL_ONLY = /^(usage|config|data_folder|engine|database|demo|verify|check|parts)\b|^file\.(unreadable|unwritable|exists|too_many_open)$/;
/** Words that both languages share, and commands. */
const SHARED =
  /^(User Data Management|Status|Start|Format|JSON Lines|CSV|Parquet|Phase|Name|UCSX Exporter|iWD Administrator|Person|X \(Twitter\)|Facebook|Instagram|WhatsApp|openssl .*)$/;
/** Words are called with every pair of these; a word may take a number, a text, or the name of something it has a word for. */
const SAMPLES: readonly unknown[] = [0, 1, 2, 30, 'hour', '«text»'];
const PAIRS = SAMPLES.flatMap((one) => SAMPLES.map((other) => [one, other, 'x3', 'x4'] as const));
const SENSELESS = /undefined|NaN|\[object|^\s*$/;

const [inEnglish, inGerman] = [
  wordsOf({ ...english, opening, formats, coverage, retention, sources, people, account, requests, receipt, heldExports }),
  wordsOf({
    ...german,
    opening: germanOpening,
    formats: germanFormats,
    coverage: germanCoverage,
    retention: germanRetention,
    sources: germanSources,
    people: germanPeople,
    account: germanAccount,
    requests: germanRequests,
    receipt: germanReceipt,
    heldExports: germanHeldExports,
  }),
];

/** "jobs.resumeText" and the word there, for every word there is. */
function wordsOf(words: object, path = ''): Map<string, Word> {
  const all = new Map<string, Word>();
  for (const [name, word] of Object.entries(words)) {
    const at = path === '' ? name : `${path}.${name}`;
    if (typeof word === 'string' || typeof word === 'function') all.set(at, word as Word);
    else for (const [below, one] of wordsOf(word as object, at)) all.set(below, one);
  }
  return all;
}

/** Null for values that the word does not take. */
function spoken(word: Word, values: readonly unknown[]): string | null {
  if (typeof word === 'string') return word;
  try {
    const text = word(...values);
    return SENSELESS.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** A word that takes a list is called by nobody here. */
function takesOtherValues(word: Word): boolean {
  return typeof word === 'function' && PAIRS.every((pair) => spoken(word, pair) === null);
}

describe('English and German', () => {
  it('have a word for the same things', () => {
    const below = (words: Map<string, Word>) => [...words.keys()].filter((at) => !at.startsWith('serverProblem.')).toSorted();
    expect(below(inGerman)).toEqual(below(inEnglish));
  });

  it('speak of one thing as one', () => {
    const plural = /(?<![\d.,])1 (\w+ )?(rows|runs|jobs|files|days|hours|minutes|need|Zeilen|Läufe|Aufträge|Dateien|Tage|Stunden|Minuten)\b/u;
    // A word takes a number, or its text: one of both must be right.
    const wrong = (word: Word) => [1, '1'].every((one) => plural.test(spoken(word, [one, one, one, one]) ?? ''));
    const all = [...inEnglish, ...inGerman].filter(([at]) => at !== 'artifacts.tooMany'); // a limit that is never 1
    expect(all.filter(([, word]) => wrong(word)).map(([at]) => at)).toEqual([]);
  });

  it('say something with the values that the other takes', () => {
    const silent = [...inEnglish].flatMap(([at, word]) => {
      const other = inGerman.get(at);
      return other === undefined ? [] : PAIRS.filter((pair) => (spoken(word, pair) === null) !== (spoken(other, pair) === null)).map((pair) => [at, ...pair]);
    });
    expect(silent).toEqual([]);
    expect([...inEnglish].filter(([, word]) => takesOtherValues(word)).length).toBeLessThan(5);
  });

  it('name the same values', () => {
    const marks = ['«1»', '«2»', '«3»', '«4»'];
    const named = (word: Word) => marks.filter((mark) => spoken(word, marks)?.includes(mark) ?? false).join();
    const different = [...inEnglish].filter(([at, word]) => named(word) !== named(inGerman.get(at) ?? ''));
    expect(different.map(([at]) => at)).toEqual([]);
  });

  it('differ wherever there is a word', () => {
    const same = [...inGerman].filter(([at, word]) => typeof word === 'string' && word === inEnglish.get(at) && /[a-z]{4}/.test(word) && !SHARED.test(word));
    expect(same).toEqual([]);
  });
});

describe('German', () => {
  it('has every error of the server that a browser may show, and no other', () => {
    expect(Object.keys(ERRORS).filter((code) => !TERMINAL_ONLY.test(code) && !(code in german.serverProblem))).toEqual([]);
    expect(Object.keys(german.serverProblem).filter((code) => !(code in ERRORS))).toEqual([]);
  });
});
