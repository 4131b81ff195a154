import { locale } from '../language.ts';

const UNITS = ['byte', 'KB', 'MB', 'GB', 'TB'] as const;

/** "512 bytes", "1.4 MB": powers of 1000, as download dialogs count. */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return exactBytes(value);
  const digits = value >= 99.5 ? 0 : 1;
  const number = new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  return `${number} ${UNITS[unit] ?? ''}`;
}

/** "1,400,000 bytes". */
export function exactBytes(bytes: number): string {
  return new Intl.NumberFormat(locale(), { style: 'unit', unit: 'byte', unitDisplay: 'long', maximumFractionDigits: 0 }).format(bytes);
}

export function count(value: number): string {
  return value.toLocaleString(locale());
}

/** "a, b and c". */
export function enumeration(words: readonly string[], and: string): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')}${and}${words.at(-1) ?? ''}`;
}
