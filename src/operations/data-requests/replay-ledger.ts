import type { MarkedEntry } from '../../domain/data-requests/ledger-line.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { CodedError } from '../../errors.ts';
import { reasonOf } from '../../lib/log.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { holdsOn } from '../../records/data-requests/holds.ts';
import { expirePackagesOf } from '../../records/data-requests/packages.ts';
import { endReplay, findHeldReplays, findReplays, type WantedReplay, wantReplays } from '../../records/data-requests/replays.ts';
import { lockLedgerHead, setLedgerHead } from '../../records/erasure-ledger.ts';
import { findTenants } from '../../records/planner.ts';
import type { SourceRecord } from '../../records/sources.ts';
import { readTenant } from '../../records/tenants.ts';
import { auditActor } from '../actor-of.ts';
import type { Services } from '../services.ts';
import { holdGuard, isHold } from './hold-guard.ts';
import { type LedgerStanding, ledgerStanding, settledStanding } from './ledger-standing.ts';
import { SourceReplay } from './replay-source.ts';
import { changingPeopleOf, peopleOf, sourcesOf } from './sealed-person.ts';
import { subjectHash } from './subject-hash.ts';
import { withdrawHeld } from './withdraw-exports.ts';

/**
 * After a restore of UDM's database: it knows less than the ledger. What the ledger says beyond is repeated: exports that hold the people are withdrawn
 * now, before anything is served, and in every source they are to be erased again. Gives how many lines there were.
 */
export async function replayLedger(services: Services): Promise<number> {
  return repeatAhead(services, await settledStanding(services));
}

async function repeatAhead(services: Services, { ahead }: LedgerStanding): Promise<number> {
  const last = ahead.at(-1);
  if (!last) return 0;
  for (const tenantId of await findTenants(services.database)) {
    const own = ahead.filter((one) => one.event === 'begun' && one.tenantId === tenantId);
    if (own.length === 0) continue;
    for (const { requestId, hashes } of own) {
      await withdrawHeld(services, { tenantId, requestId, hashes });
      await expirePackages(services, { tenantId, requestId, hashes });
    }
    for (const source of await sourcesOf(services, tenantId)) await wantIn(services, source, own);
  }
  await services.database.transaction().execute(async (tx) => {
    const { seq } = await lockLedgerHead(tx);
    if (seq < last.seq) await setLedgerHead(tx, last);
  });
  services.log.warn({ event: 'ledger.ahead', rows: ahead.length });
  return ahead.length;
}

/**
 * The same at start, before anything is served, and again whenever this is called until it was possible once and there was a ledger: one that is on a disk not yet
 * there stops erasures that the database knows of, not the rest, and `udm doctor` tells of it. Never rejects.
 */
export function openLedgerReplay(services: Services): () => Promise<void> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    try {
      const standing = await settledStanding(services);
      await repeatAhead(services, standing);
      isDone = standing.entries.length > 0;
    } catch (error) {
      services.log.error({ event: 'ledger.not_replayed', reason: reasonOf(error) });
    }
  };
}

/**
 * After a restore of a source: all that the ledger says of its tenant is to be repeated in it, and until it is, runs of the source wait. Gives how many
 * erasures that are. Errors: `permission.denied`, those of `ledgerStanding`.
 */
export async function wantReplayOf(services: Services, actor: Actor, source: SourceRecord): Promise<number> {
  requirePermission(actor, 'erasures.replay');
  const { tenantId, id } = source;
  const own = (await ledgerStanding(services)).entries.filter((one) => one.event === 'begun' && one.tenantId === tenantId);
  if (own.length === 0) return 0;
  await inTenant(services.database, tenantId, async (tx) => {
    await wantReplays(tx, tenantId, id, own);
    const detail = { erasures: own.length };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'source.replay_wanted', object: { kind: 'source', id }, detail });
  });
  return own.length;
}

const REFUSED_MS = 24 * 3_600_000;
/** By id, the version that was refused and when, by the clock of `performance`. */
export type RefusedSources = Map<string, { readonly version: number; readonly at: number }>;

/**
 * Repeats what is to be repeated, source by source; what fails stays to be done, as does what is left when it is to stop. Gives the rows taken away. `refused`
 * is kept from call to call, of sources whose account may not write: such a one is not read again before somebody changed it, or a day has passed.
 */
export async function replayDue(services: Services, signal: AbortSignal, refused: RefusedSources = new Map()): Promise<number> {
  let rows = 0;
  for (const tenantId of await findTenants(services.database))
    for (const source of await sourcesOf(services, tenantId)) {
      if (signal.aborted) return rows;
      const last = refused.get(source.id);
      if (last?.version === source.version && performance.now() - last.at < REFUSED_MS) continue;
      try {
        rows += (await replayIn(services, source, signal)).erased;
      } catch (error) {
        if (signal.aborted) return rows;
        if (error instanceof CodedError && error.code === 'gdpr.no_write_access') refused.set(source.id, { version: source.version, at: performance.now() });
        services.log.warn({ event: 'ledger.replay_failed', reason: error instanceof CodedError ? error.code : reasonOf(error) });
      }
    }
  return rows;
}

export interface ReplayProgress {
  /** Rows of the source that were looked at. */
  readonly rows: number;
  /** Erasures that were repeated, of so many. */
  readonly done: number;
  readonly total: number;
}

export interface Replayed {
  /** Erasures that were repeated. */
  readonly repeated: number;
  /** Erasures of somebody on whom there is a legal hold: they stay to be done. */
  readonly held: number;
  /** Rows that held something of these people, and those that were deleted or changed. */
  readonly found: number;
  readonly erased: number;
}

/**
 * The same in one source: exports that were made of what is found are withdrawn before it is erased. Nobody is erased on whom there is a legal hold, also one
 * that comes meanwhile: what is erased by then stays so. What is interrupted goes on where it was. Errors: `source.*`; `gdpr.no_write_access` when somebody is
 * there and cannot be erased, once all the others are done.
 */
export async function replayIn(
  services: Services,
  source: SourceRecord,
  signal: AbortSignal,
  onProgress: (now: ReplayProgress) => void = () => undefined,
): Promise<Replayed> {
  const { tenantId, id } = source;
  const { free, held, phoneRegion } = await inTenant(services.database, tenantId, async (tx) => ({
    ...(await dividedByHolds(tx, tenantId, await findReplays(tx, tenantId, id))),
    phoneRegion: (await readTenant(tx, tenantId)).phoneRegion,
  }));
  const replayed = { repeated: 0, held, found: 0, erased: 0 };
  if (free.length === 0) return replayed;
  const hash = (one: Parameters<typeof subjectHash>[2]) => subjectHash(services.sealer, tenantId, one);
  const everywhere = (await sourcesOf(services, tenantId)).map((one) => peopleOf(services, one));
  const replay = new SourceReplay(peopleOf(services, source), everywhere, phoneRegion, hash, free);
  const total = free.length;
  const rows = await replay.search(signal, (looked) => onProgress({ rows: looked, done: 0, total }));
  let refused: CodedError | null = null;
  for (const one of free) {
    const outcome = await repeat(services, source, replay, one, signal).catch(accessRefused);
    if (outcome instanceof CodedError) {
      refused = outcome;
      continue;
    }
    const { found, erased, isHeld } = outcome;
    replayed[isHeld ? 'held' : 'repeated'] += 1;
    replayed.found += found;
    replayed.erased += erased;
    onProgress({ rows, done: replayed.repeated, total });
  }
  if (refused) throw refused;
  return replayed;
}

/** Given instead of thrown; rejects with anything else. */
function accessRefused(error: unknown): CodedError {
  if (error instanceof CodedError && error.code === 'gdpr.no_write_access') return error;
  throw error;
}

async function repeat(services: Services, source: SourceRecord, replay: SourceReplay, wanted: WantedReplay, signal: AbortSignal) {
  const { tenantId, id } = source;
  const { seq, requestId, hashes } = wanted;
  const found = await replay.countLeft(seq, signal);
  // Asked again, as a search may take hours.
  const guard = holdGuard(services, { tenantId, hashes });
  let erased = 0;
  let isHeld = false;
  try {
    if (found > 0) {
      await guard();
      // Who is held by now keeps what this one had in common with them.
      for (const held of await inTenant(services.database, tenantId, (tx) => findHeldReplays(tx, tenantId, id))) replay.keep(held);
      await withdrawHeld(services, { tenantId, requestId, hashes });
      // Only now, as a source in which nobody is needs no account to change rows.
      for await (const rows of replay.erase(seq, changingPeopleOf(services, source), guard, signal)) erased += rows;
    }
  } catch (error) {
    if (!isHold(error)) throw error;
    isHeld = true;
  }
  await inTenant(services.database, tenantId, async (tx) => {
    const isEnded = !isHeld && (await endReplay(tx, tenantId, id, wanted, erased));
    // What was erased is on record also where it stays to be done.
    if (!isEnded && erased === 0) return;
    const action = isHeld ? 'request.halted' : 'request.replayed';
    const detail = { source: id, line: seq, rows: erased };
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action, object: { kind: 'request', id: requestId }, detail });
  });
  return { found, erased, isHeld };
}

/** All that stands in the older database was given before the erasure. Their files go with housekeeping: that one cannot be deleted keeps nothing else back. */
async function expirePackages(
  { database }: Services,
  erasure: { readonly tenantId: string; readonly requestId: string; readonly hashes: readonly string[] },
): Promise<void> {
  const { tenantId, requestId, hashes } = erasure;
  await inTenant(database, tenantId, async (tx) => {
    for (const id of await expirePackagesOf(tx, tenantId, hashes))
      await recordAct(tx, {
        tenantId,
        actor: { kind: 'system' },
        action: 'request.package_expired',
        object: { kind: 'request', id },
        detail: { erasure: requestId },
      });
  });
}

async function dividedByHolds(tx: Tx, tenantId: string, replays: readonly WantedReplay[]): Promise<{ free: WantedReplay[]; held: number }> {
  const free: WantedReplay[] = [];
  for (const one of replays) if ((await holdsOn(tx, tenantId, one.hashes)).length === 0) free.push(one);
  return { free, held: replays.length - free.length };
}

async function wantIn({ database }: Services, { tenantId, id }: SourceRecord, entries: readonly MarkedEntry[]): Promise<void> {
  await inTenant(database, tenantId, (tx) => wantReplays(tx, tenantId, id, entries));
}
