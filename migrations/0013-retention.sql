-- Retention and sweeps: files are deleted from storage after their artifacts expired, never by a clock in doubt. docs/decisions/0026.

ALTER TABLE artifact
  -- The file is no more in storage.
  ADD COLUMN object_gone_at timestamptz,
  -- Deleting the file failed so often, the last time for this reason; it is tried again then.
  ADD COLUMN deletion_tries integer NOT NULL DEFAULT 0,
  ADD COLUMN deletion_next_at timestamptz,
  ADD COLUMN deletion_error text,
  -- The file of an artifact that can be had is not in storage, or has another length.
  ADD COLUMN damage text CHECK (damage IN ('missing', 'damaged')),
  ADD COLUMN damaged_at timestamptz;
CREATE INDEX artifact_to_delete ON artifact (expires_at) WHERE object_gone_at IS NULL;
CREATE INDEX artifact_deleted_in_storage ON artifact (deleted_at) WHERE object_gone_at IS NULL AND deleted_at IS NOT NULL;

CREATE POLICY lookup ON artifact FOR SELECT TO {{owner}} USING (true);
-- Files that retention may delete now: of artifacts that somebody deleted, or that expired at this instant or before (null: none).
CREATE FUNCTION udm_find_files_to_delete(expired timestamptz, most integer) RETURNS TABLE (tenant_id uuid, artifact_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT a.tenant_id, a.id FROM artifact a
    WHERE a.object_gone_at IS NULL AND (a.deleted_at IS NOT NULL OR a.expires_at <= expired)
      -- A next try far ahead is of a clock that was wrong.
      AND (a.deletion_next_at IS NULL OR a.deletion_next_at <= (SELECT udm_now()) OR a.deletion_next_at > (SELECT udm_now() + interval '1 day'))
    ORDER BY a.expires_at LIMIT most $$;
REVOKE EXECUTE ON FUNCTION udm_find_files_to_delete FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_files_to_delete TO {{app}};

-- What UDM saw of the database's clock beside the boot-time clock of a machine, a row for each start of a machine.
CREATE TABLE clock_watch (
  boot_id text PRIMARY KEY,
  -- Milliseconds; of the database since 1970, of the boot-time clock since the machine started.
  anchor_database bigint NOT NULL,
  anchor_boot bigint NOT NULL,
  last_database bigint NOT NULL,
  last_boot bigint NOT NULL,
  floor bigint NOT NULL
);
-- Retention stands still because of the clock until somebody agrees.
CREATE TABLE retention_halt (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cause text NOT NULL CHECK (cause IN ('leap', 'went_back')),
  expected_at timestamptz NOT NULL,
  found_at timestamptz NOT NULL,
  agreed_at timestamptz
);
CREATE UNIQUE INDEX retention_halt_open ON retention_halt ((true)) WHERE agreed_at IS NULL;

-- Objects in storage that no artifact lists and no open run writes, as the sweep first found them.
CREATE TABLE orphan_object (
  object_key text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL DEFAULT udm_now()
);

GRANT SELECT, INSERT, UPDATE, DELETE ON clock_watch, orphan_object TO {{app}};
GRANT SELECT, INSERT, UPDATE ON retention_halt TO {{app}};
