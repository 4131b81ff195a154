import { english, type Words } from './strings/english.ts';

/** The words on screen. */
export function words(): Words {
  return english;
}

/** How numbers, dates and lists are written. */
export function locale(): string {
  return 'en-GB';
}
