import type { NormalIdentifier } from './identifiers.ts';

/** What stands for an identifier where people see it: enough to tell two cases of a day apart, too little to write to anybody. */
export function maskOf({ type, normal }: NormalIdentifier): string {
  if (type === 'email') return maskedAddress(normal);
  if (type === 'phone' || type === 'whatsapp') return normal.length > 6 ? `${normal.slice(0, 3)}…${normal.slice(-2)}` : '…';
  return maskedText(normal);
}

/** A few characters of a longer text, none of a short one. */
export function maskedText(text: string): string {
  const letters = [...text];
  return letters.length >= 8 ? `${letters[0]}…${letters.at(-1)}` : '…';
}

function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const ending = domain.includes('.') ? `….${domain.slice(domain.lastIndexOf('.') + 1)}` : '…';
  return at < 1 ? '…' : `${[...address][0]}…@${[...domain][0] ?? ''}${ending}`;
}

const MOST_SHOWN = 3;

/** All identifiers of a person in one line. */
export function labelOf(identifiers: readonly NormalIdentifier[]): string {
  const first = identifiers.slice(0, MOST_SHOWN).map((one) => (one.type === 'email' || one.type === 'phone' ? maskOf(one) : `${one.type} ${maskOf(one)}`));
  const more = identifiers.length - first.length;
  return `${first.join(', ')}${more > 0 ? ` +${more}` : ''}`;
}
