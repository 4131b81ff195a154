import { currentLanguage } from '../../language.ts';
import { retention as german } from '../../strings/de/retention.ts';
import { retention as english } from '../../strings/retention.ts';
import type { Translation } from '../../strings/translation.ts';

/** Words of retention, which come with what shows them: few enough to bring both languages. */
export const words: Translation<typeof english> = currentLanguage() === 'de' ? german : english;
