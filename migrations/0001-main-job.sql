-- Everything the main job needs. {{app}} is the role UDM works with; the owner of these tables is the role that migrates.
-- Every table that holds tenant data has tenant_id, row-level security, and FORCE, so that forgetting the tenant in a
-- query shows nothing instead of everything.

-- The one clock. Only a test database may replace this function.
CREATE FUNCTION udm_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';

-- The tenant of the running transaction; null outside one, and null matches no row.
CREATE FUNCTION udm_tenant() RETURNS uuid LANGUAGE sql STABLE
  AS $$ SELECT nullif(current_setting('udm.tenant', true), '')::uuid $$;

-- One row: which master key seals the secrets of this database. Not the key, only a mark to know it by, so that a process
-- with another key (a second machine, a lost file) is refused instead of sealing what the others cannot open.
CREATE TABLE installation (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  master_key_mark text NOT NULL
);

CREATE TABLE tenant (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  time_zone text NOT NULL DEFAULT 'UTC',
  retention_days integer NOT NULL DEFAULT 30 CHECK (retention_days BETWEEN 1 AND 3650),
  job_quota integer NOT NULL DEFAULT 1000,
  created_at timestamptz NOT NULL DEFAULT udm_now()
);

CREATE TABLE app_user (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  name text NOT NULL,
  password_hash text NOT NULL,
  roles text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  UNIQUE (tenant_id, name)
);

CREATE TABLE session (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  csrf_token text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  expires_at timestamptz NOT NULL
);

CREATE TABLE source (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  name text NOT NULL,
  connector text NOT NULL,
  catalog text NOT NULL,
  settings jsonb NOT NULL,
  sealed_secret bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  UNIQUE (tenant_id, name)
);

CREATE TABLE certificate (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES app_user,
  label text NOT NULL,
  subject text NOT NULL,
  issuer text NOT NULL,
  serial text NOT NULL,
  fingerprint text NOT NULL,
  pem text NOT NULL,
  key_bits integer NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  warnings text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  UNIQUE (tenant_id, fingerprint)
);

CREATE TABLE export_job (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES app_user,
  version integer NOT NULL DEFAULT 1,
  title text NOT NULL,
  description text NOT NULL,
  source_id uuid NOT NULL REFERENCES source,
  type text NOT NULL,
  entity_types text[],
  run jsonb NOT NULL,
  date_range jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'suspended')),
  created_at timestamptz NOT NULL DEFAULT udm_now()
);
CREATE INDEX export_job_newest ON export_job (tenant_id, created_at DESC, id);

CREATE TABLE job_recipient (
  tenant_id uuid NOT NULL REFERENCES tenant,
  job_id uuid NOT NULL REFERENCES export_job ON DELETE CASCADE,
  certificate_id uuid NOT NULL REFERENCES certificate,
  PRIMARY KEY (job_id, certificate_id)
);

-- A run keeps the settings of its job as they were, so that it can be read after the job is gone.
CREATE TABLE run (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  job_id uuid REFERENCES export_job ON DELETE SET NULL,
  job_title text NOT NULL,
  source_id uuid NOT NULL REFERENCES source,
  source_name text NOT NULL,
  type text NOT NULL,
  entity_types text[],
  certificate_ids uuid[] NOT NULL,
  trigger text NOT NULL CHECK (trigger IN ('start', 'run_now', 'retry')),
  scheduled_at timestamptz NOT NULL,
  window_from timestamptz,
  window_to timestamptz,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'succeeded_no_data', 'failed', 'cancelled')),
  attempt integer NOT NULL DEFAULT 0,
  fence bigint NOT NULL DEFAULT 0,
  phase text NOT NULL DEFAULT 'waiting',
  rows_done bigint NOT NULL DEFAULT 0,
  rows_estimated bigint,
  bytes_done bigint NOT NULL DEFAULT 0,
  file_bytes bigint NOT NULL DEFAULT 0,
  seconds_left integer,
  started_at timestamptz,
  finished_at timestamptz,
  cancel_requested_at timestamptz,
  error_code text,
  error_value jsonb,
  UNIQUE (job_id, scheduled_at)
);
CREATE INDEX run_newest ON run (tenant_id, scheduled_at DESC, id);
CREATE INDEX run_open ON run (status) WHERE status IN ('queued', 'running');
CREATE UNIQUE INDEX run_one_at_a_time ON run (job_id) WHERE status IN ('queued', 'running');

-- Every claim takes the next fence; a durable write of a run names it, so a worker that lost its lease changes nothing.
CREATE SEQUENCE run_fence;

CREATE TABLE run_attempt (
  tenant_id uuid NOT NULL REFERENCES tenant,
  run_id uuid NOT NULL REFERENCES run ON DELETE CASCADE,
  attempt integer NOT NULL,
  fence bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT udm_now(),
  finished_at timestamptz,
  outcome text,
  error_code text,
  PRIMARY KEY (run_id, attempt)
);

CREATE TABLE artifact (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  run_id uuid NOT NULL REFERENCES run,
  part integer NOT NULL,
  file_name text NOT NULL,
  object_key text NOT NULL UNIQUE,
  row_count bigint NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  expires_at timestamptz NOT NULL,
  UNIQUE (run_id, part)
);
CREATE INDEX artifact_newest ON artifact (tenant_id, created_at DESC, id);

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant,
  at timestamptz NOT NULL DEFAULT udm_now(),
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'system', 'operator')),
  actor_id uuid,
  action text NOT NULL,
  object_kind text NOT NULL,
  object_id text,
  detail jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE idempotency_key (
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  job_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  PRIMARY KEY (tenant_id, user_id, key)
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['app_user', 'session', 'source', 'certificate', 'export_job', 'job_recipient', 'run', 'run_attempt', 'artifact', 'audit_log', 'idempotency_key'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant())', name);
  END LOOP;
END $$;
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tenant TO {{app}} USING (id = udm_tenant()) WITH CHECK (id = udm_tenant());

-- The exceptions: who calls (sign-in, session) and what is left open (after a crash) must be found before the tenant is
-- known. These functions run as the owner and give (tenant, id), nothing else.
CREATE POLICY lookup ON tenant FOR SELECT TO {{owner}} USING (true);
CREATE POLICY lookup ON app_user FOR SELECT TO {{owner}} USING (true);
CREATE POLICY lookup ON session FOR SELECT TO {{owner}} USING (true);
CREATE POLICY lookup ON run FOR SELECT TO {{owner}} USING (true);

CREATE FUNCTION udm_find_tenant(tenant_name text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT id FROM tenant WHERE name = tenant_name $$;

CREATE FUNCTION udm_find_user(tenant_name text, user_name text) RETURNS TABLE (tenant_id uuid, user_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT u.tenant_id, u.id FROM app_user u JOIN tenant t ON t.id = u.tenant_id WHERE t.name = tenant_name AND u.name = user_name $$;

CREATE FUNCTION udm_find_session(token bytea) RETURNS TABLE (tenant_id uuid, session_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT s.tenant_id, s.id FROM session s WHERE s.token_hash = token AND s.expires_at > udm_now() $$;

CREATE FUNCTION udm_find_open_runs() RETURNS TABLE (tenant_id uuid, run_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT r.tenant_id, r.id FROM run r WHERE r.status IN ('queued', 'running') $$;

REVOKE EXECUTE ON FUNCTION udm_find_tenant, udm_find_user, udm_find_session, udm_find_open_runs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_tenant, udm_find_user, udm_find_session, udm_find_open_runs TO {{app}};

-- The audit log is written, never changed.
GRANT SELECT, INSERT, UPDATE, DELETE ON app_user, session, source, certificate, export_job, job_recipient, run, run_attempt, artifact, idempotency_key TO {{app}};
GRANT SELECT, INSERT, UPDATE ON tenant TO {{app}};
GRANT SELECT, INSERT ON audit_log, installation TO {{app}};
GRANT USAGE ON SEQUENCE run_fence, audit_log_id_seq TO {{app}};
