-- What an erasure did beyond the sources: its line in the ledger, and the exports that held the person.
ALTER TABLE data_request
  -- Line of the ledger that says that it begins; null: nothing was changed yet.
  ADD COLUMN ledger_seq bigint,
  -- Files from before there was an index of whom they hold, and that can still be downloaded: nobody knows.
  ADD COLUMN unknown_exports integer NOT NULL DEFAULT 0;

CREATE TABLE data_request_artifact (
  tenant_id uuid NOT NULL REFERENCES tenant,
  request_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  run_id uuid NOT NULL,
  file_name text NOT NULL,
  source_name text NOT NULL,
  type text NOT NULL,
  withdrawn_at timestamptz NOT NULL DEFAULT udm_now(),
  -- Who had downloaded it by then (Art. 19): { user, at }[]
  downloads jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (request_id, artifact_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES data_request (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE data_request_artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_request_artifact FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON data_request_artifact TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON data_request_artifact TO {{app}};

-- Steps that failed are tried again after an hour; what was found nowhere is looked for once more like everything else.
CREATE OR REPLACE FUNCTION udm_find_due_requests() RETURNS TABLE (tenant_id uuid, request_id uuid)
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT r.tenant_id, r.id FROM data_request r
     WHERE r.state = 'waiting' AND r.stop_until <= (SELECT udm_now()) OR r.state = 'received' AND r.begins
        OR r.state = 'verified' AND NOT EXISTS (SELECT FROM data_request_step s WHERE s.request_id = r.id AND s.phase = 'research_2' AND s.round = r.round AND s.state <> 'done')
    UNION
    SELECT s.tenant_id, s.request_id FROM data_request_step s
     WHERE s.state = 'waiting' AND (s.leased_until IS NULL OR s.leased_until <= (SELECT udm_now()))
        OR s.state = 'running' AND s.leased_until <= (SELECT udm_now())
    UNION
    SELECT s.tenant_id, s.request_id FROM data_request_step s JOIN data_request r ON r.id = s.request_id AND r.round = s.round AND r.state IN ('running', 'verified')
     WHERE s.state = 'failed' AND s.finished_at <= (SELECT udm_now()) - interval '1 hour'
  $$;
