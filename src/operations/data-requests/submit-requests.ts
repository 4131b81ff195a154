import { randomUUID } from 'node:crypto';
import type { CaseName } from '../../case-keys/case-keys.ts';
import type { DataRequestCheck, DataRequestView } from '../../contract/data-request.ts';
import { deadlineOf } from '../../domain/data-requests/deadline.ts';
import { labelOf } from '../../domain/data-requests/mask.ts';
import { type NewRequest, parseNewRequest, parseRequestFile, type SentRequest, type Surroundings } from '../../domain/data-requests/new-request.ts';
import type { RequestKind } from '../../domain/data-requests/states.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { CodedError, type Problem } from '../../errors.ts';
import { recordActs } from '../../records/audit.ts';
import { databaseNow } from '../../records/clock.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import {
  insertRequests,
  lockPeople,
  type NewRequestRecord,
  type OpenRequest,
  openRequestsOf,
  readRequest,
  type RequestRecord,
  updateRequest,
} from '../../records/data-requests/requests.ts';
import { readTenant } from '../../records/tenants.ts';
import { auditActor } from '../actor-of.ts';
import type { Services } from '../services.ts';
import { sealNote } from './notes.ts';
import { correctableFields } from './correctable-fields.ts';
import { presentRequest } from './present-request.ts';
import { PERSON_PART, type SealedPerson } from './sealed-view.ts';
import { subjectHashes } from './subject-hash.ts';

/** One request that is about to be made, with the ids and hashes it will have. */
interface Draft {
  readonly id: string;
  readonly kind: RequestKind;
  readonly request: NewRequest;
  readonly hashes: readonly string[];
  /** In the list of those submitted together. */
  readonly index: number;
}

/** What submitting would make; nothing is stored. Errors: `request.invalid` with all problems. */
export async function checkRequest(services: Services, actor: Actor, sent: SentRequest): Promise<DataRequestCheck> {
  requirePermission(actor, 'requests.handle');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const surroundings = await surroundingsOf(services, tx, actor.tenantId);
    const request = parseNewRequest(sent, surroundings);
    const open = await openRequestsOf(tx, actor.tenantId, subjectHashes(services.sealer, actor.tenantId, request.identifiers));
    const deadline = deadlineOf(request.receivedOn, surroundings.timeZone, false);
    return {
      identifiers: request.identifiers.map(({ type, normal, notes }) => ({ type, normal, notes: [...notes] })),
      kinds: [...request.kinds],
      deadlineOn: deadline.on,
      isOverdue: deadline.at <= surroundings.now,
      duplicates: open.filter((one) => request.kinds.includes(one.kind)).map(({ kind, id, caseId }) => ({ kind, id, caseId })),
    };
  });
}

/**
 * Makes a request of each kind for one person. With a note on their identity UDM goes on by itself.
 * Errors: `request.invalid` with all problems, `gdpr.duplicate` with the id of the open one.
 */
export async function submitRequest(services: Services, actor: Actor, sent: SentRequest): Promise<{ items: DataRequestView[] }> {
  requirePermission(actor, 'requests.handle');
  const { tenantId } = actor;
  const surroundings = await inTenant(services.database, tenantId, (tx) => surroundingsOf(services, tx, tenantId));
  const drafts = draftsOf(services, tenantId, [parseNewRequest(sent, surroundings)]);
  return storing(services, tenantId, drafts, async (tx) => {
    await store(services, tx, actor, drafts, surroundings, (index) => (sent.kinds.length > 1 ? `kinds[${index}]` : 'kinds'));
    const tenant = await readTenant(tx, tenantId);
    const made: DataRequestView[] = [];
    for (const { id } of drafts) made.push(presentRequest((await readRequest(tx, tenantId, id)) as RequestRecord, tenant, actor));
    return { items: made };
  });
}

/** The same for the people of a file: all of them or none. Errors: `request.invalid` and `gdpr.duplicate`, each with all problems. */
export async function submitRequestFile(services: Services, actor: Actor, file: unknown): Promise<{ made: number; ids: string[] }> {
  requirePermission(actor, 'requests.handle');
  const { tenantId } = actor;
  const surroundings = await inTenant(services.database, tenantId, (tx) => surroundingsOf(services, tx, tenantId));
  const drafts = draftsOf(services, tenantId, parseRequestFile(file, surroundings));
  return storing(services, tenantId, drafts, async (tx) => {
    await store(services, tx, actor, drafts, surroundings, (index) => `consumers[${index}]`);
    return { made: drafts.length, ids: drafts.map(({ id }) => id) };
  });
}

async function surroundingsOf(services: Services, tx: Tx, tenantId: string): Promise<Surroundings> {
  const { timeZone, phoneRegion } = await readTenant(tx, tenantId);
  return { timeZone, region: phoneRegion, now: Date.parse(await databaseNow(tx)), correctable: await correctableFields(services, tx, tenantId) };
}

function draftsOf({ sealer }: Services, tenantId: string, requests: readonly NewRequest[]): Draft[] {
  return requests.flatMap((request, index) => {
    const hashes = subjectHashes(sealer, tenantId, request.identifiers);
    return request.kinds.map((kind) => ({ id: randomUUID(), kind, request, hashes, index }));
  });
}

/** The keys lie on the disk before a row needs them; when no row comes of it, they go. */
async function storing<T>(services: Services, tenantId: string, drafts: readonly Draft[], work: (tx: Tx) => Promise<T>): Promise<T> {
  const names = drafts.map(({ id }): CaseName => ({ tenantId, requestId: id }));
  try {
    await services.caseKeys.make(names);
    return await inTenant(services.database, tenantId, work);
  } catch (error) {
    // A commit whose answer was lost may have made them all the same: then the keys stay, and housekeeping looks.
    if (error instanceof CodedError && error.code !== 'service.unavailable') await services.caseKeys.destroy(names).catch(() => undefined);
    throw error;
  }
}

async function store(
  services: Services,
  tx: Tx,
  actor: Actor,
  drafts: readonly Draft[],
  { timeZone }: Surroundings,
  placeOf: (index: number) => string,
): Promise<void> {
  const { tenantId } = actor;
  await lockPeople(tx, tenantId);
  const open = await openRequestsOf(tx, tenantId, [...new Set(drafts.flatMap(({ hashes }) => hashes))]);
  refuseDuplicates(drafts, open, placeOf);
  const known = byHash(open);
  const accesses = byHash(drafts.filter(({ kind }) => kind === 'access'));
  const records: NewRequestRecord[] = [];
  for (const draft of drafts) {
    const same = firstOf(known, draft.hashes, (one) => one.kind === draft.kind);
    const access = draft.kind === 'erasure' ? (firstOf(accesses, draft.hashes) ?? firstOf(known, draft.hashes, (one) => one.kind === 'access')) : undefined;
    records.push(await recordOf(services, actor, draft, timeZone, { duplicateOf: same?.id ?? null, waitsFor: access?.id ?? null }));
  }
  await insertRequests(tx, records);
  await letErasuresWait(tx, tenantId, drafts, known);
  const by = auditActor(actor);
  await recordActs(
    tx,
    records.map((one) => ({
      tenantId,
      actor: by,
      action: 'request.submitted' as const,
      object: { kind: 'request', id: one.id },
      detail: { kind: one.kind, receivedOn: one.receivedOn, duplicateOf: one.duplicateOf },
    })),
  );
  if (records.some((one) => one.begins)) await services.queue.advanceRequests(tx);
}

async function recordOf(
  services: Services,
  actor: Actor,
  { id, kind, request, hashes }: Draft,
  timeZone: string,
  links: Pick<NewRequestRecord, 'duplicateOf' | 'waitsFor'>,
): Promise<NewRequestRecord> {
  const { tenantId } = actor;
  const { on, at } = deadlineOf(request.receivedOn, timeZone, false);
  const key = await services.caseKeys.open({ tenantId, requestId: id });
  const identifiers = request.identifiers.map(({ type, normal }) => ({ type, normal }));
  const person: SealedPerson = { identifiers, corrections: kind === 'rectification' ? request.corrections : [] };
  return {
    id,
    tenantId,
    caseId: request.caseId,
    kind,
    receivedOn: request.receivedOn,
    deadlineOn: on,
    deadlineAt: at,
    sealedPerson: key.seal(person, PERSON_PART),
    label: labelOf(identifiers),
    identifierTypes: [...new Set(identifiers.map(({ type }) => type))],
    hashes,
    sealedIdentityNote: request.identityNote === null ? null : sealNote(services.sealer, { tenantId, id }, 'identity', request.identityNote),
    begins: request.identityNote !== null,
    createdBy: actor.userId,
    ...links,
  };
}

type WithHashes = { readonly hashes: readonly string[] };

function byHash<T extends WithHashes>(all: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of all)
    for (const hash of one.hashes) {
      const same = found.get(hash);
      if (same) same.push(one);
      else found.set(hash, [one]);
    }
  return found;
}

function firstOf<T>(known: ReadonlyMap<string, readonly T[]>, hashes: readonly string[], suits: (one: T) => boolean = () => true): T | undefined {
  for (const hash of hashes) {
    const one = known.get(hash)?.find(suits);
    if (one) return one;
  }
  return undefined;
}

/** Both in what is open and in what is submitted together. Error: `gdpr.duplicate`. */
function refuseDuplicates(drafts: readonly Draft[], open: readonly OpenRequest[], placeOf: (index: number) => string): void {
  const known = byHash(open);
  const seen = new Map<string, Draft>();
  const problems: Problem[] = [];
  for (const draft of drafts) {
    const earlier = draft.hashes.map((hash) => seen.get(`${draft.kind} ${hash}`)).find((one) => one !== undefined);
    const same = earlier ? undefined : firstOf(known, draft.hashes, (one) => one.kind === draft.kind);
    const value = earlier ? placeOf(earlier.index) : same?.id;
    if (value !== undefined && !draft.request.confirmDuplicate)
      problems.push({ code: 'gdpr.duplicate', field: placeOf(draft.index), value, range: draft.kind });
    for (const hash of draft.hashes) if (!seen.has(`${draft.kind} ${hash}`)) seen.set(`${draft.kind} ${hash}`, draft);
  }
  const [first] = problems;
  if (first) throw new CodedError('gdpr.duplicate', { field: first.field, value: first.value, problems: problems.slice(0, 100) });
}

/** An erasure that was asked for before and has not begun waits for a new access request of the same person, too. */
async function letErasuresWait(tx: Tx, tenantId: string, drafts: readonly Draft[], known: ReadonlyMap<string, readonly OpenRequest[]>): Promise<void> {
  for (const access of drafts.filter(({ kind }) => kind === 'access')) {
    const erasures = new Set(access.hashes.flatMap((hash) => known.get(hash) ?? []).filter((one) => one.kind === 'erasure'));
    for (const one of erasures) {
      const stands = await readRequest(tx, tenantId, one.id);
      if (!stands || ['running', 'verified'].includes(stands.state)) continue;
      const first = stands.waitsFor === null ? null : await readRequest(tx, tenantId, stands.waitsFor);
      // Of several the first that is open: the others come by themselves when its delay ends.
      if (first === null || first.endedAt !== null) await updateRequest(tx, tenantId, one.id, { waits_for: access.id });
    }
  }
}
