import { ownWords } from './own-words.ts';
import { people as german } from './strings/de/people.ts';
import { people as english } from './strings/people.ts';

/** Words about people: they come with the pages that need them. */
export const peopleWords = ownWords(english, german);
