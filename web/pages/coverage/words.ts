import { currentLanguage } from '../../language.ts';
import { coverage as english } from '../../strings/coverage.ts';
import type { Translation } from '../../strings/translation.ts';

/** Words of the Coverage page: they come with it, so that no other page waits for them. */
export const words: Translation<typeof english> =
  currentLanguage() === 'de'
    ? await import('../../strings/de/coverage.ts').then(
        ({ coverage }) => coverage,
        () => english,
      )
    : english;
