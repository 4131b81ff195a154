/**
 * Which rows may name somebody: a condition on `t` that lets through too many rather than too few. Whether a row does is decided by normal form, by the
 * rules of the domain; here spellings are only compared as far as SQL and JavaScript surely agree.
 */

import pg from 'pg';
import type { IdentifierType, NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import type { IdentifierColumn, PeopleTable, When } from '../../domain/data-requests/people-rules.ts';

const { escapeIdentifier: name, escapeLiteral: literal } = pg;

/**
 * Numbers are compared by their last digits: what is dialled before a number, within a country or from abroad, stands before them however short it is. Of
 * numbers so short that it might not, all are looked at.
 */
const LAST_DIGITS = 4;
const FEWEST_DIGITS = 10;

/** Null: no row of the table can have any of them. */
export function mayName(table: PeopleTable, wanted: readonly NormalIdentifier[]): string | null {
  const { identifiers, messages } = table;
  const columns = identifiers.map((one) => inColumn(one, wanted));
  const authors = messages && inJson(messages.column, messages.author.path, messages.author.type, wanted, messages.when);
  const all = [...columns, authors].filter((condition) => condition !== null);
  return all.length > 0 ? `(${all.join(' OR ')})` : null;
}

/** Compared letter by letter, whatever the column's own order of letters takes for equal; there are some in which nothing can be looked for at all. */
function bytesOf(column: string): string {
  return `(${textOf(column)} COLLATE "C")`;
}

/** As the rules read it. */
export function textOf(column: string, alias = 't'): string {
  return `${alias}.${name(column)}::text`;
}

export function whenCondition(when: When | null, alias = 't'): string[] {
  return when === null ? [] : [`${textOf(when.column, alias)} = ${literal(when.equals)}`];
}

function inColumn({ column, type, list, when }: IdentifierColumn, wanted: readonly NormalIdentifier[]): string | null {
  if (list !== null) return inJson(column, list, type, wanted, when);
  const condition = sameAs(type, bytesOf(column), wanted);
  return condition && `(${[...whenCondition(when), condition].join(' AND ')})`;
}

/** Any string or number under the last name of the path, wherever it stands: an escaped one may be anything. */
function inJson(column: string, path: string, type: IdentifierType, wanted: readonly NormalIdentifier[], when: When | null): string | null {
  const value = 'coalesce(m.found[1], m.found[2])';
  const condition = sameAs(type, value, wanted);
  if (condition === null) return null;
  const leaf = path === '.' ? '' : `"${(path.split('.').at(-1) ?? '').replace(/[^A-Za-z0-9_]/g, '\\$&')}"\\s*:\\s*`;
  const pattern = `${leaf}(?:"((?:[^"\\\\]|\\\\.)*)"|(-?[0-9][-+0-9.eE]*))`;
  const text = bytesOf(column);
  const found = `EXISTS (SELECT FROM regexp_matches(${text}, ${literal(pattern)}, 'g') AS m(found) WHERE ${condition} OR ${value} ~ ${literal('\\\\')})`;
  return `(${[...whenCondition(when), ...quickly(type, text, leaf, wanted), found].join(' AND ')})`;
}

/** Of more than so many, looking for each by itself is slower than reading all values. */
const FEW = 16;

/**
 * What is so wherever `found` is, and takes a fraction of its time: one of the texts stands somewhere, or a value is spelled oddly, which it can only be where there are other
 * letters than ASCII or escapes. Nothing for types that have no such test.
 */
function quickly(type: IdentifierType, text: string, leaf: string, wanted: readonly NormalIdentifier[]): string[] {
  const { inside } = COMPARISONS[type](text);
  const normals = wanted.filter((one) => one.type === type).map(({ normal }) => normal);
  if (!inside || normals.length > FEW) return [];
  const stands = normals.filter(isAscii).map((normal) => `strpos(${inside.spelling}, ${literal(normal)}) > 0`);
  const odd = `(${isNotAscii(text)} OR strpos(${text}, E'\\\\') > 0) AND ${matches(text, `${leaf}"${inside.odd}`)}`;
  return [`(${[...stands, odd].join(' OR ')})`];
}

/** Whether a text may be one of the identifiers of the type; null when none is wanted. */
function sameAs(type: IdentifierType, value: string, wanted: readonly NormalIdentifier[]): string | null {
  const normals = wanted.filter((one) => one.type === type).map(({ normal }) => normal);
  if (normals.length === 0) return null;
  const { key, isAmong } = COMPARISONS[type](value);
  const keys = [...new Set(normals.map(key))].filter(isAscii);
  return isAmong(keys.length > 0 ? keys.map(literal).join(', ') : 'NULL');
}

/**
 * What has other letters is only found where there are some, and such rows are let through whatever is looked for. Compared with the rest it would
 * end the search of a source whose encoding has not got these letters.
 */
function isAscii(text: string): boolean {
  return /^[\x01-\x7f]*$/.test(text);
}

interface Comparison {
  readonly key: (normal: string) => string;
  /** SQL: what `key` makes of it is one of these, or it is spelled in a way that only the rules can read. */
  readonly isAmong: (keys: string) => string;
  /** For JSON that holds such values: SQL of a text in which a normal form stands wherever one is spelled plainly, and how one that is not goes on behind its first quotation mark. */
  readonly inside?: { readonly spelling: string; readonly odd: string };
}

const COMPARISONS: Readonly<Record<IdentifierType, (value: string) => Comparison>> = {
  email: (value) => ({
    key: (normal) => normal,
    isAmong: (keys) => `(${lowerCase(value)} IN (${keys}) OR ${hasOddEdge(value)} OR strpos(${value}, '<') > 0 OR strpos(${value}, ':') > 0)`,
    inside: { spelling: lowerCase(value), odd: '(?:[mM][aA][iI][lL][tT][oO]:|[^"]*[^"!#-;=-\\[\\]-~])' },
  }),
  phone: phoneNumber,
  whatsapp: phoneNumber,
  twitter: handle,
  facebook: handle,
  instagram: handle,
  customer_id: exactly,
  contact_id: exactly,
  account_number: exactly,
  external_id: exactly,
};

function phoneNumber(value: string): Comparison {
  const digits = `translate(${value}, '-+() ./', '')`;
  const ends = (text: string, keys: string) => `right(${text}, ${LAST_DIGITS}) IN (${keys})`;
  return {
    key: (normal) => normal.replace(/\D/g, '').slice(-LAST_DIGITS),
    // Most numbers have nothing between their digits. The zero in brackets is none of them.
    isAmong: (keys) => `CASE WHEN ${matches(value, `^\\+?[0-9]{${FEWEST_DIGITS},}$`)} THEN ${ends(value, keys)}
      ELSE ${ends(digits, keys)} OR strpos(${value}, '(0)') > 0 OR ${matches(digits, '[^0-9]')} OR length(${digits}) < ${FEWEST_DIGITS} AND ${digits} <> '' END`,
  };
}

function handle(value: string): Comparison {
  return {
    key: (normal) => normal,
    isAmong: (keys) => `(ltrim(${lowerCase(value)}, '@') IN (${keys}) OR ${hasOddEdge(value)} OR strpos(${value}, '/') > 0)`,
  };
}

function exactly(value: string): Comparison {
  return {
    key: (normal) => normal,
    isAmong: (keys) => `(${value} COLLATE "C" IN (${keys}) OR ${hasOddEdge(value)})`,
    inside: { spelling: value, odd: '[^"]*[^" !#-\\[\\]-~]' },
  };
}

/** Something is to be taken off at an end, which white space is, or the text has letters that are written in several ways. */
function hasOddEdge(value: string): string {
  return `(${value} COLLATE "C" < '!' OR right(${value}, 1) COLLATE "C" < '!' OR ${isNotAscii(value)})`;
}

/** Lengths tell it in a tenth of the time that a pattern takes, where a letter beyond ASCII is several bytes. */
function isNotAscii(value: string): string {
  return `CASE WHEN (SELECT getdatabaseencoding() = 'UTF8') THEN octet_length(${value}) <> char_length(${value}) ELSE ${matches(value, '[^\\x01-\\x7f]')} END`;
}

/** Of ASCII alone, whatever the server thinks of other letters. */
function lowerCase(value: string): string {
  return `lower(${value} COLLATE "C")`;
}

function matches(value: string, pattern: string): string {
  return `${value} COLLATE "C" ~ ${literal(pattern)}`;
}
