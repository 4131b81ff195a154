import { currentLanguage } from './language.ts';
import type { Translation } from './strings/translation.ts';

/** The words of a page that few people open: they come with the page, in both languages, and not with the app. */
export function ownWords<Words>(english: Words, german: Translation<Words>): Translation<Words> {
  return currentLanguage() === 'de' ? german : (english as Translation<Words>);
}
