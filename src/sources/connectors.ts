import { CodedError } from '../errors.ts';
import { CATALOGS } from './catalogs/all-catalogs.ts';
import type { Catalog } from './catalogs/catalog.ts';
import { describeFields } from './catalogs/describe-fields.ts';
import { describeTypes } from './catalogs/describe-types.ts';
import { openPostgresSource } from './postgres/postgres-source.ts';
import { readPostgresSettings } from './postgres/settings.ts';
import type { EntityFields, Source, SourceTypeDescription, SourceWriter } from './source.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Every connector by name. A new one is a folder and a line here. */
const CONNECTORS: Readonly<
  Record<string, (settings: Settings, secret: string, hosts: readonly string[], catalog: Catalog, writer: SourceWriter | null) => Source>
> = {
  postgres: (settings, secret, hosts, catalog, writer) => openPostgresSource(readPostgresSettings(settings, secret, hosts, writer), catalog),
};

/** The connectors and built-in catalogs of this UDM. `hosts`: where sources may be (decision 0037); empty: anywhere that is not refused always. */
export function connectorsFor(hosts: readonly string[]) {
  return {
    /** Names of the connectors. */
    kinds: Object.keys(CONNECTORS),
    /** Names of the built-in catalogs. */
    catalogs: [...CATALOGS.keys()],

    /** Types of a built-in catalog; `catalog.invalid` when there is none of that name. */
    describe(catalog: string): readonly SourceTypeDescription[] {
      return describeTypes(catalogNamed(catalog));
    },

    /** The fields of a type of a built-in catalog; null when it has no such type. Error: `catalog.invalid`. */
    fields(catalog: string, type: string): readonly EntityFields[] | null {
      return describeFields(catalogNamed(catalog), type);
    },

    /** A source ready to be asked; nothing is connected yet. `source.invalid` names all that is wrong with the settings. */
    open(connector: string, catalog: string, settings: Settings, secret: string, writer: SourceWriter | null = null): Source {
      const open = Object.hasOwn(CONNECTORS, connector) ? CONNECTORS[connector] : undefined;
      if (!open)
        throw new CodedError('source.invalid', {
          problems: [{ code: 'source.invalid', field: 'connector', value: connector, range: Object.keys(CONNECTORS) }],
        });
      return open(settings, secret, hosts, catalogNamed(catalog), writer);
    },
  };
}

function catalogNamed(name: string): Catalog {
  const catalog = CATALOGS.get(name);
  if (!catalog)
    throw new CodedError('catalog.invalid', { problems: [{ code: 'catalog.invalid', field: 'catalog', value: name, range: [...CATALOGS.keys()] }] });
  return catalog;
}
