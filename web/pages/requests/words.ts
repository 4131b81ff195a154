import { ownWords } from '../../own-words.ts';
import { requests as german } from '../../strings/de/requests.ts';
import { requests as english } from '../../strings/requests.ts';

export const words = ownWords(english, german);
