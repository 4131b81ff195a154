import type { MarkedEntry } from '../../domain/data-requests/ledger-line.ts';
import { CodedError } from '../../errors.ts';
import { reasonOf } from '../../lib/log.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant } from '../../records/database.ts';
import { endReplay, findReplays, wantReplays } from '../../records/data-requests/replays.ts';
import { lockLedgerHead, setLedgerHead } from '../../records/erasure-ledger.ts';
import { findTenants } from '../../records/planner.ts';
import { listSources, type SourceRecord } from '../../records/sources.ts';
import { readTenant } from '../../records/tenants.ts';
import type { Services } from '../services.ts';
import { ledgerStanding } from './ledger-standing.ts';
import { SourceReplay } from './replay-source.ts';
import { changingPeopleOf } from './sealed-person.ts';
import { subjectHash } from './subject-hash.ts';
import { withdrawHeld } from './withdraw-exports.ts';

/**
 * After a restore of UDM's database: it knows less than the ledger. What the ledger says beyond is repeated: exports that hold the people are withdrawn
 * now, before anything is served, and in every source they are to be erased again. Gives how many lines there were.
 */
export async function replayLedger(services: Services): Promise<number> {
  const { ahead } = await ledgerStanding(services);
  const last = ahead.at(-1);
  if (!last) return 0;
  for (const tenantId of await findTenants(services.database)) {
    const own = ahead.filter((one) => one.event === 'begun' && one.tenantId === tenantId);
    if (own.length === 0) continue;
    for (const { requestId, hashes } of own) await withdrawHeld(services, { tenantId, requestId, hashes });
    for (const source of await sourcesOf(services, tenantId)) await wantIn(services, source, own);
  }
  await services.database.transaction().execute(async (tx) => {
    const { seq } = await lockLedgerHead(tx);
    if (seq < last.seq) await setLedgerHead(tx, last);
  });
  services.log.warn({ event: 'ledger.ahead', rows: ahead.length });
  return ahead.length;
}

/** After a restore of a source: all that the ledger says of its tenant is repeated in it. */
export async function wantReplayOf(services: Services, source: SourceRecord): Promise<number> {
  const { entries } = await services.ledger.read();
  const own = entries.filter((one) => one.event === 'begun' && one.tenantId === source.tenantId);
  await wantIn(services, source, own);
  return own.length;
}

/** Repeats what is to be repeated, source by source; what fails stays to be done. Gives the rows taken away. */
export async function replayDue(services: Services, signal: AbortSignal): Promise<number> {
  let rows = 0;
  for (const tenantId of await findTenants(services.database))
    for (const source of await sourcesOf(services, tenantId)) {
      try {
        rows += await replayIn(services, source, signal);
      } catch (error) {
        services.log.warn({ event: 'ledger.replay_failed', reason: error instanceof CodedError ? error.code : reasonOf(error) });
      }
    }
  return rows;
}

/** The same in one source. Errors: `source.*`, `gdpr.no_write_access`. */
export async function replayIn(services: Services, source: SourceRecord, signal: AbortSignal): Promise<number> {
  const { tenantId, id } = source;
  const { replays, phoneRegion } = await inTenant(services.database, tenantId, async (tx) => ({
    replays: await findReplays(tx, tenantId, id),
    phoneRegion: (await readTenant(tx, tenantId)).phoneRegion,
  }));
  if (replays.length === 0) return 0;
  const hash = (one: Parameters<typeof subjectHash>[2]) => subjectHash(services.sealer, tenantId, one);
  const taken = await new SourceReplay(changingPeopleOf(services, source), phoneRegion, hash, replays).go(signal);
  await inTenant(services.database, tenantId, async (tx) => {
    for (const { seq, requestId } of replays) {
      const rows = taken.get(seq) ?? 0;
      await endReplay(tx, tenantId, id, seq, rows);
      const object = { kind: 'request', id: requestId };
      await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.replayed', object, detail: { source: id, line: seq, rows } });
    }
  });
  return [...taken.values()].reduce((sum, one) => sum + one, 0);
}

async function wantIn({ database }: Services, { tenantId, id }: SourceRecord, entries: readonly MarkedEntry[]): Promise<void> {
  await inTenant(database, tenantId, (tx) => wantReplays(tx, tenantId, id, entries));
}

function sourcesOf({ database }: Services, tenantId: string): Promise<SourceRecord[]> {
  return inTenant(database, tenantId, (tx) => listSources(tx, tenantId));
}
