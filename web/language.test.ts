import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage, currentLanguage, languageOf, loadLanguage, locale, words } from './language.ts';
import { english } from './strings/english.ts';
import { german } from './strings/german.ts';

/** A browser as far as the language asks it. */
function browser(languages: readonly string[], kept?: string) {
  const store = new Map(kept === undefined ? [] : [['udm-language', kept]]);
  const root = { lang: '' };
  vi.stubGlobal('navigator', { languages });
  vi.stubGlobal('document', { documentElement: root });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
    removeItem: (key: string) => store.delete(key),
  });
  return root;
}

afterEach(() => vi.unstubAllGlobals());

describe('the language of the app', () => {
  it('is the first of the browser that there is, whatever the country', () => {
    expect([languageOf(['fr-FR', 'de-AT', 'en-US']), languageOf(['en-US', 'de']), languageOf(['fr', 'it']), languageOf([])]).toEqual(['de', 'en', 'en', 'en']);
  });

  it('follows the browser: words, numbers and the language of the document', async () => {
    const root = browser(['de-CH', 'en']);
    await loadLanguage();
    expect([root.lang, currentLanguage(), locale()]).toEqual(['de', 'de', 'de-DE']);
    expect(words()).toBe(german);
  });

  it('is the one chosen, whatever the browser asks for', async () => {
    const root = browser(['de']);
    chooseLanguage('en');
    await loadLanguage();
    expect([root.lang, locale()]).toEqual(['en', 'en-GB']);
    expect(words()).toBe(english);
    chooseLanguage(null);
    await loadLanguage();
    expect(root.lang).toBe('de');
  });

  it('is that of the browser when what was kept is no language', async () => {
    const root = browser(['de'], 'tlh');
    await loadLanguage();
    expect(root.lang).toBe('de');
  });

  it('works where the browser keeps nothing', async () => {
    const root = browser(['de']);
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('refused');
      },
    });
    await loadLanguage();
    expect(root.lang).toBe('de');
  });
});
