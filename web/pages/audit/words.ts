import { ownWords } from '../../own-words.ts';
import { audit as english } from '../../strings/audit.ts';
import { audit as german } from '../../strings/de/audit.ts';

export const words = ownWords(english, german);
