import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** The keys that UDM signs with: of the installation, so no tenant is asked. One is in use; the others stay listed for what they signed. */

export interface SigningKeyRecord {
  /** SHA-256 of the public key. */
  readonly id: string;
  /** PEM. */
  readonly publicKey: string;
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
}

export interface NewSigningKey {
  readonly id: string;
  readonly publicKey: string;
  readonly sealedPrivateKey: Buffer;
}

/** All keys, the newest first. */
export async function listSigningKeys(database: Database | Tx): Promise<SigningKeyRecord[]> {
  return database
    .selectFrom('signing_key')
    .select(['id', 'public_key as publicKey', 'created_at as createdAt', 'retired_at as retiredAt'])
    .orderBy(sql`retired_at DESC NULLS FIRST`)
    .orderBy('created_at', 'desc')
    .execute();
}

/** The key in use with its sealed private key; null before the first one. */
export async function readSigningKey(database: Database | Tx): Promise<NewSigningKey | null> {
  const row = await database
    .selectFrom('signing_key')
    .where('retired_at', 'is', null)
    .select(['id', 'public_key as publicKey', 'sealed_private_key as sealedPrivateKey'])
    .executeTakeFirst();
  return row ? { ...row, sealedPrivateKey: row.sealedPrivateKey as Buffer } : null;
}

/** Puts a key in use; false when another is already. */
export async function insertSigningKey(database: Database | Tx, key: NewSigningKey): Promise<boolean> {
  const made = await database
    .insertInto('signing_key')
    .values({ id: key.id, public_key: key.publicKey, sealed_private_key: key.sealedPrivateKey })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return made !== undefined;
}

/** Takes the key out of use and forgets its private half; false when it was not in use. */
export async function retireSigningKey(tx: Tx, id: string): Promise<boolean> {
  const retired = await tx
    .updateTable('signing_key')
    .set({ retired_at: sql<Date>`udm_now()`, sealed_private_key: null })
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return retired !== undefined;
}
