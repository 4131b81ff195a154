import { addRowsSince, NO_COUNTS } from '../../domain/data-requests/erasure-counts.ts';
import { erasureOf, isUncertain } from '../../domain/data-requests/row-verdict.ts';
import { inTenant } from '../../records/database.ts';
import { putCounts, putSnapshot, readFindings, readSnapshots } from '../../records/data-requests/findings.ts';
import { lockRequest } from '../../records/data-requests/requests.ts';
import { extendStep, type StepLease } from '../../records/data-requests/steps.ts';
import type { SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import type { SeenAgain } from './look-again.ts';
import { inPieces, noteKey, type PersonKeys, rowsDiscovered, rowsPart } from './person-rows.ts';
import { requestOfStep } from './sealed-person.ts';

/** Rows read at a time, and keys sealed together. */
const AT_ONCE = 500;

/**
 * Rows that are the person's: those that discovery found, and those that came since. These are counted and their keys sealed before anything is changed:
 * who repeats the step after a kill finds them gone, or with nothing of the person, and could not tell that they were there and on which ground they stay.
 * Null: the request has gone on, or somebody else has the step.
 */
export async function withRowsSince(
  services: Services,
  lease: StepLease,
  { source, people }: { readonly source: SourceRecord; readonly people: PeopleVerbs },
  seen: SeenAgain,
  signal: AbortSignal,
): Promise<PersonKeys | null> {
  const discovered = await rowsDiscovered(services, lease);
  const since = await lookAtNew(people, discovered, seen, signal);
  if (since.keys.size === 0) return discovered;
  const hers = new Map([...discovered].map(([table, keys]) => [table, new Set(keys)]));
  for (const [table, keys] of since.keys) for (const key of keys) noteKey(hers, table, key);
  return (await noteSince(services, lease, source, hers, since)) ? hers : null;
}

interface Since {
  readonly keys: PersonKeys;
  /** Those that stay on a legal ground, by table. */
  readonly kept: ReadonlyMap<string, { readonly rows: number; readonly ground: string }>;
}

/** Which rows that were not the person's when they were looked for are now. */
async function lookAtNew(people: PeopleVerbs, discovered: PersonKeys, { named, knowledge }: SeenAgain, signal: AbortSignal): Promise<Since> {
  const keys = new Map<string, Set<string>>();
  const kept = new Map<string, { rows: number; ground: string }>();
  for (const table of people.tables) {
    const known = discovered.get(table.name);
    const others = new Set([...(named.get(table.name) ?? [])].filter((key) => !known?.has(key)));
    for (const some of inPieces(table.name, AT_ONCE, new Map([[table.name, others]])))
      for await (const batch of people.read([some], signal))
        for (const { row, key, parent } of batch) {
          if (parent !== null) continue;
          const verdict = erasureOf(table, row, knowledge);
          if (verdict.do === 'keep' || isUncertain(verdict)) continue;
          noteKey(keys, table.name, key);
          if (verdict.do === 'change' && verdict.ground !== null) kept.set(table.name, { rows: (kept.get(table.name)?.rows ?? 0) + 1, ground: verdict.ground });
        }
  }
  return { keys, kept };
}

/** All in one transaction, by whoever has the step: nothing is counted twice. */
async function noteSince({ database, caseKeys }: Services, lease: StepLease, source: SourceRecord, hers: PersonKeys, { keys, kept }: Since): Promise<boolean> {
  const { tenantId, requestId } = lease;
  const caseKey = await caseKeys.open({ tenantId, requestId });
  return inTenant(database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    if (!(await requestOfStep(tx, lease, 'running')) || !(await extendStep(tx, lease))) return false;
    const findings = (await readFindings(tx, tenantId, requestId)).filter(({ sourceId }) => sourceId === source.id);
    let index = (await readSnapshots(tx, tenantId, requestId, `${source.id} `)).length;
    for (const table of keys.keys()) {
      const before = findings.find(({ type }) => type === table) ?? NO_COUNTS;
      const stays = kept.get(table);
      const more = { hers: hers.get(table)?.size ?? 0, kept: stays?.rows ?? 0, ground: stays?.ground ?? null };
      await putCounts(tx, tenantId, requestId, source, table, addRowsSince(before, more));
      for (const some of inPieces(table, AT_ONCE, keys)) {
        const part = rowsPart(source.id, index++);
        await putSnapshot(tx, tenantId, requestId, part, caseKey.seal(some, part));
      }
    }
    return true;
  });
}
