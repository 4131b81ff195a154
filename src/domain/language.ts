import { GERMAN_NOTES } from './german-words.ts';
import { ENGLISH_NOTES, type NoteWords } from './preview-notes.ts';

/** The languages that sentences are written in; the first where nobody asks for one of them. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const WORDS: Readonly<Record<Language, NoteWords>> = { en: ENGLISH_NOTES, de: GERMAN_NOTES };
/** A list of wishes is looked at no further. */
const MOST_WISHES = 20;

/** The words of sentences and notes in a language. */
export function wordsIn(language: Language = 'en'): NoteWords {
  return WORDS[language];
}

/** The language that an Accept-Language header (RFC 9110) wishes for most, of those there are: "de-AT, en;q=0.5" is German. */
export function languageOf(header: string | undefined): Language {
  const wishes = (header ?? '').split(',', MOST_WISHES).flatMap((wish) => {
    const [tag = '', ...parameters] = wish
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const language = LANGUAGES.find((one) => tag === one || tag.startsWith(`${one}-`));
    return language === undefined ? [] : [{ language, weight: weightOf(parameters) }];
  });
  const wished = wishes.toSorted((one, other) => other.weight - one.weight).find(({ weight }) => weight > 0);
  return wished?.language ?? LANGUAGES[0];
}

function weightOf(parameters: readonly string[]): number {
  const given = parameters.find((one) => one.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
