import type { IdentifierType, NormalIdentifier } from './identifiers.ts';

/** Shorter ones stand by chance in anything, and count only where they are the whole text. */
const LONG_ENOUGH = 4;
/** The end of a number, however it is dialled. */
const SUBSCRIBER_DIGITS = 7;
const NUMBERS: readonly IdentifierType[] = ['phone', 'whatsapp'];

/** Whether a text that somebody wrote freely names the person, spelled one way or another. */
export function namesIn(identifiers: readonly NormalIdentifier[]): (text: string) => boolean {
  const marks = identifiers.map(({ type, normal }) => {
    const mark = bare(normal);
    return NUMBERS.includes(type) && /^\d+$/.test(mark) ? mark.slice(-SUBSCRIBER_DIGITS) : mark;
  });
  return (text) => {
    const seen = bare(text);
    return marks.some((mark) => mark !== '' && (mark.length < LONG_ENOUGH ? seen === mark : seen.includes(mark)));
  };
}

/** Letters and digits alone. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
