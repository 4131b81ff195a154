import { words } from './language.ts';
import type { Words } from './strings/english.ts';

/**
 * Every word on screen, in the language of the person. The words stand in strings/<page>.ts, their index in strings/english.ts; the
 * German ones in strings/de/<page>.ts and strings/german.ts. The language is loaded before anything that imports this file.
 */
export const strings: Words = words();
