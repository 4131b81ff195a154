-- Requests of people about their data (GDPR). Nothing of a person stands here in clear: identifiers, what discovery found and corrections are sealed
-- with a key of the case that lies in a file outside the database and is destroyed when the case is over; notes are sealed with the master key;
-- people are found again by keyed hashes. docs/decisions/0045-data-requests.md.
ALTER TABLE tenant
  -- A second person must agree before data are changed, or handed out.
  ADD COLUMN erasure_approval boolean NOT NULL DEFAULT true,
  ADD COLUMN access_approval boolean NOT NULL DEFAULT false,
  -- So long any officer can stop an approved change of data.
  ADD COLUMN request_delay_hours integer NOT NULL DEFAULT 24 CHECK (request_delay_hours BETWEEN 0 AND 720),
  -- ISO 3166: where phone numbers without a country are dialled; null: they name nobody.
  ADD COLUMN phone_region text CHECK (phone_region ~ '^[A-Z]{2}$');

CREATE TABLE data_request (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  -- The customer's number for it; several people of one file have the same.
  case_id text NOT NULL CHECK (length(case_id) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('access', 'erasure', 'rectification')),
  state text NOT NULL DEFAULT 'received' CHECK (state IN
    ('received', 'identity_check', 'discovery', 'ambiguous', 'blocked', 'approval', 'waiting', 'running', 'verified', 'done', 'refused', 'stopped')),
  -- Since when it is in this state.
  state_since timestamptz NOT NULL DEFAULT udm_now(),
  received_on date NOT NULL,
  deadline_on date NOT NULL,
  -- The first instant that is too late.
  deadline_at timestamptz NOT NULL,
  extended_at timestamptz,
  -- { type, normal, value }[] and corrections, by the case's key.
  sealed_person bytea NOT NULL,
  -- What is shown instead, e.g. a…@e….com.
  label text NOT NULL,
  identifier_types text[] NOT NULL,
  -- Keyed, to know the person again; of every alias once discovery has found them.
  hashes text[] NOT NULL,
  -- By the master key: what officers wrote.
  sealed_identity_note bytea,
  -- Goes on by itself: what is needed to look for the person is there.
  begins boolean NOT NULL DEFAULT false,
  sealed_extension_reason bytea,
  sealed_end_reason bytea,
  -- Why it was refused.
  ground text,
  -- Submitted although that one was open.
  duplicate_of uuid,
  -- An access request of the same person that is answered first.
  waits_for uuid,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  -- Everybody who had a hand in it: none of them approves it.
  handled_by uuid[] NOT NULL DEFAULT '{}',
  -- { user, at, what }[]
  approvals jsonb NOT NULL DEFAULT '[]',
  -- Which people of several are meant was confirmed by a second person.
  several_confirmed boolean NOT NULL DEFAULT false,
  -- So many people the identifiers lead to; null: discovery has not found out.
  people integer,
  -- Discovery begins anew with another number; what an older one writes is refused.
  round integer NOT NULL DEFAULT 0,
  -- When the time is over in which an approved change can be stopped.
  stop_until timestamptz,
  -- Why it stands still.
  error_code text,
  error_value jsonb,
  ended_at timestamptz,
  key_destroyed_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  UNIQUE (tenant_id, id)
);
ALTER TABLE data_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_request FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON data_request TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON data_request TO {{app}};
CREATE INDEX data_request_hashes ON data_request USING gin (hashes);
CREATE INDEX data_request_order ON data_request (tenant_id, created_at DESC, id);
CREATE INDEX data_request_deadline ON data_request (tenant_id, deadline_at) WHERE ended_at IS NULL;

-- The tasks of a phase, all made when it begins, so that none can be forgotten: their number is checked.
CREATE TABLE data_request_step (
  tenant_id uuid NOT NULL REFERENCES tenant,
  request_id uuid NOT NULL,
  -- person: who is meant, over all sources at once; the others are one for each source.
  phase text NOT NULL CHECK (phase IN ('person', 'discovery', 'erase', 'rectify', 'collect', 'research_1', 'research_2')),
  round integer NOT NULL,
  source_id uuid REFERENCES source,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  attempt integer NOT NULL DEFAULT 0,
  -- Grows with every attempt: what an older one writes is refused.
  fence bigint NOT NULL DEFAULT 0,
  counts jsonb NOT NULL DEFAULT '{}',
  error_code text,
  error_value jsonb,
  -- Until then nobody takes it, from whoever works on it or because another step comes first.
  leased_until timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE NULLS NOT DISTINCT (request_id, phase, round, source_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES data_request (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE data_request_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_request_step FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON data_request_step TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON data_request_step TO {{app}};
CREATE INDEX data_request_step_open ON data_request_step (leased_until) WHERE state IN ('waiting', 'running');

-- What was found of the person: numbers by source and table.
CREATE TABLE data_request_finding (
  tenant_id uuid NOT NULL REFERENCES tenant,
  request_id uuid NOT NULL,
  source_id uuid NOT NULL REFERENCES source,
  source_name text NOT NULL,
  -- The table of the source.
  type text NOT NULL,
  found bigint NOT NULL DEFAULT 0,
  -- Others stand in it, too.
  shared bigint NOT NULL DEFAULT 0,
  -- Nobody can tell whether it is the person's.
  uncertain bigint NOT NULL DEFAULT 0,
  -- Stays, on a legal ground.
  kept bigint NOT NULL DEFAULT 0,
  -- Deleted, changed or collected.
  done bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (request_id, source_id, type),
  FOREIGN KEY (tenant_id, request_id) REFERENCES data_request (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE data_request_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_request_finding FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON data_request_finding TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON data_request_finding TO {{app}};

-- Who the person is and which rows are concerned, as discovery found them, by the case's key.
CREATE TABLE data_request_snapshot (
  tenant_id uuid NOT NULL REFERENCES tenant,
  request_id uuid NOT NULL,
  -- "person", "preview", or a source with the number of its part.
  part text NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (request_id, part),
  FOREIGN KEY (tenant_id, request_id) REFERENCES data_request (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE data_request_snapshot ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_request_snapshot FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON data_request_snapshot TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON data_request_snapshot TO {{app}};

CREATE TABLE legal_hold (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  hashes text[] NOT NULL,
  label text NOT NULL,
  sealed_reason bytea NOT NULL,
  placed_by uuid NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT udm_now(),
  sealed_release_reason bytea,
  released_by uuid,
  released_at timestamptz
);
ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_hold FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON legal_hold TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON legal_hold TO {{app}};
CREATE INDEX legal_hold_hashes ON legal_hold USING gin (hashes) WHERE released_at IS NULL;

CREATE TABLE data_request_receipt (
  tenant_id uuid NOT NULL REFERENCES tenant,
  request_id uuid PRIMARY KEY,
  body bytea NOT NULL,
  signature bytea NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  FOREIGN KEY (tenant_id, request_id) REFERENCES data_request (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE data_request_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_request_receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON data_request_receipt TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON data_request_receipt TO {{app}};

-- Requests that time alone moves on, or whose tasks somebody left: asked before any tenant is set.
CREATE POLICY lookup ON data_request FOR SELECT TO {{owner}} USING (true);
CREATE POLICY lookup ON data_request_step FOR SELECT TO {{owner}} USING (true);
CREATE FUNCTION udm_find_due_requests() RETURNS TABLE (tenant_id uuid, request_id uuid)
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT r.tenant_id, r.id FROM data_request r WHERE r.state = 'waiting' AND r.stop_until <= (SELECT udm_now()) OR r.state = 'received' AND r.begins
    UNION
    SELECT s.tenant_id, s.request_id FROM data_request_step s
     WHERE s.state = 'waiting' AND (s.leased_until IS NULL OR s.leased_until <= (SELECT udm_now()))
        OR s.state = 'running' AND s.leased_until <= (SELECT udm_now())
  $$;
REVOKE EXECUTE ON FUNCTION udm_find_due_requests FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_due_requests TO {{app}};
