import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { type Holders, holderIn } from '../../domain/data-requests/person-graph.ts';
import type { Knowledge } from '../../domain/data-requests/row-verdict.ts';
import { CodedError } from '../../errors.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { readSnapshot } from '../../records/data-requests/findings.ts';
import { readRequest, type RequestRecord } from '../../records/data-requests/requests.ts';
import type { StepLease } from '../../records/data-requests/steps.ts';
import { listSources, type SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs } from '../../sources/people.ts';
import type { Source } from '../../sources/source.ts';
import type { Services } from '../services.ts';
import { changingConnectorOf, connectorOf } from '../sources.ts';

/** Who the person is, as discovery found out; sealed with the key of the case. */
export interface FoundPerson {
  readonly aliases: readonly NormalIdentifier[];
  readonly holders: Holders;
  readonly region: string | null;
}

export const FOUND_PART = 'person';

/** What a step works on; null when the request has gone on without it. */
export async function requestOfStep(tx: Tx, lease: StepLease, ...states: readonly string[]): Promise<RequestRecord | null> {
  const request = await readRequest(tx, lease.tenantId, lease.requestId);
  return request && request.round === lease.round && states.includes(request.state) ? request : null;
}

/** Errors: `gdpr.key_lost`. */
export async function openFoundPerson({ database, caseKeys }: Services, tenantId: string, requestId: string): Promise<FoundPerson> {
  const sealed = await inTenant(database, tenantId, (tx) => readSnapshot(tx, tenantId, requestId, FOUND_PART));
  if (!sealed) throw new CodedError('gdpr.key_lost', { value: requestId });
  return (await caseKeys.open({ tenantId, requestId })).open<FoundPerson>(sealed, FOUND_PART);
}

export function knowledgeOf({ holders, region }: FoundPerson): Knowledge {
  return { region, holderOf: holderIn(holders) };
}

/** What can be asked of a source about people. Error: `gdpr.no_catalog` with its name. */
export function peopleOf(services: Services, source: SourceRecord): PeopleVerbs {
  return peopleIn(services, source, connectorOf(services, source));
}

/** The same with the account that may change rows. Errors: also `gdpr.no_write_access` with the name of a source that has none. */
export function changingPeopleOf(services: Services, source: SourceRecord): PeopleVerbs {
  const people = peopleIn(services, source, changingConnectorOf(services, source));
  if (!people.mayChange) throw new CodedError('gdpr.no_write_access', { value: source.name });
  return people;
}

function peopleIn({ sharedPeople }: Services, source: SourceRecord, { people }: Source): PeopleVerbs {
  if (!people) throw new CodedError('gdpr.no_catalog', { value: source.name });
  return sharedPeople.of(`${source.id} ${source.version}`, people);
}

export async function sourcesOf({ database }: Services, tenantId: string): Promise<SourceRecord[]> {
  return inTenant(database, tenantId, (tx) => listSources(tx, tenantId));
}
