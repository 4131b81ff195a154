import { readFileSync } from 'node:fs';
import { type Catalog, loadCatalog } from './catalog.ts';

/** Every built-in catalog by name. A new one is a YAML file here and a line in this list. */
export const CATALOGS: ReadonlyMap<string, Catalog> = new Map(
  ['ucsx', 'iwd'].map((name) => [name, loadCatalog(readFileSync(new URL(`./${name}.yaml`, import.meta.url), 'utf8'))]),
);
