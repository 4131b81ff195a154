import { dateIn } from '../../format/time.ts';

/** "24 Nov 2025" of 2025-11-24: a day is the same day wherever one looks from. */
export function dayName(day: string): string {
  return dateIn('UTC', `${day}T12:00:00Z`);
}
