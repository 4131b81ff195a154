/** JSON Schema draft-07 of the lines a catalog describes; the same for every connector. */

import type { Catalog, EntityType, Field, Fields } from './catalog.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Schema of one line of `<EntityType>.jsonl`. */
export function rowSchema(catalog: Catalog, entity: EntityType): JsonSchema {
  const lists = Object.entries(entity.lists).map(([name, list]) => [name, { type: 'array', ...titled(list.title), items: objectOf(properties(list.fields)) }]);
  return {
    ...head(catalog, entity.name, `${entity.name} (${catalog.title})`),
    ...objectOf({ ...properties(entity.fields), ...Object.fromEntries(lists) }),
  };
}

/** Schema of one line of `<EntityType>-Attachment.jsonl`. */
export function attachmentSchema(catalog: Catalog, entity: EntityType, fields: Fields): JsonSchema {
  return {
    ...head(catalog, `${entity.name}-Attachment`, `Attachments of ${entity.name} (${catalog.title})`),
    ...objectOf(properties(fields)),
  };
}

function head(catalog: Catalog, name: string, title: string): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:udm:schema:${catalog.name}:${catalog.version}:${name}`,
    title,
  };
}

/** Every line has every property, null where there is no value; so required and closed. */
function objectOf(byName: JsonSchema): JsonSchema {
  return { type: 'object', properties: byName, required: Object.keys(byName), additionalProperties: false };
}

function properties(fields: Fields): JsonSchema {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, property(field)]));
}

function property(field: Field): JsonSchema {
  if (field.type === 'any') return titled(field.title);
  const type = field.type === 'base64' ? 'string' : field.type;
  return {
    type: field.nullable ? [type, 'null'] : type,
    ...(field.format ? { format: field.format } : {}),
    ...(field.type === 'base64' ? { contentEncoding: 'base64' } : {}),
    ...titled(field.title),
  };
}

function titled(title: string | undefined): JsonSchema {
  return title === undefined ? {} : { title };
}
