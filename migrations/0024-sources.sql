-- Sources as an administrator keeps them: changed by version, deleted while what they gave stays, and one of a name whatever its capitals.

ALTER TABLE source
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN deleted_at timestamptz;

-- Names that differ in capitals only were two sources until now: the later ones get a number.
ALTER TABLE source NO FORCE ROW LEVEL SECURITY;
UPDATE source SET name = source.name || ' (' || twin.number || ')'
  FROM (SELECT id, row_number() OVER (PARTITION BY tenant_id, lower(name) ORDER BY created_at, id) AS number FROM source) twin
 WHERE twin.id = source.id AND twin.number > 1;
ALTER TABLE source FORCE ROW LEVEL SECURITY;

-- The name of a deleted source is free for another one.
ALTER TABLE source DROP CONSTRAINT source_tenant_id_name_key;
CREATE UNIQUE INDEX source_of_name ON source (tenant_id, lower(name)) WHERE deleted_at IS NULL;
