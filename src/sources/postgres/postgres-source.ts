import { CodedError } from '../../errors.ts';
import type { Catalog, EntityType } from '../catalogs/catalog.ts';
import { describeTypes } from '../catalogs/describe-types.ts';
import type { ReadRequest, Source, SourceSnapshot } from '../source.ts';
import { readClock } from './clock.ts';
import { inspect } from './inspect.ts';
import { openPeople } from './people.ts';
import { openProbe } from './probe.ts';
import { readSample } from './sample.ts';
import { inSession, openSession } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { openSnapshot } from './snapshot.ts';

/** A source in PostgreSQL. Connects only when asked to check or to open. */
export function openPostgresSource(settings: PostgresSettings, catalog: Catalog): Source {
  return {
    check: () => check(settings, catalog),
    describe: () => describeTypes(catalog),
    reach: (signal) => reach(settings, signal),
    probe: (signal) => openProbe(settings, catalog, signal),
    sample: (request, signal) => readSample(settings, chosen(catalog, request), request.rows, signal),
    people: openPeople(settings, catalog),
    open: (request, signal) => open(settings, catalog, request, signal),
  };
}

async function check(settings: PostgresSettings, catalog: Catalog): Promise<void> {
  const entityTypes = catalog.types.flatMap((type) => type.entityTypes);
  await inSession(settings, new AbortController().signal, (session) => inspect(session.client, entityTypes));
}

async function reach(settings: PostgresSettings, signal: AbortSignal): Promise<string> {
  return (await inSession(settings, signal, (session) => readClock(session.client, null))).now;
}

async function open(settings: PostgresSettings, catalog: Catalog, request: ReadRequest, signal: AbortSignal): Promise<SourceSnapshot> {
  const entityTypes = chosen(catalog, request);
  const session = await openSession(settings, signal);
  return openSnapshot(session, settings, catalog, entityTypes, request, signal);
}

/** The entity types of a request in the catalog's order. */
function chosen(catalog: Catalog, request: Pick<ReadRequest, 'type' | 'entityTypes'>): EntityType[] {
  const type = catalog.types.find((candidate) => candidate.name === request.type);
  if (!type) throw new CodedError('type.not_supported', { field: 'type', value: request.type, range: catalog.types.map(({ name }) => name) });
  if (request.entityTypes === null) return [...type.entityTypes];
  const offered = type.entityTypes.map((entity) => entity.name);
  const unknown = request.entityTypes.filter((name) => !offered.includes(name));
  if (unknown.length > 0) throw new CodedError('entity_types.unknown', { field: 'entityTypes', value: unknown, range: offered });
  return type.entityTypes.filter((entity) => request.entityTypes?.includes(entity.name));
}
