-- What the migrations make, as pg_dump writes it: for reading in a review, never run.
CREATE SCHEMA pgboss;
CREATE FUNCTION public.udm_audit_body(tenant uuid, seq bigint, id bigint, at timestamp with time zone, actor_kind text, actor_id uuid, actor_token uuid, origin text, action text, object_kind text, object_id text, detail jsonb) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT convert_to(json_build_array(tenant::text, seq::text, id::text, (extract(epoch FROM at) * 1000000)::bigint::text, actor_kind, actor_id::text,
    actor_token::text, origin, action, object_kind, object_id, detail::text)::text, 'UTF8') $$;
CREATE FUNCTION public.udm_audit_heads() RETURNS TABLE(tenant_id uuid, seq bigint, hash bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT t.id, head.seq, head.hash FROM tenant t,
    LATERAL (SELECT a.seq, a.hash FROM audit_log a WHERE a.tenant_id = t.id ORDER BY a.seq DESC LIMIT 1) head $$;
CREATE FUNCTION public.udm_end_access() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN
    DELETE FROM session WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id;
    UPDATE api_token SET revoked_at = udm_now() WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id AND revoked_at IS NULL;
    RETURN NULL;
  END $$;
CREATE FUNCTION public.udm_end_sessions() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN DELETE FROM session WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id; RETURN NULL; END $$;
CREATE FUNCTION public.udm_find_due_requests(passing text[] DEFAULT '{}'::text[]) RETURNS TABLE(tenant_id uuid, request_id uuid)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT r.tenant_id, r.id FROM data_request r
     WHERE r.state = 'waiting' AND r.stop_until <= (SELECT udm_now()) OR r.state = 'received' AND r.begins
        OR r.state = 'verified' AND NOT EXISTS (SELECT FROM data_request_step s WHERE s.request_id = r.id AND s.phase = 'research_2' AND s.round = r.round AND s.state <> 'done')
    UNION
    SELECT s.tenant_id, s.request_id FROM data_request_step s
     WHERE s.state = 'waiting' AND (s.leased_until IS NULL OR s.leased_until <= (SELECT udm_now()))
        OR s.state = 'running' AND s.leased_until <= (SELECT udm_now())
    UNION
    SELECT s.tenant_id, s.request_id FROM data_request_step s JOIN data_request r ON r.id = s.request_id AND r.round = s.round
     WHERE s.state = 'failed' AND s.finished_at <= (SELECT udm_now()) - interval '1 hour'
       AND (r.state IN ('running', 'verified') OR r.state = 'discovery' AND s.error_code = ANY (passing))
  $$;
CREATE FUNCTION public.udm_find_due_tenants() RETURNS TABLE(tenant_id uuid)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT DISTINCT d.tenant_id FROM (SELECT j.tenant_id FROM export_job j WHERE j.next_run_at <= (SELECT udm_now()) ORDER BY j.next_run_at LIMIT 10000) d $$;
CREATE FUNCTION public.udm_find_files_to_delete(expired timestamp with time zone, most integer) RETURNS TABLE(tenant_id uuid, artifact_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT a.tenant_id, a.id FROM artifact a
    WHERE a.object_gone_at IS NULL AND (a.deleted_at IS NOT NULL OR a.expires_at <= expired)
      -- A next try far ahead is of a clock that was wrong.
      AND (a.deletion_next_at IS NULL OR a.deletion_next_at <= (SELECT udm_now()) OR a.deletion_next_at > (SELECT udm_now() + interval '1 day'))
    ORDER BY a.expires_at LIMIT most $$;
CREATE FUNCTION public.udm_find_notice_tenants() RETURNS TABLE(tenant_id uuid)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT DISTINCT n.tenant_id FROM notice n WHERE n.next_at <= (SELECT udm_now()) $$;
CREATE FUNCTION public.udm_find_open_runs() RETURNS TABLE(tenant_id uuid, run_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT r.tenant_id, r.id FROM run r WHERE r.status IN ('queued', 'running') $$;
CREATE FUNCTION public.udm_find_packages_to_delete(expired timestamp with time zone, most integer) RETURNS TABLE(tenant_id uuid, request_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT p.tenant_id, p.request_id FROM data_request_package p
    WHERE p.object_gone_at IS NULL AND p.expires_at <= expired
      -- A next try far ahead is of a clock that was wrong.
      AND (p.deletion_next_at IS NULL OR p.deletion_next_at <= (SELECT udm_now()) OR p.deletion_next_at > (SELECT udm_now() + interval '1 day'))
    ORDER BY p.expires_at LIMIT most $$;
CREATE FUNCTION public.udm_find_session(token bytea) RETURNS TABLE(tenant_id uuid, session_id uuid)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT s.tenant_id, s.id FROM session s
        WHERE s.token_hash = token AND s.expires_at > udm_now() AND s.last_used_at + make_interval(mins => s.idle_minutes) > udm_now() $$;
CREATE FUNCTION public.udm_find_tenant(tenant_name text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT id FROM tenant WHERE name = tenant_name $$;
CREATE FUNCTION public.udm_find_tenants() RETURNS TABLE(tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT id FROM tenant $$;
CREATE FUNCTION public.udm_find_tenants_planned_ahead() RETURNS TABLE(tenant_id uuid)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT DISTINCT j.tenant_id FROM export_job j WHERE j.planned_until > (SELECT udm_now() + interval '1 second') $$;
CREATE FUNCTION public.udm_find_token(hash bytea) RETURNS TABLE(tenant_id uuid, token_id uuid)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT t.tenant_id, t.id FROM api_token t WHERE t.token_hash = hash AND t.revoked_at IS NULL AND t.expires_at > udm_now() $$;
CREATE FUNCTION public.udm_find_user(tenant_name text, user_name text) RETURNS TABLE(tenant_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ SELECT u.tenant_id, u.id FROM app_user u JOIN tenant t ON t.id = u.tenant_id
        WHERE t.name = tenant_name AND lower(u.name) = lower(user_name) AND u.state = 'active' $$;
CREATE FUNCTION public.udm_note_job() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO job_latest (job_id, tenant_id) VALUES (NEW.id, NEW.tenant_id);
  END IF;
  INSERT INTO job_title (tenant_id, title_key) VALUES (NEW.tenant_id, lower(NEW.title)) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE FUNCTION public.udm_note_runs() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
CREATE FUNCTION public.udm_now() RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$SELECT clock_timestamp()$$;
CREATE FUNCTION public.udm_record_acts(tenant uuid, acts jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  head record;
  instant timestamptz;
  before bytea;
  first bigint;
  ids bigint[];
  bodies bytea[];
  hashes bytea[] := '{}';
BEGIN
  PERFORM set_config('udm.tenant', tenant::text, true);
  PERFORM pg_advisory_xact_lock(7105021, hashtext(tenant::text));
  SELECT a.seq, a.hash INTO head FROM audit_log a WHERE a.tenant_id = tenant ORDER BY a.seq DESC LIMIT 1;
  first := coalesce(head.seq, 0);
  before := coalesce(head.hash, '\x');
  instant := udm_now();
  ids := ARRAY(SELECT nextval('audit_log_id_seq') FROM generate_series(1, jsonb_array_length(acts)));
  bodies := ARRAY(
    SELECT udm_audit_body(tenant, first + act.place, act.id, instant, act.kind, act."user", act.token, act.origin, act.action, act.object, act.object_id, act.detail)
    FROM ROWS FROM (
      jsonb_to_recordset(acts) AS (kind text, "user" uuid, token uuid, origin text, action text, object text, object_id text, detail jsonb), unnest(ids)
    ) WITH ORDINALITY AS act (kind, "user", token, origin, action, object, object_id, detail, id, place) ORDER BY act.place);
  FOR place IN 1..cardinality(bodies) LOOP
    before := sha256(before || bodies[place]);
    hashes[place] := before;
  END LOOP;
  INSERT INTO audit_log (id, tenant_id, seq, hash, at, actor_kind, actor_id, actor_token, origin, action, object_kind, object_id, detail)
    OVERRIDING SYSTEM VALUE
    SELECT act.id, tenant, first + act.place, act.hash, instant, act.kind, act."user", act.token, act.origin, act.action, act.object, act.object_id, act.detail
    FROM ROWS FROM (
      jsonb_to_recordset(acts) AS (kind text, "user" uuid, token uuid, origin text, action text, object text, object_id text, detail jsonb),
      unnest(ids), unnest(hashes)
    ) WITH ORDINALITY AS act (kind, "user", token, origin, action, object, object_id, detail, id, hash, place) ORDER BY act.place;
END $$;
CREATE FUNCTION public.udm_tell_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_notify('udm_changed', tenant_id || ' ' || TG_ARGV[0]) FROM (SELECT DISTINCT tenant_id FROM changed_rows) told;
  RETURN NULL;
END $$;
CREATE FUNCTION public.udm_tenant() RETURNS uuid
    LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('udm.tenant', true), '')::uuid $$;
CREATE TABLE public.api_token (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    token_hash bytea NOT NULL,
    ending text NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone
);
ALTER TABLE ONLY public.api_token FORCE ROW LEVEL SECURITY;
CREATE TABLE public.app_user (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    password_hash text,
    roles text[] NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    email text,
    must_change_password boolean DEFAULT false NOT NULL,
    sso_subject text,
    notice_language text DEFAULT 'en'::text NOT NULL,
    notice_kinds text[],
    CONSTRAINT app_user_notice_language_check CHECK ((notice_language = ANY (ARRAY['en'::text, 'de'::text]))),
    CONSTRAINT app_user_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'deleted'::text])))
);
ALTER TABLE ONLY public.app_user FORCE ROW LEVEL SECURITY;
CREATE TABLE public.artifact (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    part integer NOT NULL,
    file_name text NOT NULL,
    object_key text NOT NULL,
    row_count bigint NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    source_id uuid NOT NULL,
    source_name text NOT NULL,
    type text NOT NULL,
    job_id uuid,
    title_key text NOT NULL,
    file_key text GENERATED ALWAYS AS (lower(file_name)) STORED COLLATE pg_catalog."C",
    object_gone_at timestamp with time zone,
    deletion_tries integer DEFAULT 0 NOT NULL,
    deletion_next_at timestamp with time zone,
    deletion_error text,
    damage text,
    damaged_at timestamp with time zone,
    withdrawn_for text,
    CONSTRAINT artifact_damage_check CHECK ((damage = ANY (ARRAY['missing'::text, 'damaged'::text]))),
    CONSTRAINT artifact_withdrawn_for_check CHECK ((withdrawn_for = ANY (ARRAY['wrong_data'::text, 'wrong_recipient'::text, 'person_erased'::text, 'person_corrected'::text, 'other'::text]))),
    CONSTRAINT withdrawn_is_deleted CHECK (((withdrawn_for IS NULL) OR (deleted_at IS NOT NULL)))
);
ALTER TABLE ONLY public.artifact FORCE ROW LEVEL SECURITY;
CREATE TABLE public.attempt (
    key character varying(255) NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    expire bigint
);
CREATE TABLE public.audit_check (
    tenant_id uuid NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    records bigint NOT NULL,
    found integer NOT NULL,
    code text,
    number bigint
);
ALTER TABLE ONLY public.audit_check FORCE ROW LEVEL SECURITY;
CREATE TABLE public.audit_log (
    id bigint NOT NULL,
    tenant_id uuid NOT NULL,
    at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id text,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    actor_token uuid,
    origin text,
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'system'::text, 'operator'::text])))
);
ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.bulk_act (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    action text NOT NULL,
    missed text,
    job_ids uuid[] NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    skipped jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    CONSTRAINT bulk_act_action_check CHECK ((action = ANY (ARRAY['suspend'::text, 'resume'::text, 'delete'::text, 'run'::text]))),
    CONSTRAINT bulk_act_missed_check CHECK ((missed = ANY (ARRAY['all'::text, 'latest'::text, 'none'::text])))
);
ALTER TABLE ONLY public.bulk_act FORCE ROW LEVEL SECURITY;
CREATE TABLE public.certificate (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    label text NOT NULL,
    subject text NOT NULL,
    issuer text NOT NULL,
    serial text NOT NULL,
    fingerprint text NOT NULL,
    pem text NOT NULL,
    key_bits integer NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    warnings text[] NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    key_transport text DEFAULT 'pkcs1'::text NOT NULL,
    content_cipher text DEFAULT 'aes-256-cbc'::text NOT NULL,
    proven_at timestamp with time zone,
    proof_answers integer DEFAULT 0 NOT NULL,
    proof_answers_since timestamp with time zone,
    CONSTRAINT certificate_content_cipher_check CHECK ((content_cipher = ANY (ARRAY['aes-256-cbc'::text, 'aes-256-gcm'::text]))),
    CONSTRAINT certificate_key_transport_check CHECK ((key_transport = ANY (ARRAY['pkcs1'::text, 'oaep'::text])))
);
ALTER TABLE ONLY public.certificate FORCE ROW LEVEL SECURITY;
CREATE TABLE public.chain (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    source_id uuid NOT NULL,
    type text NOT NULL,
    entity_types text[],
    begins text NOT NULL,
    data_from timestamp with time zone,
    edge timestamp with time zone,
    arrival_edge timestamp with time zone,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL
);
ALTER TABLE ONLY public.chain FORCE ROW LEVEL SECURITY;
CREATE TABLE public.clock_watch (
    boot_id text NOT NULL,
    anchor_database bigint NOT NULL,
    anchor_boot bigint NOT NULL,
    last_database bigint NOT NULL,
    last_boot bigint NOT NULL,
    floor bigint NOT NULL
);
CREATE TABLE public.data_request (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    case_id text NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'received'::text NOT NULL,
    state_since timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    received_on date NOT NULL,
    deadline_on date NOT NULL,
    deadline_at timestamp with time zone NOT NULL,
    extended_at timestamp with time zone,
    sealed_person bytea NOT NULL,
    label text NOT NULL,
    identifier_types text[] NOT NULL,
    hashes text[] NOT NULL,
    sealed_identity_note bytea,
    begins boolean DEFAULT false NOT NULL,
    sealed_extension_reason bytea,
    sealed_end_reason bytea,
    ground text,
    duplicate_of uuid,
    waits_for uuid,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    handled_by uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    approvals jsonb DEFAULT '[]'::jsonb NOT NULL,
    confirmed_people integer,
    people integer,
    round integer DEFAULT 0 NOT NULL,
    stop_until timestamp with time zone,
    error_code text,
    error_value jsonb,
    ended_at timestamp with time zone,
    key_destroyed_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    ledger_seq bigint,
    unknown_exports integer DEFAULT 0 NOT NULL,
    touched_at timestamp with time zone,
    CONSTRAINT data_request_case_id_check CHECK (((length(case_id) >= 1) AND (length(case_id) <= 100))),
    CONSTRAINT data_request_kind_check CHECK ((kind = ANY (ARRAY['access'::text, 'erasure'::text, 'rectification'::text]))),
    CONSTRAINT data_request_state_check CHECK ((state = ANY (ARRAY['received'::text, 'identity_check'::text, 'discovery'::text, 'ambiguous'::text, 'blocked'::text, 'approval'::text, 'waiting'::text, 'running'::text, 'verified'::text, 'done'::text, 'refused'::text, 'stopped'::text])))
);
ALTER TABLE ONLY public.data_request FORCE ROW LEVEL SECURITY;
CREATE TABLE public.data_request_artifact (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    artifact_id uuid NOT NULL,
    run_id uuid NOT NULL,
    file_name text NOT NULL,
    source_name text NOT NULL,
    type text NOT NULL,
    withdrawn_at timestamp with time zone DEFAULT public.udm_now(),
    downloads jsonb DEFAULT '[]'::jsonb NOT NULL
);
ALTER TABLE ONLY public.data_request_artifact FORCE ROW LEVEL SECURITY;
CREATE TABLE public.data_request_finding (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    source_id uuid NOT NULL,
    source_name text NOT NULL,
    type text NOT NULL,
    found bigint DEFAULT 0 NOT NULL,
    shared bigint DEFAULT 0 NOT NULL,
    uncertain bigint DEFAULT 0 NOT NULL,
    kept bigint DEFAULT 0 NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    ground text
);
ALTER TABLE ONLY public.data_request_finding FORCE ROW LEVEL SECURITY;
CREATE TABLE public.data_request_package (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    object_key text NOT NULL,
    file_name text NOT NULL,
    row_count bigint NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    recipients text[] NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    object_gone_at timestamp with time zone,
    deletion_tries integer DEFAULT 0 NOT NULL,
    deletion_next_at timestamp with time zone,
    fetched_at timestamp with time zone
);
ALTER TABLE ONLY public.data_request_package FORCE ROW LEVEL SECURITY;
CREATE TABLE public.data_request_receipt (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    body bytea NOT NULL,
    signature bytea NOT NULL,
    sha256 text NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL
);
ALTER TABLE ONLY public.data_request_receipt FORCE ROW LEVEL SECURITY;
CREATE TABLE public.data_request_snapshot (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    part text NOT NULL,
    sealed bytea NOT NULL
);
ALTER TABLE ONLY public.data_request_snapshot FORCE ROW LEVEL SECURITY;
CREATE TABLE public.data_request_step (
    tenant_id uuid NOT NULL,
    request_id uuid NOT NULL,
    phase text NOT NULL,
    round integer NOT NULL,
    source_id uuid,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    error_code text,
    error_value jsonb,
    leased_until timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT data_request_step_phase_check CHECK ((phase = ANY (ARRAY['person'::text, 'discovery'::text, 'erase'::text, 'rectify'::text, 'collect'::text, 'research_1'::text, 'research_2'::text]))),
    CONSTRAINT data_request_step_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.data_request_step FORCE ROW LEVEL SECURITY;
CREATE TABLE public.erasure_ledger_head (
    singleton boolean DEFAULT true NOT NULL,
    seq bigint NOT NULL,
    mark text NOT NULL,
    CONSTRAINT erasure_ledger_head_singleton_check CHECK (singleton)
);
CREATE TABLE public.erasure_replay (
    tenant_id uuid NOT NULL,
    source_id uuid NOT NULL,
    seq bigint NOT NULL,
    request_id uuid NOT NULL,
    hashes text[] NOT NULL,
    wanted_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    done_at timestamp with time zone,
    rows bigint DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY public.erasure_replay FORCE ROW LEVEL SECURITY;
CREATE TABLE public.export_job (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    source_id uuid NOT NULL,
    type text NOT NULL,
    entity_types text[],
    run jsonb NOT NULL,
    date_range jsonb NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    missed_runs text DEFAULT 'latest'::text NOT NULL,
    planned_until timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    next_run_at timestamp with time zone,
    suspensions integer DEFAULT 0 NOT NULL,
    submitted_at timestamp with time zone,
    chain_id uuid,
    split_megabytes integer,
    compression text DEFAULT 'fast'::text NOT NULL,
    format text DEFAULT 'jsonl'::text NOT NULL,
    csv_formulas text DEFAULT 'keep'::text NOT NULL,
    CONSTRAINT export_job_compression_check CHECK ((compression = ANY (ARRAY['fast'::text, 'balanced'::text, 'small'::text]))),
    CONSTRAINT export_job_csv_formulas_check CHECK ((csv_formulas = ANY (ARRAY['keep'::text, 'escape'::text]))),
    CONSTRAINT export_job_format_check CHECK ((format = ANY (ARRAY['jsonl'::text, 'csv'::text, 'parquet'::text]))),
    CONSTRAINT export_job_missed_runs_check CHECK ((missed_runs = ANY (ARRAY['all'::text, 'latest'::text, 'none'::text]))),
    CONSTRAINT export_job_split_megabytes_check CHECK (((split_megabytes >= 1) AND (split_megabytes <= 4096))),
    CONSTRAINT export_job_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text])))
);
ALTER TABLE ONLY public.export_job FORCE ROW LEVEL SECURITY;
CREATE TABLE public.idempotency_key (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    object_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    action text NOT NULL
);
ALTER TABLE ONLY public.idempotency_key FORCE ROW LEVEL SECURITY;
CREATE TABLE public.installation (
    singleton boolean DEFAULT true NOT NULL,
    master_key_mark text NOT NULL,
    CONSTRAINT installation_singleton_check CHECK (singleton)
);
CREATE TABLE public.job_latest (
    job_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    run_id uuid,
    status text,
    at timestamp with time zone
);
ALTER TABLE ONLY public.job_latest FORCE ROW LEVEL SECURITY;
CREATE TABLE public.job_recipient (
    tenant_id uuid NOT NULL,
    job_id uuid NOT NULL,
    certificate_id uuid NOT NULL
);
ALTER TABLE ONLY public.job_recipient FORCE ROW LEVEL SECURITY;
CREATE TABLE public.job_title (
    tenant_id uuid NOT NULL,
    title_key text NOT NULL
);
ALTER TABLE ONLY public.job_title FORCE ROW LEVEL SECURITY;
CREATE TABLE public.legal_hold (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    hashes text[] NOT NULL,
    label text NOT NULL,
    sealed_reason bytea NOT NULL,
    placed_by uuid NOT NULL,
    placed_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    sealed_release_reason bytea,
    released_by uuid,
    released_at timestamp with time zone
);
ALTER TABLE ONLY public.legal_hold FORCE ROW LEVEL SECURITY;
CREATE TABLE public.notice (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    about uuid NOT NULL,
    occasion text NOT NULL,
    facts jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT public.udm_now(),
    sent_at timestamp with time zone,
    given_up_at timestamp with time zone,
    error_code text,
    address text
);
ALTER TABLE ONLY public.notice FORCE ROW LEVEL SECURITY;
CREATE TABLE public.orphan_object (
    object_key text NOT NULL,
    first_seen_at timestamp with time zone DEFAULT public.udm_now() NOT NULL
);
CREATE TABLE public.planner (
    singleton boolean DEFAULT true NOT NULL,
    zone_data text NOT NULL,
    CONSTRAINT planner_singleton_check CHECK (singleton)
);
CREATE TABLE public.recovery_code (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash text NOT NULL,
    used_at timestamp with time zone
);
ALTER TABLE ONLY public.recovery_code FORCE ROW LEVEL SECURITY;
CREATE TABLE public.retention_halt (
    id integer NOT NULL,
    cause text NOT NULL,
    expected_at timestamp with time zone NOT NULL,
    found_at timestamp with time zone NOT NULL,
    agreed_at timestamp with time zone,
    CONSTRAINT retention_halt_cause_check CHECK ((cause = ANY (ARRAY['leap'::text, 'went_back'::text])))
);
ALTER TABLE public.retention_halt ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.retention_halt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.run (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    job_id uuid,
    job_title text NOT NULL,
    source_id uuid NOT NULL,
    source_name text NOT NULL,
    type text NOT NULL,
    entity_types text[],
    certificate_ids uuid[] NOT NULL,
    trigger text NOT NULL,
    scheduled_at timestamp with time zone NOT NULL,
    window_from timestamp with time zone,
    window_to timestamp with time zone,
    status text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    phase text DEFAULT 'waiting'::text NOT NULL,
    rows_done bigint DEFAULT 0 NOT NULL,
    rows_estimated bigint,
    bytes_done bigint DEFAULT 0 NOT NULL,
    file_bytes bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    error_code text,
    error_value jsonb,
    chain_id uuid,
    late_from timestamp with time zone,
    arrival_to timestamp with time zone,
    covered_to timestamp with time zone,
    suspension integer,
    settings_hash bytea,
    queued_at timestamp with time zone,
    retries integer DEFAULT 0 NOT NULL,
    attempts_before integer DEFAULT 0 NOT NULL,
    hidden_at timestamp with time zone,
    superseded_by uuid,
    title_key text GENERATED ALWAYS AS (lower(job_title)) STORED,
    duration_ms bigint GENERATED ALWAYS AS (((EXTRACT(epoch FROM (finished_at - started_at)) * (1000)::numeric))::bigint) STORED,
    rows_total bigint GENERATED ALWAYS AS (
CASE
    WHEN (finished_at IS NOT NULL) THEN rows_done
    ELSE NULL::bigint
END) STORED,
    file_total bigint,
    file_key text COLLATE pg_catalog."C",
    percent smallint,
    time_left jsonb,
    retry_at timestamp with time zone,
    CONSTRAINT run_percent_check CHECK (((percent >= 0) AND (percent <= 99))),
    CONSTRAINT run_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'queued'::text, 'running'::text, 'succeeded'::text, 'succeeded_no_data'::text, 'failed'::text, 'cancelled'::text, 'missed'::text, 'suppressed'::text, 'skipped'::text]))),
    CONSTRAINT run_trigger_check CHECK ((trigger = ANY (ARRAY['start'::text, 'schedule'::text, 'run_now'::text, 'resume'::text, 'backfill'::text, 'retry'::text])))
);
ALTER TABLE ONLY public.run FORCE ROW LEVEL SECURITY;
CREATE TABLE public.run_attempt (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    attempt integer NOT NULL,
    fence bigint NOT NULL,
    started_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    finished_at timestamp with time zone,
    outcome text,
    error_code text,
    cause text DEFAULT 'turn'::text NOT NULL,
    worker text,
    phases jsonb DEFAULT '[]'::jsonb NOT NULL,
    error_value jsonb,
    row_count bigint,
    bytes bigint,
    file_bytes bigint,
    rows_guessed bigint,
    CONSTRAINT run_attempt_cause_check CHECK ((cause = ANY (ARRAY['turn'::text, 'crash'::text, 'retry'::text, 'fault'::text])))
);
ALTER TABLE ONLY public.run_attempt FORCE ROW LEVEL SECURITY;
CREATE TABLE public.run_estimate (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    attempt integer NOT NULL,
    percent smallint NOT NULL,
    job_id uuid NOT NULL,
    basis text NOT NULL,
    elapsed bigint NOT NULL,
    reckoned_low bigint NOT NULL,
    reckoned_high bigint NOT NULL,
    shown_low bigint NOT NULL,
    shown_high bigint NOT NULL,
    time_left bigint NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    CONSTRAINT run_estimate_basis_check CHECK ((basis = ANY (ARRAY['this_run'::text, 'past_runs'::text]))),
    CONSTRAINT run_estimate_percent_check CHECK (((percent >= 0) AND (percent <= 99)))
);
ALTER TABLE ONLY public.run_estimate FORCE ROW LEVEL SECURITY;
CREATE SEQUENCE public.run_fence
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.run_manifest (
    run_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    job_id uuid,
    sequence integer NOT NULL,
    body bytea NOT NULL,
    signature bytea NOT NULL,
    sha256 text NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    CONSTRAINT run_manifest_sequence_check CHECK ((sequence > 0))
);
ALTER TABLE ONLY public.run_manifest FORCE ROW LEVEL SECURITY;
CREATE TABLE public.run_settings (
    tenant_id uuid NOT NULL,
    hash bytea NOT NULL,
    settings jsonb NOT NULL
);
ALTER TABLE ONLY public.run_settings FORCE ROW LEVEL SECURITY;
CREATE TABLE public.run_subjects (
    run_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    subjects bytea NOT NULL
);
ALTER TABLE ONLY public.run_subjects ALTER COLUMN subjects SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.run_subjects FORCE ROW LEVEL SECURITY;
CREATE TABLE public.second_factor (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    sealed_secret bytea NOT NULL,
    last_step bigint,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    confirmed_at timestamp with time zone
);
ALTER TABLE ONLY public.second_factor FORCE ROW LEVEL SECURITY;
CREATE TABLE public.session (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    csrf_token text NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    method text DEFAULT 'password'::text NOT NULL,
    remembered boolean DEFAULT false NOT NULL,
    idle_minutes integer DEFAULT 120 NOT NULL,
    last_used_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    proved_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    address text,
    agent text,
    CONSTRAINT session_idle_minutes_check CHECK ((idle_minutes > 0)),
    CONSTRAINT session_method_check CHECK ((method = ANY (ARRAY['password'::text, 'sso'::text])))
);
ALTER TABLE ONLY public.session FORCE ROW LEVEL SECURITY;
CREATE TABLE public.signing_key (
    id text NOT NULL,
    public_key text NOT NULL,
    sealed_private_key bytea,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT signing_key_check CHECK (((retired_at IS NULL) = (sealed_private_key IS NOT NULL)))
);
CREATE TABLE public.single_sign_on (
    tenant_id uuid NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    sealed_secret bytea,
    name_claim text NOT NULL,
    role_claim text NOT NULL,
    roles jsonb NOT NULL,
    changed_at timestamp with time zone DEFAULT public.udm_now() NOT NULL
);
ALTER TABLE ONLY public.single_sign_on FORCE ROW LEVEL SECURITY;
CREATE TABLE public.source (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    connector text NOT NULL,
    catalog text NOT NULL,
    settings jsonb NOT NULL,
    sealed_secret bytea NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    settle_seconds integer DEFAULT 300 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    writer_user text,
    sealed_writer bytea,
    CONSTRAINT source_settle_seconds_check CHECK (((settle_seconds >= 0) AND (settle_seconds <= 2678400))),
    CONSTRAINT source_writer_whole CHECK (((writer_user IS NULL) = (sealed_writer IS NULL)))
);
ALTER TABLE ONLY public.source FORCE ROW LEVEL SECURITY;
CREATE TABLE public.tenant (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    retention_days integer DEFAULT 30 NOT NULL,
    job_quota integer DEFAULT 1000 NOT NULL,
    created_at timestamp with time zone DEFAULT public.udm_now() NOT NULL,
    user_quota integer DEFAULT 100 NOT NULL,
    storage_quota_gigabytes integer,
    second_factor_required boolean DEFAULT false NOT NULL,
    erasure_approval boolean DEFAULT true NOT NULL,
    access_approval boolean DEFAULT false NOT NULL,
    request_delay_hours integer DEFAULT 24 NOT NULL,
    phone_region text,
    CONSTRAINT job_quota_range CHECK (((job_quota >= 1) AND (job_quota <= 100000))),
    CONSTRAINT tenant_phone_region_check CHECK ((phone_region ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tenant_request_delay_hours_check CHECK (((request_delay_hours >= 0) AND (request_delay_hours <= 720))),
    CONSTRAINT tenant_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 3650))),
    CONSTRAINT tenant_storage_quota_gigabytes_check CHECK ((storage_quota_gigabytes > 0)),
    CONSTRAINT tenant_user_quota_check CHECK (((user_quota >= 1) AND (user_quota <= 10000)))
);
ALTER TABLE ONLY public.tenant FORCE ROW LEVEL SECURITY;
CREATE TABLE public.udm_migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_object_key_key UNIQUE (object_key);
ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_run_id_part_key UNIQUE (run_id, part);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.audit_check
    ADD CONSTRAINT audit_check_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bulk_act
    ADD CONSTRAINT bulk_act_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_tenant_id_fingerprint_key UNIQUE (tenant_id, fingerprint);
ALTER TABLE ONLY public.chain
    ADD CONSTRAINT chain_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.clock_watch
    ADD CONSTRAINT clock_watch_pkey PRIMARY KEY (boot_id);
ALTER TABLE ONLY public.data_request_artifact
    ADD CONSTRAINT data_request_artifact_pkey PRIMARY KEY (request_id, artifact_id);
ALTER TABLE ONLY public.data_request_finding
    ADD CONSTRAINT data_request_finding_pkey PRIMARY KEY (request_id, source_id, type);
ALTER TABLE ONLY public.data_request_package
    ADD CONSTRAINT data_request_package_object_key_key UNIQUE (object_key);
ALTER TABLE ONLY public.data_request_package
    ADD CONSTRAINT data_request_package_pkey PRIMARY KEY (request_id);
ALTER TABLE ONLY public.data_request
    ADD CONSTRAINT data_request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.data_request_receipt
    ADD CONSTRAINT data_request_receipt_pkey PRIMARY KEY (request_id);
ALTER TABLE ONLY public.data_request_snapshot
    ADD CONSTRAINT data_request_snapshot_pkey PRIMARY KEY (request_id, part);
ALTER TABLE ONLY public.data_request_step
    ADD CONSTRAINT data_request_step_request_id_phase_round_source_id_key UNIQUE NULLS NOT DISTINCT (request_id, phase, round, source_id);
ALTER TABLE ONLY public.data_request
    ADD CONSTRAINT data_request_tenant_id_id_key UNIQUE (tenant_id, id);
ALTER TABLE ONLY public.erasure_ledger_head
    ADD CONSTRAINT erasure_ledger_head_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY public.erasure_replay
    ADD CONSTRAINT erasure_replay_pkey PRIMARY KEY (tenant_id, source_id, seq);
ALTER TABLE ONLY public.export_job
    ADD CONSTRAINT export_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (tenant_id, user_id, key);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY public.job_latest
    ADD CONSTRAINT job_latest_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.job_recipient
    ADD CONSTRAINT job_recipient_pkey PRIMARY KEY (job_id, certificate_id);
ALTER TABLE ONLY public.job_title
    ADD CONSTRAINT job_title_pkey PRIMARY KEY (tenant_id, title_key);
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_tenant_id_user_id_kind_occasion_key UNIQUE (tenant_id, user_id, kind, occasion);
ALTER TABLE ONLY public.orphan_object
    ADD CONSTRAINT orphan_object_pkey PRIMARY KEY (object_key);
ALTER TABLE ONLY public.planner
    ADD CONSTRAINT planner_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (user_id, code_hash);
ALTER TABLE ONLY public.retention_halt
    ADD CONSTRAINT retention_halt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.run_attempt
    ADD CONSTRAINT run_attempt_pkey PRIMARY KEY (run_id, attempt);
ALTER TABLE ONLY public.run_estimate
    ADD CONSTRAINT run_estimate_pkey PRIMARY KEY (run_id, attempt, elapsed);
ALTER TABLE ONLY public.run_manifest
    ADD CONSTRAINT run_manifest_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY public.run_manifest
    ADD CONSTRAINT run_manifest_tenant_id_job_id_sequence_key UNIQUE (tenant_id, job_id, sequence);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.run_settings
    ADD CONSTRAINT run_settings_pkey PRIMARY KEY (tenant_id, hash);
ALTER TABLE ONLY public.run_subjects
    ADD CONSTRAINT run_subjects_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.single_sign_on
    ADD CONSTRAINT single_sign_on_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_name_key UNIQUE (name);
ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.udm_migration
    ADD CONSTRAINT udm_migration_pkey PRIMARY KEY (name);
CREATE INDEX api_token_of_user ON public.api_token USING btree (tenant_id, user_id, created_at);
CREATE UNIQUE INDEX app_user_name ON public.app_user USING btree (tenant_id, lower(name)) WHERE (state <> 'deleted'::text);
CREATE UNIQUE INDEX app_user_subject ON public.app_user USING btree (tenant_id, sso_subject) WHERE (sso_subject IS NOT NULL);
CREATE INDEX artifact_by_bytes ON public.artifact USING btree (tenant_id, bytes, created_at, id);
CREATE INDEX artifact_by_created ON public.artifact USING btree (tenant_id, created_at, id);
CREATE INDEX artifact_by_expiry ON public.artifact USING btree (tenant_id, expires_at, created_at, id);
CREATE INDEX artifact_by_file ON public.artifact USING btree (tenant_id, file_key, created_at, id);
CREATE INDEX artifact_by_part ON public.artifact USING btree (tenant_id, part, created_at, id);
CREATE INDEX artifact_by_rows ON public.artifact USING btree (tenant_id, row_count, created_at, id);
CREATE INDEX artifact_by_sha256 ON public.artifact USING btree (tenant_id, sha256 COLLATE "C", created_at, id);
CREATE INDEX artifact_by_source ON public.artifact USING btree (tenant_id, source_name, created_at, id);
CREATE INDEX artifact_by_title ON public.artifact USING btree (tenant_id, title_key, created_at, id);
CREATE INDEX artifact_by_type ON public.artifact USING btree (tenant_id, type, created_at, id);
CREATE INDEX artifact_deleted ON public.artifact USING btree (tenant_id, created_at, id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX artifact_deleted_in_storage ON public.artifact USING btree (deleted_at) WHERE ((object_gone_at IS NULL) AND (deleted_at IS NOT NULL));
CREATE INDEX artifact_of_job ON public.artifact USING btree (job_id, created_at);
CREATE INDEX artifact_run ON public.artifact USING btree (run_id);
CREATE INDEX artifact_to_delete ON public.artifact USING btree (expires_at) WHERE (object_gone_at IS NULL);
CREATE INDEX attempt_expire ON public.attempt USING btree (expire);
CREATE UNIQUE INDEX audit_chain ON public.audit_log USING btree (tenant_id, seq);
CREATE INDEX audit_download ON public.audit_log USING btree (object_id, actor_id, at) WHERE (action = 'artifact.downloaded'::text);
CREATE INDEX audit_of_action ON public.audit_log USING btree (tenant_id, action, seq);
CREATE INDEX audit_of_actor ON public.audit_log USING btree (tenant_id, actor_id, seq);
CREATE INDEX audit_of_object ON public.audit_log USING btree (object_id, id);
CREATE INDEX audit_of_time ON public.audit_log USING btree (tenant_id, at);
CREATE INDEX bulk_act_age ON public.bulk_act USING btree (tenant_id, user_id, created_at);
CREATE INDEX chain_job ON public.chain USING btree (job_id);
CREATE INDEX data_request_deadline ON public.data_request USING btree (tenant_id, deadline_at) WHERE (ended_at IS NULL);
CREATE INDEX data_request_erased ON public.data_request USING btree (tenant_id, ended_at) WHERE (ledger_seq IS NOT NULL);
CREATE INDEX data_request_hashes ON public.data_request USING gin (hashes);
CREATE INDEX data_request_order ON public.data_request USING btree (tenant_id, created_at DESC, id);
CREATE INDEX data_request_step_open ON public.data_request_step USING btree (leased_until) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));
CREATE INDEX erasure_replay_open ON public.erasure_replay USING btree (tenant_id, source_id) WHERE (done_at IS NULL);
CREATE INDEX export_job_due ON public.export_job USING btree (next_run_at) WHERE (next_run_at IS NOT NULL);
CREATE INDEX export_job_newest ON public.export_job USING btree (tenant_id, created_at DESC, id);
CREATE INDEX export_job_of_chain ON public.export_job USING btree (chain_id) WHERE (chain_id IS NOT NULL);
CREATE INDEX export_job_planned ON public.export_job USING btree (planned_until);
CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (tenant_id, user_id, created_at);
CREATE INDEX legal_hold_hashes ON public.legal_hold USING gin (hashes) WHERE (released_at IS NULL);
CREATE INDEX notice_about ON public.notice USING btree (tenant_id, about, created_at);
CREATE INDEX notice_due ON public.notice USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE UNIQUE INDEX retention_halt_open ON public.retention_halt USING btree ((true)) WHERE (agreed_at IS NULL);
CREATE INDEX run_attention ON public.run USING btree (tenant_id, scheduled_at DESC, id) WHERE ((status = ANY (ARRAY['failed'::text, 'missed'::text])) AND (superseded_by IS NULL) AND (hidden_at IS NULL));
CREATE INDEX run_by_duration ON public.run USING btree (tenant_id, duration_ms, scheduled_at, id);
CREATE INDEX run_by_file ON public.run USING btree (tenant_id, file_key, scheduled_at, id);
CREATE INDEX run_by_rows ON public.run USING btree (tenant_id, rows_total, scheduled_at, id);
CREATE INDEX run_by_scheduled ON public.run USING btree (tenant_id, scheduled_at, id);
CREATE INDEX run_by_size ON public.run USING btree (tenant_id, file_total, scheduled_at, id);
CREATE INDEX run_by_source ON public.run USING btree (tenant_id, source_name, scheduled_at, id);
CREATE INDEX run_by_started ON public.run USING btree (tenant_id, started_at, scheduled_at, id);
CREATE INDEX run_by_status ON public.run USING btree (tenant_id, status, scheduled_at, id);
CREATE INDEX run_by_title ON public.run USING btree (tenant_id, title_key, scheduled_at, id);
CREATE INDEX run_by_trigger ON public.run USING btree (tenant_id, trigger, scheduled_at, id);
CREATE INDEX run_by_type ON public.run USING btree (tenant_id, type, scheduled_at, id);
CREATE INDEX run_by_window ON public.run USING btree (tenant_id, window_to, scheduled_at, id);
CREATE INDEX run_estimate_of_job ON public.run_estimate USING btree (tenant_id, job_id, created_at DESC, elapsed);
CREATE INDEX run_of_chain ON public.run USING btree (chain_id) WHERE (chain_id IS NOT NULL);
CREATE INDEX run_of_job ON public.run USING btree (job_id, scheduled_at DESC);
CREATE UNIQUE INDEX run_one_at_a_time ON public.run USING btree (job_id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE UNIQUE INDEX run_one_per_instant ON public.run USING btree (job_id, scheduled_at) WHERE (trigger <> 'backfill'::text);
CREATE INDEX run_open ON public.run USING btree (status) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX run_published ON public.run USING btree (source_id, type, window_to) WHERE (status = ANY (ARRAY['succeeded'::text, 'succeeded_no_data'::text, 'scheduled'::text, 'queued'::text, 'running'::text]));
CREATE INDEX run_subjects_tenant ON public.run_subjects USING btree (tenant_id);
CREATE INDEX run_suppressed ON public.run USING btree (job_id, scheduled_at) WHERE (status = 'suppressed'::text);
CREATE INDEX run_unmended ON public.run USING btree (job_id) WHERE ((status = ANY (ARRAY['failed'::text, 'missed'::text])) AND (superseded_by IS NULL));
CREATE INDEX run_waiting ON public.run USING btree (job_id, scheduled_at) WHERE (status = 'scheduled'::text);
CREATE INDEX session_of_user ON public.session USING btree (user_id);
CREATE UNIQUE INDEX signing_key_in_use ON public.signing_key USING btree ((true)) WHERE (retired_at IS NULL);
CREATE UNIQUE INDEX source_of_name ON public.source USING btree (tenant_id, lower(name)) WHERE (deleted_at IS NULL);
CREATE TRIGGER access_ends AFTER UPDATE OF state ON public.app_user FOR EACH ROW WHEN ((new.state <> 'active'::text)) EXECUTE FUNCTION public.udm_end_access();
CREATE TRIGGER note_changed AFTER UPDATE ON public.run REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_note_runs();
CREATE TRIGGER note_gone AFTER DELETE ON public.run REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_note_runs();
CREATE TRIGGER note_job AFTER INSERT OR UPDATE OF title ON public.export_job FOR EACH ROW EXECUTE FUNCTION public.udm_note_job();
CREATE TRIGGER note_made AFTER INSERT ON public.run REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_note_runs();
CREATE TRIGGER sessions_end AFTER UPDATE OF roles, password_hash ON public.app_user FOR EACH ROW WHEN (((old.roles IS DISTINCT FROM new.roles) OR (old.password_hash IS DISTINCT FROM new.password_hash))) EXECUTE FUNCTION public.udm_end_sessions();
CREATE TRIGGER tell_changed AFTER UPDATE ON public.artifact REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('artifact');
CREATE TRIGGER tell_changed AFTER UPDATE ON public.certificate REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('certificate');
CREATE TRIGGER tell_changed AFTER UPDATE ON public.export_job REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('job');
CREATE TRIGGER tell_gone AFTER DELETE ON public.artifact REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('artifact');
CREATE TRIGGER tell_gone AFTER DELETE ON public.certificate REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('certificate');
CREATE TRIGGER tell_gone AFTER DELETE ON public.export_job REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('job');
CREATE TRIGGER tell_made AFTER INSERT ON public.artifact REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('artifact');
CREATE TRIGGER tell_made AFTER INSERT ON public.certificate REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('certificate');
CREATE TRIGGER tell_made AFTER INSERT ON public.export_job REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.udm_tell_change('job');
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.export_job(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);
ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.audit_check
    ADD CONSTRAINT audit_check_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.bulk_act
    ADD CONSTRAINT bulk_act_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.bulk_act
    ADD CONSTRAINT bulk_act_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.chain
    ADD CONSTRAINT chain_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.export_job(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.chain
    ADD CONSTRAINT chain_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);
ALTER TABLE ONLY public.chain
    ADD CONSTRAINT chain_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.data_request_artifact
    ADD CONSTRAINT data_request_artifact_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.data_request_artifact
    ADD CONSTRAINT data_request_artifact_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES public.data_request(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.data_request_finding
    ADD CONSTRAINT data_request_finding_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);
ALTER TABLE ONLY public.data_request_finding
    ADD CONSTRAINT data_request_finding_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.data_request_finding
    ADD CONSTRAINT data_request_finding_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES public.data_request(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.data_request_package
    ADD CONSTRAINT data_request_package_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.data_request_package
    ADD CONSTRAINT data_request_package_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES public.data_request(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.data_request_receipt
    ADD CONSTRAINT data_request_receipt_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.data_request_receipt
    ADD CONSTRAINT data_request_receipt_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES public.data_request(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.data_request_snapshot
    ADD CONSTRAINT data_request_snapshot_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.data_request_snapshot
    ADD CONSTRAINT data_request_snapshot_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES public.data_request(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.data_request_step
    ADD CONSTRAINT data_request_step_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);
ALTER TABLE ONLY public.data_request_step
    ADD CONSTRAINT data_request_step_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.data_request_step
    ADD CONSTRAINT data_request_step_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES public.data_request(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public.data_request
    ADD CONSTRAINT data_request_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.erasure_replay
    ADD CONSTRAINT erasure_replay_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);
ALTER TABLE ONLY public.erasure_replay
    ADD CONSTRAINT erasure_replay_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.export_job
    ADD CONSTRAINT export_job_chain_id_fkey FOREIGN KEY (chain_id) REFERENCES public.chain(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.export_job
    ADD CONSTRAINT export_job_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);
ALTER TABLE ONLY public.export_job
    ADD CONSTRAINT export_job_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.export_job
    ADD CONSTRAINT export_job_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id);
ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.job_latest
    ADD CONSTRAINT job_latest_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.export_job(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.job_latest
    ADD CONSTRAINT job_latest_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.job_recipient
    ADD CONSTRAINT job_recipient_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);
ALTER TABLE ONLY public.job_recipient
    ADD CONSTRAINT job_recipient_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.export_job(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.job_recipient
    ADD CONSTRAINT job_recipient_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.job_title
    ADD CONSTRAINT job_title_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.second_factor(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.run_attempt
    ADD CONSTRAINT run_attempt_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.run_attempt
    ADD CONSTRAINT run_attempt_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_chain_id_fkey FOREIGN KEY (chain_id) REFERENCES public.chain(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.run_estimate
    ADD CONSTRAINT run_estimate_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.run_estimate
    ADD CONSTRAINT run_estimate_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.export_job(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.run_manifest
    ADD CONSTRAINT run_manifest_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.run_manifest
    ADD CONSTRAINT run_manifest_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.run_settings
    ADD CONSTRAINT run_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);
ALTER TABLE ONLY public.run_subjects
    ADD CONSTRAINT run_subjects_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.run_subjects
    ADD CONSTRAINT run_subjects_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.second_factor
    ADD CONSTRAINT second_factor_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.single_sign_on
    ADD CONSTRAINT single_sign_on_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(id);
ALTER TABLE public.api_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.app_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bulk_act ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.certificate ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.data_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.data_request_artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.data_request_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.data_request_package ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.data_request_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.data_request_snapshot ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.data_request_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.erasure_replay ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.export_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.job_latest ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.job_recipient ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.job_title ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.legal_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY lookup ON public.api_token FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.app_user FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.artifact FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.audit_log FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.data_request FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.data_request_package FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.data_request_step FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.export_job FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.notice FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.run FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.session FOR SELECT TO udm_owner USING (true);
CREATE POLICY lookup ON public.tenant FOR SELECT TO udm_owner USING (true);
ALTER TABLE public.notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.api_token TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.app_user TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.artifact TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.audit_check TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.audit_log TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.bulk_act TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.certificate TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.chain TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.data_request TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.data_request_artifact TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.data_request_finding TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.data_request_package TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.data_request_receipt TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.data_request_snapshot TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.data_request_step TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.erasure_replay TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.export_job TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.idempotency_key TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.job_latest TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.job_recipient TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.job_title TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.legal_hold TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.notice TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.recovery_code TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.run TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.run_attempt TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.run_estimate TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.run_manifest TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.run_settings TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.run_subjects TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.second_factor TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.session TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.single_sign_on TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.source TO udm_app USING ((tenant_id = public.udm_tenant())) WITH CHECK ((tenant_id = public.udm_tenant()));
CREATE POLICY own_tenant ON public.tenant TO udm_app USING ((id = public.udm_tenant())) WITH CHECK ((id = public.udm_tenant()));
ALTER TABLE public.recovery_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.run_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.run_estimate ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.run_manifest ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.run_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.run_subjects ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.second_factor ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.single_sign_on ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.source ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tenant ENABLE ROW LEVEL SECURITY;
GRANT ALL ON SCHEMA pgboss TO udm_app;
GRANT USAGE ON SCHEMA public TO udm_app;
REVOKE ALL ON FUNCTION public.udm_audit_heads() FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_audit_heads() TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_due_requests(passing text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_due_requests(passing text[]) TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_due_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_due_tenants() TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_files_to_delete(expired timestamp with time zone, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_files_to_delete(expired timestamp with time zone, most integer) TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_notice_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_notice_tenants() TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_open_runs() FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_open_runs() TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_packages_to_delete(expired timestamp with time zone, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_packages_to_delete(expired timestamp with time zone, most integer) TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_session(token bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_session(token bytea) TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_tenant(tenant_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_tenant(tenant_name text) TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_tenants() TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_tenants_planned_ahead() FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_tenants_planned_ahead() TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_token(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_token(hash bytea) TO udm_app;
REVOKE ALL ON FUNCTION public.udm_find_user(tenant_name text, user_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.udm_find_user(tenant_name text, user_name text) TO udm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.api_token TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_user TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.artifact TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.attempt TO udm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_check TO udm_app;
GRANT SELECT,INSERT ON TABLE public.audit_log TO udm_app;
GRANT USAGE ON SEQUENCE public.audit_log_id_seq TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bulk_act TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certificate TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.chain TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.clock_watch TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_request TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_request_artifact TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_request_finding TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_request_package TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_request_receipt TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_request_snapshot TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_request_step TO udm_app;
GRANT SELECT,UPDATE ON TABLE public.erasure_ledger_head TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.erasure_replay TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.export_job TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_key TO udm_app;
GRANT SELECT,INSERT ON TABLE public.installation TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_latest TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_recipient TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_title TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.legal_hold TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notice TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.orphan_object TO udm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.planner TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_code TO udm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.retention_halt TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run_attempt TO udm_app;
GRANT SELECT,INSERT ON TABLE public.run_estimate TO udm_app;
GRANT USAGE ON SEQUENCE public.run_fence TO udm_app;
GRANT SELECT,INSERT ON TABLE public.run_manifest TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run_settings TO udm_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.run_subjects TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.second_factor TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session TO udm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.signing_key TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.single_sign_on TO udm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.source TO udm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.tenant TO udm_app;
GRANT SELECT ON TABLE public.udm_migration TO udm_app;
