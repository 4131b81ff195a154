-- Erasures that are to be repeated in a source: UDM's database, or the source, is older than the ledger. docs/decisions/0048-suppression-and-replay.md.
CREATE TABLE erasure_replay (
  tenant_id uuid NOT NULL REFERENCES tenant,
  source_id uuid NOT NULL REFERENCES source,
  -- Line of the ledger.
  seq bigint NOT NULL,
  request_id uuid NOT NULL,
  hashes text[] NOT NULL,
  wanted_at timestamptz NOT NULL DEFAULT udm_now(),
  done_at timestamptz,
  -- Rows taken away.
  rows bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, source_id, seq)
);
ALTER TABLE erasure_replay ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure_replay FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasure_replay TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON erasure_replay TO {{app}};
CREATE INDEX erasure_replay_open ON erasure_replay (tenant_id, source_id) WHERE done_at IS NULL;
