import { type SqlBool, sql, type Updateable } from 'kysely';
import type { RequestKind, RequestState } from '../../domain/data-requests/states.ts';
import type { Tx } from '../database.ts';
import { oneOf } from '../list-conditions.ts';
import { containsPattern, inOrder, type Page, type PageRequest } from '../page.ts';
import { readIds, type SortedList, type SortKey } from '../sorted-list.ts';
import type { Tables } from '../tables.ts';

export interface Approval {
  readonly user: string;
  readonly at: string;
  readonly what: 'request' | 'several_people';
}

export interface RequestRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly caseId: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly stateSince: Date;
  readonly receivedOn: string;
  readonly deadlineOn: string;
  readonly deadlineAt: Date;
  readonly extendedAt: Date | null;
  readonly sealedPerson: Buffer;
  readonly label: string;
  readonly identifierTypes: readonly string[];
  readonly hashes: readonly string[];
  readonly sealedIdentityNote: Buffer | null;
  readonly sealedExtensionReason: Buffer | null;
  readonly sealedEndReason: Buffer | null;
  readonly ground: string | null;
  readonly duplicateOf: string | null;
  readonly waitsFor: string | null;
  readonly createdBy: string;
  readonly creator: string;
  readonly createdAt: Date;
  readonly handledBy: readonly string[];
  readonly approvals: readonly Approval[];
  /** For so many a second person said that all of them are meant. */
  readonly confirmedPeople: number | null;
  readonly people: number | null;
  readonly round: number;
  readonly stopUntil: Date | null;
  readonly errorCode: string | null;
  readonly errorValue: unknown;
  /** Line of the ledger; null: nothing was changed yet. */
  readonly ledgerSeq: number | null;
  /** Of a rectification: since when rows may have been changed; null: none was. */
  readonly touchedAt: Date | null;
  /** Files of which nobody can tell whether they hold the person. */
  readonly unknownExports: number;
  readonly endedAt: Date | null;
  readonly version: number;
  /** When it was read. */
  readonly readAt: Date;
}

const COLUMNS = [
  'data_request.id',
  'data_request.tenant_id as tenantId',
  'data_request.case_id as caseId',
  'data_request.kind',
  sql<RequestState>`data_request.state`.as('state'),
  'data_request.state_since as stateSince',
  sql<string>`data_request.received_on::text`.as('receivedOn'),
  sql<string>`data_request.deadline_on::text`.as('deadlineOn'),
  'data_request.deadline_at as deadlineAt',
  'data_request.extended_at as extendedAt',
  'data_request.sealed_person as sealedPerson',
  'data_request.label',
  'data_request.identifier_types as identifierTypes',
  'data_request.hashes',
  'data_request.sealed_identity_note as sealedIdentityNote',
  'data_request.sealed_extension_reason as sealedExtensionReason',
  'data_request.sealed_end_reason as sealedEndReason',
  'data_request.ground',
  'data_request.duplicate_of as duplicateOf',
  'data_request.waits_for as waitsFor',
  'data_request.created_by as createdBy',
  sql<string>`coalesce((SELECT name FROM app_user WHERE app_user.tenant_id = data_request.tenant_id AND app_user.id = data_request.created_by), '')`.as(
    'creator',
  ),
  'data_request.created_at as createdAt',
  'data_request.handled_by as handledBy',
  sql<readonly Approval[]>`data_request.approvals`.as('approvals'),
  'data_request.confirmed_people as confirmedPeople',
  'data_request.people',
  'data_request.round',
  'data_request.stop_until as stopUntil',
  'data_request.error_code as errorCode',
  'data_request.error_value as errorValue',
  'data_request.ledger_seq as ledgerSeq',
  'data_request.touched_at as touchedAt',
  'data_request.unknown_exports as unknownExports',
  'data_request.ended_at as endedAt',
  'data_request.version',
  sql<Date>`udm_now()`.as('readAt'),
] as const;

function requests(tx: Tx, tenantId: string) {
  return tx.selectFrom('data_request').where('data_request.tenant_id', '=', tenantId).select(COLUMNS);
}

export async function readRequest(tx: Tx, tenantId: string, id: string): Promise<RequestRecord | null> {
  return (await requests(tx, tenantId).where('data_request.id', '=', id).executeTakeFirst()) ?? null;
}

/** The same; until the end of the transaction nobody else moves it. */
export async function lockRequest(tx: Tx, tenantId: string, id: string): Promise<RequestRecord | null> {
  return (await requests(tx, tenantId).where('data_request.id', '=', id).forUpdate('data_request').executeTakeFirst()) ?? null;
}

/** Erasures that have begun and are not over. */
export async function findErasuresGoing(tx: Tx, tenantId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('data_request')
    .where('tenant_id', '=', tenantId)
    .where('state', 'in', ['running', 'verified'])
    .where('ledger_seq', 'is not', null)
    .select('id')
    .execute();
  return rows.map(({ id }) => id);
}

export type NewRequestRecord = Pick<
  RequestRecord,
  | 'id'
  | 'tenantId'
  | 'caseId'
  | 'kind'
  | 'receivedOn'
  | 'deadlineOn'
  | 'sealedPerson'
  | 'label'
  | 'sealedIdentityNote'
  | 'duplicateOf'
  | 'waitsFor'
  | 'createdBy'
> & { readonly deadlineAt: number; readonly identifierTypes: readonly string[]; readonly hashes: readonly string[]; readonly begins: boolean };

/** So many rows one statement takes. */
const AT_ONCE = 500;

export async function insertRequests(tx: Tx, records: readonly NewRequestRecord[]): Promise<void> {
  const rows = records.map((one) => ({
    id: one.id,
    tenant_id: one.tenantId,
    case_id: one.caseId,
    kind: one.kind,
    received_on: one.receivedOn,
    deadline_on: one.deadlineOn,
    deadline_at: new Date(one.deadlineAt),
    sealed_person: one.sealedPerson,
    label: one.label,
    identifier_types: [...one.identifierTypes],
    hashes: [...one.hashes],
    sealed_identity_note: one.sealedIdentityNote,
    begins: one.begins,
    duplicate_of: one.duplicateOf,
    waits_for: one.waitsFor,
    created_by: one.createdBy,
    handled_by: [one.createdBy],
    approvals: '[]',
  }));
  for (let at = 0; at < rows.length; at += AT_ONCE)
    await tx
      .insertInto('data_request')
      .values(rows.slice(at, at + AT_ONCE))
      .execute();
}

/** Changes what is given, and sets the times named to now; each change is another version. */
export async function updateRequest(
  tx: Tx,
  tenantId: string,
  id: string,
  change: Updateable<Tables['data_request']>,
  ...now: readonly ('extended_at' | 'ended_at' | 'key_destroyed_at' | 'touched_at')[]
): Promise<void> {
  const stamps = Object.fromEntries((change.state === undefined ? now : ['state_since', ...now]).map((name) => [name, sql<Date>`udm_now()`]));
  await tx
    .updateTable('data_request')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .set({ ...change, ...stamps, version: sql<number>`version + 1` })
    .execute();
}

/** Those of them whose key is still needed. */
export async function requestsWithKey(tx: Tx, tenantId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('data_request')
    .where('tenant_id', '=', tenantId)
    .where(sql<SqlBool>`id = ANY(${[...ids]}::uuid[])`)
    .where('key_destroyed_at', 'is', null)
    .select('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Whoever submits or holds people of a tenant waits for another who does: nobody overlooks what the other is just making. */
export async function lockPeople(tx: Tx, tenantId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`people ${tenantId}`}, 0))`.execute(tx);
}

export interface OpenRequest {
  readonly id: string;
  readonly caseId: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly hashes: readonly string[];
  readonly createdAt: Date;
}

/** Requests that are not ended and concern somebody with one of these identifiers, the oldest first. */
export async function openRequestsOf(tx: Tx, tenantId: string, hashes: readonly string[]): Promise<OpenRequest[]> {
  return tx
    .selectFrom('data_request')
    .where('tenant_id', '=', tenantId)
    .where('ended_at', 'is', null)
    .where(sql<SqlBool>`hashes && ${[...hashes]}::text[]`)
    .select(['id', 'case_id as caseId', 'kind', sql<RequestState>`state`.as('state'), 'hashes', 'created_at as createdAt'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Those that are not ended and whose deadline is over or ends within so many days. */
export async function openRequestsDue(tx: Tx, tenantId: string, days: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('data_request')
    .where('tenant_id', '=', tenantId)
    .where('ended_at', 'is', null)
    .where('deadline_at', '<=', sql<Date>`udm_now() + make_interval(days => ${days})`)
    .select('id')
    .orderBy('deadline_at')
    .execute();
  return rows.map(({ id }) => id);
}

export interface RequestFilter {
  readonly kind?: readonly string[] | undefined;
  /** Also `open` and `ended`. */
  readonly state?: readonly string[] | undefined;
  readonly overdue?: 'true' | 'false' | undefined;
  /** In the case id. */
  readonly text?: string | undefined;
}

const COUNT_UP_TO = 100_000;
const created: SortKey = { column: sql`data_request.created_at`, type: 'timestamptz' };
const SORTS: Readonly<Record<string, SortKey>> = {
  createdAt: created,
  caseId: { column: sql`lower(data_request.case_id)`, type: 'text' },
  kind: { column: sql`data_request.kind`, type: 'text' },
  state: { column: sql`data_request.state`, type: 'text' },
  receivedOn: { column: sql`data_request.received_on::timestamptz`, type: 'timestamptz' },
  deadline: { column: sql`data_request.deadline_at`, type: 'timestamptz' },
};

/** One page of the requests of a tenant. */
export async function listRequests(tx: Tx, tenantId: string, filter: RequestFilter, request: PageRequest): Promise<Page<RequestRecord>> {
  const late = sql<SqlBool>`(data_request.ended_at IS NULL AND data_request.deadline_at <= (SELECT udm_now()))`;
  const list: SortedList = {
    from: sql`data_request`,
    table: 'data_request',
    always: [sql`data_request.tenant_id = ${tenantId}`],
    filters: [
      ...oneOf(sql`data_request.kind`, filter.kind),
      ...inStates(filter.state),
      ...(filter.overdue === undefined ? [] : [filter.overdue === 'true' ? late : sql<SqlBool>`NOT ${late}`]),
      ...(filter.text === undefined ? [] : [sql<SqlBool>`lower(data_request.case_id) LIKE lower(${containsPattern(filter.text)})`]),
    ],
    sorts: SORTS,
    ties: [created, { column: sql`data_request.id`, type: 'uuid' }],
    countUpTo: COUNT_UP_TO,
  };
  const page = await readIds(tx, list, request);
  const rows = page.items.length === 0 ? [] : await requests(tx, tenantId).where('data_request.id', 'in', page.items).execute();
  return { ...page, items: inOrder(rows, page.items) };
}

function inStates(states: readonly string[] | undefined) {
  if (states === undefined) return [];
  const named = oneOf(
    sql`data_request.state`,
    states.filter((one) => one !== 'open' && one !== 'ended'),
  );
  const whole = [
    ...(states.includes('open') ? [sql<SqlBool>`data_request.ended_at IS NULL`] : []),
    ...(states.includes('ended') ? [sql<SqlBool>`data_request.ended_at IS NOT NULL`] : []),
  ];
  return [sql<SqlBool>`(${sql.join([...named, ...whole], sql` OR `)})`];
}
