import type { Database, Tx } from './database.ts';

/** How far this database knows the ledger: number and mark of its last line; 0 and empty before the first. */
export interface LedgerHead {
  readonly seq: number;
  readonly mark: string;
}

export async function readLedgerHead(database: Database | Tx): Promise<LedgerHead> {
  return database.selectFrom('erasure_ledger_head').select(['seq', 'mark']).executeTakeFirstOrThrow();
}

/** The same, held until the transaction ends: nobody else adds to the ledger meanwhile. */
export async function lockLedgerHead(tx: Tx): Promise<LedgerHead> {
  return tx.selectFrom('erasure_ledger_head').select(['seq', 'mark']).forUpdate().executeTakeFirstOrThrow();
}

export async function setLedgerHead(tx: Tx, { seq, mark }: LedgerHead): Promise<void> {
  await tx.updateTable('erasure_ledger_head').set({ seq, mark }).execute();
}
