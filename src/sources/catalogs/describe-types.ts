import type { SourceTypeDescription } from '../source.ts';
import type { Catalog } from './catalog.ts';

/** What a source with this catalog offers. */
export function describeTypes(catalog: Catalog): SourceTypeDescription[] {
  return catalog.types.map((type) => ({
    type: type.name,
    entityTypes: type.entityTypes.map((entity) => entity.name),
    hasTime: type.entityTypes.every((entity) => entity.time !== null),
    tellsLateRows: type.entityTypes.every((entity) => entity.arrival !== null),
  }));
}
