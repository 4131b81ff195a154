import { type Actor, requirePermission } from '../../domain/permission.ts';
import { isSameName } from '../../domain/text-checks.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { readSource } from '../../records/sources.ts';
import type { Services } from '../services.ts';
import { replayIn, type Replayed, type ReplayProgress, wantReplayOf } from './replay-ledger.ts';
import { sourcesOf } from './sealed-person.ts';

/** What came of it in one source. */
export interface SourceReplayed extends Replayed {
  readonly source: string;
  /** Erasures that the ledger knows of. */
  readonly erasures: number;
  /** Why it did not come to its end; it stays to be done. */
  readonly error: CodedError | null;
}

/**
 * Notes that a source was restored from a backup: a worker repeats in it, within ten minutes, what the ledger says, and until then its runs wait. Gives how many
 * erasures that are. Errors: `permission.denied`, `not_found`, `ledger.*`.
 */
export async function wantSourceReplay(services: Services, actor: Actor, id: string): Promise<{ erasures: number }> {
  requirePermission(actor, 'erasures.replay');
  const { tenantId } = actor;
  const source = await inTenant(services.database, tenantId, (tx) => readSource(tx, tenantId, id));
  if (!source) throw new CodedError('not_found');
  return { erasures: await wantReplayOf(services, actor, source) };
}

/**
 * After a restore of sources: erases in them again whom the ledger says was erased, and withdraws the exports that were made of it since. One source that cannot
 * be reached keeps no other from it. `source`: this one alone. Errors: `permission.denied`, `not_found`, `ledger.*`.
 */
export async function replaySources(
  services: Services,
  actor: Actor,
  { source: name }: { readonly source?: string | undefined },
  signal: AbortSignal,
  onProgress: (source: string, now: ReplayProgress) => void = () => undefined,
): Promise<SourceReplayed[]> {
  requirePermission(actor, 'erasures.replay');
  const all = await sourcesOf(services, actor.tenantId);
  const sources = name === undefined ? all : all.filter((one) => isSameName(one.name, name));
  if (name !== undefined && sources.length === 0) throw new CodedError('not_found');
  const wanted = [];
  // All of them first: from now on none is exported from before it is done.
  for (const source of sources) wanted.push({ source, erasures: await wantReplayOf(services, actor, source) });
  const done: SourceReplayed[] = [];
  for (const { source, erasures } of wanted) {
    const named = { source: source.name, erasures };
    try {
      done.push({ ...named, ...(await replayIn(services, source, signal, (now) => onProgress(source.name, now))), error: null });
    } catch (error) {
      if (!(error instanceof CodedError) || signal.aborted) throw error;
      done.push({ ...named, repeated: 0, held: 0, found: 0, erased: 0, error });
    }
  }
  return done;
}
