/** Which rows stay out of an export while people are being erased: those that surely are theirs. */

import pg from 'pg';
import { type IdentifierType, isStrong, type NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import type { IdentifierColumn, PeopleTable } from '../../domain/data-requests/people-rules.ts';
import type { Catalog, EntityType } from '../catalogs/catalog.ts';
import { parentsOf, rulesOf } from './named-columns.ts';
import { textOf, whenCondition } from './people-conditions.ts';

const { escapeLiteral: literal } = pg;

/**
 * Conditions on `t`: no row whose owner is one of the people, by a strong identifier or, where the row has none, by another that is theirs alone; and no row that stands below
 * such a one. A row in which they only take part stays, and so does one that is spelled oddly: rather one too many than one of somebody else too few; the index of the run tells of it.
 */
export function suppressionOf({ people }: Catalog, entity: EntityType, without: readonly NormalIdentifier[]): string[] {
  if (without.length === 0) return [];
  const rules = rulesOf(people, entity);
  const own = rules && ownedBy(rules, 't', without);
  const above = parentsOf(people, entity).map((parent) => {
    const owned = ownedBy(parent.rules, 'p', without);
    return owned && parent.ofParent(owned, 't');
  });
  return [own, ...above].flatMap((owned) => (owned ? [`NOT coalesce(${owned}, false)`] : []));
}

function ownedBy({ identifiers }: PeopleTable, alias: string, without: readonly NormalIdentifier[]): string | null {
  const owners = identifiers.filter(({ role, list }) => (role === 'owner' || role === 'alias') && list === null);
  const strong = owners.filter(({ type }) => isStrong(type));
  const byStrong = strong.flatMap((one) => names(one, alias, without));
  const byWeak = owners.filter(({ type }) => !isStrong(type)).flatMap((one) => names(one, alias, without));
  const ownerless = strong.map(({ column }) => `${textOf(column, alias)} IS NULL`);
  const all = [...byStrong, ...(byWeak.length > 0 ? [`(${[...ownerless, `(${byWeak.join(' OR ')})`].join(' AND ')})`] : [])];
  return all.length > 0 ? `(${all.join(' OR ')})` : null;
}

/** Null values count as no. */
function names({ column, type, when }: IdentifierColumn, alias: string, without: readonly NormalIdentifier[]): string[] {
  const normals = without.filter((one) => one.type === type).map(({ normal }) => literal(keyOf(type, normal)));
  if (normals.length === 0) return [];
  return [`coalesce(${[...whenCondition(when, alias), `${spelled(type, textOf(column, alias))} IN (${normals.join(', ')})`].join(' AND ')}, false)`];
}

function spelled(type: IdentifierType, text: string): string {
  if (type === 'phone' || type === 'whatsapp') return `regexp_replace(${text}, '[^0-9]', '', 'g')`;
  return type === 'email' ? `lower(btrim(${text}) COLLATE "C")` : `btrim(${text})`;
}

function keyOf(type: IdentifierType, normal: string): string {
  return type === 'phone' || type === 'whatsapp' ? normal.replace(/\D/g, '') : normal;
}
