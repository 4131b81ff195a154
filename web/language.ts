import { english, type Words } from './strings/english.ts';

/** The languages of the app under the names they call themselves, the first where the browser asks for none of them. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

/** How numbers, dates and lists are written in it. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };
const KEY = 'udm-language';

let language: Language = 'en';
let chosenWords: Words = english;

export function words(): Words {
  return chosenWords;
}

/** The language on screen. It stays until the page is loaded again. */
export function currentLanguage(): Language {
  return language;
}

export function locale(): string {
  return LOCALES[language];
}

/** Loads the words of the person's language: the one chosen in this browser, else the first of the browser's that there is. */
export async function loadLanguage(): Promise<void> {
  const wanted = chosenLanguage() ?? languageOf(navigator.languages);
  const german = wanted === 'de' ? await import('./strings/german.ts').catch(() => null) : null;
  language = german === null ? 'en' : 'de';
  chosenWords = german === null ? english : german.german;
  document.documentElement.lang = language;
}

/** What the person chose in this browser; null: as the browser is set. */
export function chosenLanguage(): Language | null {
  try {
    const kept = localStorage.getItem(KEY);
    return kept !== null && kept in LANGUAGES ? (kept as Language) : null;
  } catch {
    return null;
  }
}

/** Keeps the choice; it shows when the page is loaded again. */
export function chooseLanguage(chosen: Language | null): void {
  try {
    if (chosen === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

/** The first language of a browser's list that the app speaks: de-AT is German. */
export function languageOf(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const name = wish.split('-')[0]?.toLowerCase();
    if (name !== undefined && name in LANGUAGES) return name as Language;
  }
  return 'en';
}
