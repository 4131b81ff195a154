/**
 * The text that empties tables and all that point at their rows, as `TRUNCATE … CASCADE` does and in a tenth of its time: for a few rows
 * new files of every table and index are what costs. No trigger fires. Asked as a superuser.
 */
export function emptyTables(tables: string): string {
  return `DO $$ DECLARE one regclass; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN
      WITH RECURSIVE emptied AS (
        SELECT trim(name)::regclass::oid AS id FROM unnest(string_to_array('${tables}', ',')) name
        UNION SELECT conrelid FROM pg_constraint JOIN emptied ON confrelid = emptied.id
      ) SELECT id::regclass FROM emptied
    LOOP EXECUTE format('DELETE FROM %s', one); END LOOP;
  END $$`;
}
