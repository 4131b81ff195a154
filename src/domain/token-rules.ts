import { SCOPES, type Scope } from './permission.ts';
import { ProblemList } from './problem-list.ts';
import { characterCount, hasControlCharacters } from './text-checks.ts';

/** What an API token may be like. */

const LONGEST_NAME = 100;
export const LONGEST_DAYS = 365;
/** In use at the same time, of one user. */
export const MOST_TOKENS = 50;

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly days: number;
}

/** Error: `request.invalid` with all problems. */
export function parseNewToken(sent: { readonly name: string; readonly scopes: readonly string[]; readonly days: number }): NewToken {
  const problems = new ProblemList();
  const name = sent.name.trim();
  const length = characterCount(name);
  if (length < 1 || length > LONGEST_NAME || hasControlCharacters(name)) problems.add('token.name', 'name', name, `1 to ${LONGEST_NAME} characters`);
  for (const [index, one] of sent.scopes.entries())
    if (!SCOPES.some((scope) => scope === one) || sent.scopes.indexOf(one) !== index) problems.add('token.scopes', `scopes[${index}]`, one, SCOPES);
  if (sent.scopes.length === 0) problems.add('token.scopes', 'scopes', undefined, SCOPES);
  if (!Number.isSafeInteger(sent.days) || sent.days < 1 || sent.days > LONGEST_DAYS) problems.add('token.days', 'days', sent.days, `1 to ${LONGEST_DAYS}`);
  problems.refuse();
  return { name, scopes: SCOPES.filter((scope) => sent.scopes.includes(scope)), days: sent.days };
}
