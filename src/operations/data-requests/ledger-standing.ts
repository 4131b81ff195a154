import type { LedgerEvent, MarkedEntry } from '../../domain/data-requests/ledger-line.ts';
import { CodedError } from '../../errors.ts';
import type { LedgerRead } from '../../ledger/ledger.ts';
import { type LedgerHead, lockLedgerHead, readLedgerHead, setLedgerHead } from '../../records/erasure-ledger.ts';
import type { Tx } from '../../records/database.ts';
import type { Services } from '../services.ts';

/** The ledger of erasures beside the database, which knows how far it was written (decision 0040). */

export interface LedgerStanding {
  readonly entries: readonly MarkedEntry[];
  /** What the database does not know of: it is older than the ledger, or a stop came between the two. */
  readonly ahead: readonly MarkedEntry[];
}

/** Errors: `ledger.changed` when the file is not what was written, `ledger.behind` when it lacks what the database knows, `ledger.unreadable`. */
export async function ledgerStanding({ database, ledger }: Services): Promise<LedgerStanding> {
  // The head first: what is added after it was read counts as ahead, never as missing.
  const head = await readLedgerHead(database);
  return compare(head, await ledger.read());
}

/** The same while nobody adds a line: what is ahead then stays so by itself. */
export async function settledStanding({ database, ledger }: Services): Promise<LedgerStanding> {
  return database.transaction().execute(async (tx) => compare(await lockLedgerHead(tx), await ledger.read()));
}

/** Whether a line speaks of the request, also when the database does not know of it; until the end of the transaction none is added. Errors: as of `ledgerStanding`. */
export async function isInLedger({ ledger }: Services, tx: Tx, requestId: string): Promise<boolean> {
  const { entries } = compare(await lockLedgerHead(tx), await ledger.read());
  return entries.some((one) => one.requestId === requestId);
}

export interface Noted {
  readonly tenantId: string;
  readonly requestId: string;
  readonly at: string;
  readonly event: LedgerEvent;
  /** Keyed hashes of all identifiers of the person. */
  readonly hashes: readonly string[];
  readonly sourceIds: readonly string[];
}

/**
 * Writes to the ledger, on the disk when this returns, and in the same transaction how far it was written; gives the number of the line. When the transaction fails later, the
 * ledger is ahead by a line of the same request, which does no harm. Errors: those of `ledgerStanding`; `ledger.ahead`; `ledger.unwritable`.
 */
export async function noteInLedger({ ledger }: Services, tx: Tx, noted: Noted): Promise<number> {
  const head = await lockLedgerHead(tx);
  const entry = await ledger.append(noted, (read) => {
    const others = compare(head, read).ahead.filter((one) => one.requestId !== noted.requestId);
    if (others.length > 0) throw new CodedError('ledger.ahead', { value: others.map(({ seq }) => seq) });
  });
  await setLedgerHead(tx, entry);
  return entry.seq;
}

function compare(head: LedgerHead, { entries, badLines }: LedgerRead): LedgerStanding {
  if (badLines.length > 0) throw new CodedError('ledger.changed', { value: badLines });
  const known = head.seq === 0 || entries[head.seq - 1]?.mark === head.mark;
  if (!known && entries.length < head.seq) throw new CodedError('ledger.behind', { value: { entries: entries.length, known: head.seq } });
  if (!known) throw new CodedError('ledger.changed', { value: [head.seq] });
  return { entries, ahead: entries.slice(head.seq) };
}
