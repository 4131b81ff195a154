import { currentLanguage } from '../../language.ts';
import { account as english } from '../../strings/account.ts';
import { account as german } from '../../strings/de/account.ts';
import type { Translation } from '../../strings/translation.ts';

/** Words of sign-in, which come with what shows them: few enough to bring both languages. */
export const words: Translation<typeof english> = currentLanguage() === 'de' ? german : english;
