-- What happened inside a run: its attempts with their phases, the settings it was made with, retries, and what needs attention.

-- Settings of jobs as they were, kept once however many runs were made with them; the hash is of the text of the JSON.
CREATE TABLE run_settings (
  tenant_id uuid NOT NULL REFERENCES tenant,
  hash bytea NOT NULL,
  settings jsonb NOT NULL,
  PRIMARY KEY (tenant_id, hash)
);

ALTER TABLE run
  ADD COLUMN settings_hash bytea,
  -- When it got its turn; the order of the queue.
  ADD COLUMN queued_at timestamptz,
  -- How often a person ran it again, and how many attempts had been made by the last time: a retry has its own five attempts.
  ADD COLUMN retries integer NOT NULL DEFAULT 0,
  ADD COLUMN attempts_before integer NOT NULL DEFAULT 0,
  -- Deleted from History. The row stays: the plan, the chain and coverage rest on it.
  ADD COLUMN hidden_at timestamptz,
  -- A later run that published what this one failed or missed to.
  ADD COLUMN superseded_by uuid;

ALTER TABLE run_attempt
  ADD COLUMN cause text NOT NULL DEFAULT 'turn' CHECK (cause IN ('turn', 'crash', 'retry')),
  ADD COLUMN worker text,
  -- [{"phase": "reading", "milliseconds": 1200}, …] in order.
  ADD COLUMN phases jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN error_value jsonb,
  ADD COLUMN row_count bigint,
  ADD COLUMN bytes bigint,
  ADD COLUMN file_bytes bigint;

CREATE INDEX run_attention ON run (tenant_id, scheduled_at DESC, id)
  WHERE status IN ('failed', 'missed') AND superseded_by IS NULL AND hidden_at IS NULL;
CREATE INDEX run_unmended ON run (job_id) WHERE status IN ('failed', 'missed') AND superseded_by IS NULL;
-- The acts on one thing, for the timeline beside it.
CREATE INDEX audit_of_object ON audit_log (object_id, id);

-- What earlier runs failed or missed to export, and a later one of the same job published, needs no attention: as publishing will mark it from
-- now on (decision 0013). Runs of deleted jobs know theirs by the title. FORCE binds the owner too; without lifting it the update would see no row.
ALTER TABLE run NO FORCE ROW LEVEL SECURITY;
UPDATE run SET superseded_by = found.id
FROM run missing CROSS JOIN LATERAL (
  SELECT later.id FROM run later
  WHERE later.source_id = missing.source_id AND later.type = missing.type AND later.tenant_id = missing.tenant_id
    AND (later.job_id = missing.job_id OR missing.job_id IS NULL AND later.job_id IS NULL AND later.job_title = missing.job_title)
    AND later.status IN ('succeeded', 'succeeded_no_data') AND later.finished_at > coalesce(missing.finished_at, missing.scheduled_at)
    AND (later.entity_types IS NULL OR missing.entity_types <@ later.entity_types)
    AND (missing.chain_id = later.chain_id AND missing.window_to <= later.window_to
      OR (later.window_from IS NULL OR missing.window_from >= later.window_from)
        AND (coalesce(later.covered_to, later.window_to) IS NULL OR missing.window_to <= coalesce(later.covered_to, later.window_to)))
  ORDER BY later.finished_at LIMIT 1) found
WHERE missing.id = run.id AND run.status IN ('failed', 'missed');
ALTER TABLE run FORCE ROW LEVEL SECURITY;

ALTER TABLE run_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON run_settings TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON run_settings TO {{app}};
