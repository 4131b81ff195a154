-- Lists: every column can be sorted and filtered by, one page at a time, among a million runs. docs/decisions/0012.

-- The run that the list of jobs shows of each job: the one that is going, else the newest. A table of its own, because whoever changes a
-- run holds its lock already, and a job is locked before its runs, never after.
CREATE TABLE job_latest (
  job_id uuid PRIMARY KEY REFERENCES export_job ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenant,
  run_id uuid,
  status text,
  at timestamptz
);
-- Every title a job of the tenant has had: a search looks through titles, not through the runs that carry them.
CREATE TABLE job_title (
  tenant_id uuid NOT NULL REFERENCES tenant,
  title_key text NOT NULL,
  PRIMARY KEY (tenant_id, title_key)
);

ALTER TABLE run NO FORCE ROW LEVEL SECURITY;
ALTER TABLE export_job NO FORCE ROW LEVEL SECURITY;
ALTER TABLE artifact NO FORCE ROW LEVEL SECURITY;

ALTER TABLE run
  ADD COLUMN title_key text GENERATED ALWAYS AS (lower(job_title)) STORED,
  ADD COLUMN duration_ms bigint GENERATED ALWAYS AS ((extract(epoch FROM finished_at - started_at) * 1000)::bigint) STORED,
  -- Null until it has ended: progress would move it through its index every second.
  ADD COLUMN rows_total bigint GENERATED ALWAYS AS (CASE WHEN finished_at IS NOT NULL THEN rows_done END) STORED,
  -- Of its files together, and the name of the first.
  ADD COLUMN file_total bigint,
  ADD COLUMN file_key text COLLATE "C";
ALTER TABLE artifact
  ADD COLUMN source_id uuid REFERENCES source,
  ADD COLUMN source_name text,
  ADD COLUMN type text,
  ADD COLUMN job_id uuid REFERENCES export_job ON DELETE SET NULL,
  ADD COLUMN title_key text,
  ADD COLUMN file_key text COLLATE "C" GENERATED ALWAYS AS (lower(file_name)) STORED;

UPDATE artifact SET source_id = run.source_id, source_name = run.source_name, type = run.type, job_id = run.job_id, title_key = run.title_key
  FROM run WHERE run.id = artifact.run_id;
UPDATE run SET file_total = files.total, file_key = files.first
  FROM (SELECT run_id, sum(bytes)::bigint AS total, min(file_key) AS first FROM artifact GROUP BY run_id) files WHERE files.run_id = run.id;
INSERT INTO job_title SELECT tenant_id, lower(title) FROM export_job UNION SELECT tenant_id, title_key FROM run;
INSERT INTO job_latest SELECT j.id, j.tenant_id, r.id, r.status, r.at
  FROM export_job j LEFT JOIN LATERAL (SELECT id, status, coalesce(started_at, scheduled_at) AS at FROM run
    WHERE job_id = j.id AND hidden_at IS NULL ORDER BY status IN ('queued', 'running') DESC, scheduled_at DESC, id DESC LIMIT 1) r ON true;
ALTER TABLE artifact ALTER COLUMN source_id SET NOT NULL, ALTER COLUMN source_name SET NOT NULL, ALTER COLUMN type SET NOT NULL, ALTER COLUMN title_key SET NOT NULL;

ALTER TABLE run FORCE ROW LEVEL SECURITY;
ALTER TABLE export_job FORCE ROW LEVEL SECURITY;
ALTER TABLE artifact FORCE ROW LEVEL SECURITY;

CREATE FUNCTION udm_note_job() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO job_latest (job_id, tenant_id) VALUES (NEW.id, NEW.tenant_id);
  END IF;
  INSERT INTO job_title (tenant_id, title_key) VALUES (NEW.tenant_id, lower(NEW.title)) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER note_job AFTER INSERT OR UPDATE OF title ON export_job FOR EACH ROW EXECUTE FUNCTION udm_note_job();

-- Locks first and looks then: what another transaction did to a run of the same job meanwhile is seen. In the order of ids, so that two
-- that change runs of several jobs never wait for each other.
CREATE FUNCTION udm_note_runs() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE jobs uuid[]; tenants uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT job_id) FILTER (WHERE job_id IS NOT NULL), array_agg(DISTINCT tenant_id) INTO jobs, tenants FROM new_rows;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT job_id) FILTER (WHERE job_id IS NOT NULL), array_agg(DISTINCT tenant_id) INTO jobs, tenants FROM old_rows;
  ELSE
    SELECT array_agg(DISTINCT n.job_id) FILTER (WHERE n.job_id IS NOT NULL), array_agg(DISTINCT n.tenant_id) INTO jobs, tenants
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE (n.status, n.scheduled_at, n.started_at, n.hidden_at) IS DISTINCT FROM (o.status, o.scheduled_at, o.started_at, o.hidden_at);
  END IF;
  PERFORM pg_notify('udm_changed', tenant || ' run') FROM unnest(tenants) AS tenant;
  IF jobs IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM job_latest WHERE job_id = ANY(jobs) ORDER BY job_id FOR UPDATE;
  UPDATE job_latest SET run_id = found.id, status = found.status, at = found.at
  FROM (SELECT j.id AS job_id, r.* FROM unnest(jobs) AS j(id) LEFT JOIN LATERAL (
      (SELECT id, status, coalesce(started_at, scheduled_at) AS at FROM run WHERE job_id = j.id AND status IN ('queued', 'running') LIMIT 1)
      UNION ALL
      (SELECT id, status, coalesce(started_at, scheduled_at) AS at FROM run
        WHERE job_id = j.id AND hidden_at IS NULL ORDER BY scheduled_at DESC, id DESC LIMIT 1)
      LIMIT 1) r ON true) found
  WHERE job_latest.job_id = found.job_id AND (job_latest.run_id, job_latest.status, job_latest.at) IS DISTINCT FROM (found.id, found.status, found.at);
  RETURN NULL;
END $$;
CREATE TRIGGER note_made AFTER INSERT ON run REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION udm_note_runs();
CREATE TRIGGER note_changed AFTER UPDATE ON run REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION udm_note_runs();
CREATE TRIGGER note_gone AFTER DELETE ON run REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION udm_note_runs();

-- Browsers that show a list are told that it changed, once in a transaction and without saying what: they ask again.
CREATE FUNCTION udm_tell_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('udm_changed', tenant_id || ' ' || TG_ARGV[0]) FROM (SELECT DISTINCT tenant_id FROM changed_rows) told;
  RETURN NULL;
END $$;
DO $$
DECLARE thing record;
BEGIN
  FOR thing IN SELECT * FROM (VALUES ('export_job', 'job'), ('artifact', 'artifact'), ('certificate', 'certificate')) things(name, kind) LOOP
    EXECUTE format('CREATE TRIGGER tell_made AFTER INSERT ON %I REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION udm_tell_change(%L)', thing.name, thing.kind);
    EXECUTE format('CREATE TRIGGER tell_changed AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION udm_tell_change(%L)', thing.name, thing.kind);
    EXECUTE format('CREATE TRIGGER tell_gone AFTER DELETE ON %I REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION udm_tell_change(%L)', thing.name, thing.kind);
  END LOOP;
END $$;

-- One for each order: the tenant, what is sorted by, and what decides between equals. Read backwards for the other direction.
DROP INDEX run_newest, artifact_newest;
CREATE INDEX run_by_scheduled ON run (tenant_id, scheduled_at, id);
CREATE INDEX run_by_source ON run (tenant_id, source_name, scheduled_at, id);
CREATE INDEX run_by_type ON run (tenant_id, type, scheduled_at, id);
CREATE INDEX run_by_title ON run (tenant_id, title_key, scheduled_at, id);
CREATE INDEX run_by_status ON run (tenant_id, status, scheduled_at, id);
CREATE INDEX run_by_window ON run (tenant_id, window_to, scheduled_at, id);
CREATE INDEX run_by_started ON run (tenant_id, started_at, scheduled_at, id);
CREATE INDEX run_by_duration ON run (tenant_id, duration_ms, scheduled_at, id);
CREATE INDEX run_by_rows ON run (tenant_id, rows_total, scheduled_at, id);
CREATE INDEX run_by_size ON run (tenant_id, file_total, scheduled_at, id);
CREATE INDEX run_by_trigger ON run (tenant_id, trigger, scheduled_at, id);
CREATE INDEX run_by_file ON run (tenant_id, file_key, scheduled_at, id);
CREATE INDEX artifact_by_created ON artifact (tenant_id, created_at, id);
CREATE INDEX artifact_by_file ON artifact (tenant_id, file_key, created_at, id);
CREATE INDEX artifact_by_source ON artifact (tenant_id, source_name, created_at, id);
CREATE INDEX artifact_by_type ON artifact (tenant_id, type, created_at, id);
CREATE INDEX artifact_by_title ON artifact (tenant_id, title_key, created_at, id);
CREATE INDEX artifact_by_part ON artifact (tenant_id, part, created_at, id);
CREATE INDEX artifact_by_rows ON artifact (tenant_id, row_count, created_at, id);
CREATE INDEX artifact_by_bytes ON artifact (tenant_id, bytes, created_at, id);
CREATE INDEX artifact_by_sha256 ON artifact (tenant_id, sha256 COLLATE "C", created_at, id);
CREATE INDEX artifact_by_expiry ON artifact (tenant_id, expires_at, created_at, id);
CREATE INDEX artifact_deleted ON artifact (tenant_id, created_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX artifact_of_job ON artifact (job_id, created_at);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['job_latest', 'job_title'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant())', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON job_latest, job_title TO {{app}};
