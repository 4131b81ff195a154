import type { FastifyRequest } from 'fastify';
import { CodedError } from '../errors.ts';

/** An id may begin with digits that look dialled. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ADDRESS = /[^\s/?&=@]@[^\s/?&=@]+\.[^\s/?&=@]/;
/** `2026-01-15`, `20260115`, `15.1.2026`, `1/15/26`, and nothing of a number behind it. */
const DATE = /(?:(?:19|20)\d\d([-./]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:\d\d){1,2})(?!\d)/
  .source;
/** What may stand between the digits of a number; so little that a long text is gone through once. */
const GAP = '[\\s()./-]{0,5}';
/** With its country, or as it is dialled inside one; numbers of cases begin otherwise, or with more zeros, or are shorter. */
const NUMBER = new RegExp(
  [
    `(?:^|[/=\\s])[+＋][\\d\\s()./-]{6,}`,
    `(?:^|[/=\\s])\\((?!${DATE})${GAP}(?:\\d${GAP}){6,}`,
    `(?:^|[/=\\s])00${GAP}[1-9](?:${GAP}\\d){8,}`,
    '(?:^|[/=])0[1-9][\\d\\s()/-]{7,}(?:$|[&/])',
  ].join('|'),
);

/** On routes about people: an address that names one is refused before anything is done with it. Error: `gdpr.identifier_in_url`. */
export async function refuseIdentifiers(request: FastifyRequest): Promise<void> {
  if (namesSomebody(request.url)) throw new CodedError('gdpr.identifier_in_url');
}

/** Whether a path or query has what looks like an e-mail address or a phone number. */
export function namesSomebody(url: string): boolean {
  const [path, query] = inTwo(url, '?');
  const parts = [...path.split('/').map(decoded), ...query.split('&').flatMap(partsOf)];
  return parts.some((part) => !ID.test(part) && (ADDRESS.test(part) || NUMBER.test(part)));
}

/** Name and value; a cursor is sealed bytes. In a query a plus may be a blank, or the plus of a number. */
function partsOf(pair: string): string[] {
  if (pair.startsWith('cursor=')) return [];
  return inTwo(pair, '=').map(decoded);
}

/** Before and after the first of these; everything before it when there is none. */
function inTwo(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
