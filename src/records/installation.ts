import type { Database } from './database.ts';

/** The mark of the master key that seals this database's secrets; null before the first start. */
export async function readMasterKeyMark(database: Database): Promise<string | null> {
  return (await database.selectFrom('installation').select('master_key_mark as mark').executeTakeFirst())?.mark ?? null;
}

/** Sets the mark, once and for all; gives the one that holds, which another process may have set first. */
export async function settleMasterKeyMark(database: Database, mark: string): Promise<string> {
  await database
    .insertInto('installation')
    .values({ master_key_mark: mark })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await readMasterKeyMark(database)) as string;
}
