import type { Database } from './database.ts';

/** The keys that UDM signs with: of the installation, so no tenant is asked. One is in use; the others stay listed for what they signed. */

export interface NewSigningKey {
  readonly id: string;
  readonly publicKey: string;
  readonly sealedPrivateKey: Buffer;
}

/** The key in use with its sealed private key; null before the first one. */
export async function readSigningKey(database: Database): Promise<NewSigningKey | null> {
  const row = await database
    .selectFrom('signing_key')
    .where('retired_at', 'is', null)
    .select(['id', 'public_key as publicKey', 'sealed_private_key as sealedPrivateKey'])
    .executeTakeFirst();
  return row ? { ...row, sealedPrivateKey: row.sealedPrivateKey as Buffer } : null;
}

/** Puts a key in use; false when another is already. */
export async function insertSigningKey(database: Database, key: NewSigningKey): Promise<boolean> {
  const made = await database
    .insertInto('signing_key')
    .values({ id: key.id, public_key: key.publicKey, sealed_private_key: key.sealedPrivateKey })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return made !== undefined;
}
