import type { EntityFields, FieldDescription } from '../source.ts';
import type { Catalog, EntityType, Fields } from './catalog.ts';
import { isShown } from './masking.ts';

/** The fields of each entity type of a type, as a line of its file has them; null when the catalog has no such type. */
export function describeFields(catalog: Catalog, type: string): EntityFields[] | null {
  const found = catalog.types.find((one) => one.name === type);
  return found ? found.entityTypes.map((entity) => ({ entityType: entity.name, ...fieldsOf(entity) })) : null;
}

function fieldsOf({ fields, lists, attachments }: EntityType): Omit<EntityFields, 'entityType'> {
  const nested = Object.entries(lists).flatMap(([name, list]) => [
    { name, type: 'array', format: null, title: list.title ?? null, nullable: false, identifies: null, shown: false },
    ...described(list.fields, `${name}[].`),
  ]);
  return { fields: [...described(fields, ''), ...nested], attachments: attachments ? described(attachments.fields, '') : [] };
}

function described(fields: Fields, prefix: string): FieldDescription[] {
  return Object.entries(fields).map(([name, field]) => ({
    name: `${prefix}${name}`,
    type: field.type,
    format: field.format ?? null,
    title: field.title ?? null,
    nullable: field.nullable,
    identifies: field.identifies ?? null,
    // Rows of another table come into a sample as a number of them.
    shown: prefix === '' && isShown(field),
  }));
}
