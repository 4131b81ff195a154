import { ownWords } from '../../own-words.ts';
import { sources as german } from '../../strings/de/sources.ts';
import { sources as english } from '../../strings/sources.ts';

export const words = ownWords(english, german);
