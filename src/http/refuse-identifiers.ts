import type { FastifyRequest } from 'fastify';
import { CodedError } from '../errors.ts';

/** An id may begin with digits that look dialled. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ADDRESS = /[^\s/?&=@]@[^\s/?&=@]+\.[^\s/?&=@]/;
/** With its country, or as it is dialled inside one; numbers of cases begin otherwise. */
const NUMBER = /(?:^|[/=\s])(?:[+＋(]|00)[\d\s()./-]{6,}|(?:^|[/=])0\d[\d\s()/-]{7,}(?:$|[&/])/;

/** On routes about people: an address that names one is refused before anything is done with it. Error: `gdpr.identifier_in_url`. */
export async function refuseIdentifiers(request: FastifyRequest): Promise<void> {
  if (namesSomebody(request.url)) throw new CodedError('gdpr.identifier_in_url');
}

/** Whether a path or query has what looks like an e-mail address or a phone number. */
export function namesSomebody(url: string): boolean {
  const [path = '', query = ''] = url.split('?', 2);
  const parts = [...path.split('/').map(decoded), ...query.split('&').flatMap(partsOf)];
  return parts.some((part) => !ID.test(part) && (ADDRESS.test(part) || NUMBER.test(part)));
}

/** Name and value; a cursor is sealed bytes. In a query a plus may be a blank, or the plus of a number. */
function partsOf(pair: string): string[] {
  if (pair.startsWith('cursor=')) return [];
  const [name = '', value = ''] = pair.split('=', 2);
  return [decoded(name), decoded(value)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
